import { isJsonObject, type Json, type JsonObject } from '../json.ts'

/** Changes one member of a document in place and gives the document back; `undefined` removes the member. */
export function changeAt(
  document: JsonObject,
  path: readonly (string | number)[],
  value: Json | undefined,
): JsonObject {
  const keys = path.map(String)
  const last = keys.pop() ?? ''
  let parent: Json | undefined = document
  for (const key of keys) parent = memberOf(parent, key)
  if (Array.isArray(parent)) {
    if (value === undefined) parent.splice(Number(last), 1)
    else parent[Number(last)] = value
  } else if (isJsonObject(parent)) {
    if (value === undefined) delete parent[last]
    else parent[last] = value
  } else throw new TypeError(`There is nothing at ${path.join(' ')}.`)
  return document
}

function memberOf(value: Json | undefined, key: string): Json | undefined {
  if (Array.isArray(value)) return value[Number(key)]
  return isJsonObject(value) ? value[key] : undefined
}
