import { parseDocument as parseYaml } from 'yaml'
import { isJsonObject, type JsonObject } from './json.ts'
import { SpecsError, type SpecsErrorCode } from './specs-error.ts'

/** Parses YAML or JSON into plain JSON values; a repeated key, a warning or anything JSON cannot hold is refused. */
export function parseDocument(text: string, name: string, code: SpecsErrorCode = 'source_invalid'): JsonObject {
  const parsed = parseYaml(text, { version: '1.2', schema: 'core', uniqueKeys: true, merge: false })
  const problem = parsed.errors[0] ?? parsed.warnings[0]
  if (problem !== undefined) throw new SpecsError(code, `${name} is not valid YAML: ${problem.message}`)
  // The round trip turns shared anchors into copies and leaves nothing that JSON does not know.
  const plain = JSON.stringify(parsed.toJS({ maxAliasCount: 100 }) ?? null)
  const value: unknown = JSON.parse(plain, (key, member: unknown) => {
    if (key === '__proto__') throw new SpecsError(code, `${name} has a member called __proto__.`)
    return member
  })
  if (!isJsonObject(value)) throw new SpecsError(code, `${name} is not an object at the top.`)
  return value
}

/** Parses an OpenAPI 3.1 document and refuses every other version. */
export function parseSource(text: string, name: string): JsonObject {
  const document = parseDocument(text, name)
  const version = document['openapi']
  if (typeof version !== 'string' || !/^3\.1\.\d+$/.test(version)) {
    throw new SpecsError('source_invalid', `${name} is not OpenAPI 3.1: its version is ${JSON.stringify(version)}.`)
  }
  return document
}
