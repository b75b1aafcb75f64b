import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { escapePointer } from './resolve-reference.ts'

/** Members whose own keys are names somebody chose, so that a key such as `example` means nothing there. */
const nameMaps = new Set([
  'paths',
  'content',
  'properties',
  'patternProperties',
  '$defs',
  'schemas',
  'parameters',
  'responses',
  'requestBodies',
  'headers',
  'securitySchemes',
  'scopes',
])

/** Members that hold somebody's values, not nodes of the document. */
const valueMembers = new Set(['example', 'examples', 'default', 'const'])

/** Whether the member of this name holds names; inside such a map every member is an ordinary node again. */
export function isNameMap(key: string, insideNameMap: boolean): boolean {
  return !insideNameMap && nameMaps.has(key)
}

/** Visits every node of a document with its JSON pointer, except maps of names and example or default values. */
export function walk(document: Json, visit: (node: JsonObject, pointer: string) => void): void {
  descend(document, '#', false)

  function descend(value: Json, pointer: string, isMap: boolean): void {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) descend(item, `${pointer}/${index}`, false)
      return
    }
    if (!isJsonObject(value)) return
    if (!isMap) visit(value, pointer)
    for (const [key, member] of Object.entries(value)) {
      if (valueMembers.has(key) && !isMap) continue
      descend(member, `${pointer}/${escapePointer(key)}`, isNameMap(key, isMap))
    }
  }
}
