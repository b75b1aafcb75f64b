import type { JsonObject } from '../json.ts'
import { convertMethod, securityScheme, tagOf } from './convert-method.ts'
import { convertParameter } from './convert-parameter.ts'
import { convertSchema } from './convert-schema.ts'
import { readDiscovery, type Discovery } from './read-discovery.ts'
import { refusedParameters } from './shared-parameters.ts'

/**
 * Converts a Google Discovery document to OpenAPI 3.1. Everything that both formats can say is carried over; `leftOut`
 * names the rest. Errors, success statuses and examples are in no Discovery document: they are an overlay's.
 */
export function convertDiscovery(document: JsonObject, name: string): JsonObject {
  const discovery = readDiscovery(document, name)
  const { title, version, baseUrl, schemas } = discovery
  const shared = discovery.parameters.filter((parameter) => !(parameter.name in refusedParameters))
  return {
    openapi: '3.1.0',
    info: { title, version },
    servers: [{ url: baseUrl }],
    tags: [...new Set(discovery.methods.map(tagOf))].toSorted().map((tag) => ({ name: tag })),
    paths: pathsOf(discovery, shared),
    components: {
      securitySchemes: { [securityScheme]: security(discovery) },
      parameters: Object.fromEntries(shared.map((parameter) => [parameter.name, convertParameter(parameter)])),
      schemas: Object.fromEntries(Object.entries(schemas).map(([key, schema]) => [key, convertSchema(schema)])),
    },
  }
}

function pathsOf(discovery: Discovery, shared: Discovery['parameters']): JsonObject {
  const parameters = shared.map(({ name }) => ({ $ref: `#/components/parameters/${name}` }))
  const paths: Record<string, JsonObject> = {}
  for (const method of discovery.methods) {
    // OpenAPI cannot say that a member takes slashes.
    const path = method.path.replaceAll('{+', '{')
    const item = (paths[path] ??= parameters.length === 0 ? {} : { parameters })
    item[method.httpMethod.toLowerCase()] = convertMethod(discovery, method)
  }
  return paths
}

/** Discovery documents name scopes only; the endpoints are the same for all Google APIs. */
function security({ scopes }: Discovery): JsonObject {
  return {
    type: 'oauth2',
    flows: {
      authorizationCode: {
        // https://accounts.google.com/.well-known/openid-configuration (2026).
        authorizationUrl: 'https://accounts.google.com/o/oauth2/v2/auth',
        tokenUrl: 'https://oauth2.googleapis.com/token',
        scopes: { ...scopes },
      },
    },
  }
}
