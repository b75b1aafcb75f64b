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
