import { isJsonObject, type Json, type JsonObject } from './json.ts'
import { escapePointer } from './resolve-reference.ts'

/** Visits every object of a document with its JSON pointer; made-up example values are not looked into. */
export function walk(value: Json, visit: (node: JsonObject, pointer: string) => void, pointer = '#'): void {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) walk(item, visit, `${pointer}/${index}`)
    return
  }
  if (!isJsonObject(value)) return
  visit(value, pointer)
  for (const [key, member] of Object.entries(value)) {
    if (key === 'example' && !pointer.endsWith('/properties')) continue
    walk(member, visit, `${pointer}/${escapePointer(key)}`)
  }
}
