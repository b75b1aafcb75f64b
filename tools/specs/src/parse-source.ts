import { convertDiscovery } from './discovery/convert-discovery.ts'
import { isDiscovery } from './discovery/read-discovery.ts'
import type { JsonObject } from './json.ts'
import { parseDocument } from './parse-document.ts'
import { SpecsError } from './specs-error.ts'
import { upgradeOpenapi } from './upgrade-openapi.ts'

/** The formats a source may have. */
export type SourceFormat = 'openapi' | 'discovery'

/** Parses a source of any format we read and gives it as OpenAPI 3.1. */
export function parseSource(text: string, name: string): JsonObject {
  const document = parseDocument(text, name)
  if (formatOf(document, name) === 'discovery') return convertDiscovery(document, name)
  return String(document['openapi']).startsWith('3.0.') ? upgradeOpenapi(document) : document
}

/** Tells the format of a document, or refuses it and says what it is instead and how to get on. */
export function formatOf(document: JsonObject, name: string): SourceFormat {
  const version = document['openapi']
  if (typeof version === 'string' && /^3\.[01]\.\d+$/.test(version)) return 'openapi'
  if (isDiscovery(document)) return 'discovery'
  throw new SpecsError('source_unsupported', `${name} is ${whatItIs(document)}`)
}

function whatItIs(document: JsonObject): string {
  const { openapi, swagger, asyncapi, info, item } = document
  if (openapi !== undefined) return `OpenAPI ${String(openapi)}; 3.0 and 3.1 are read, such as 3.1.0.`
  if (swagger !== undefined)
    return `Swagger ${String(swagger)}. Convert it to OpenAPI 3 first, for example at converter.swagger.io.`
  if (asyncapi !== undefined) return 'AsyncAPI, which describes messages, not calls.'
  if (info !== undefined && item !== undefined) return 'a Postman collection. Export it as OpenAPI first.'
  return 'neither OpenAPI 3.0 or 3.1 nor a Google Discovery document: it has no member "openapi" or "resources".'
}
