import { arrayAt, objectAt, type JsonObject } from '../json.ts'

/**
 * Says which members a method wants in its body. Discovery notes at each member the methods that require it, OpenAPI
 * at the body the members that it requires: the result goes beside a reference to the schema.
 */
export function requiredMembers(schema: JsonObject, methodId: string): JsonObject | undefined {
  const members = Object.entries(objectAt(schema, 'properties'))
  const required = members
    .filter(([, member]) => arrayAt(member, 'annotations', 'required').includes(methodId))
    .map(([name]) => name)
    .toSorted()
  const nested = members.flatMap(([name, member]) => {
    const inside = requiredMembers(objectAt(member), methodId)
    return inside === undefined ? [] : [[name, inside] as const]
  })
  if (required.length === 0 && nested.length === 0) return undefined
  return {
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    // An empty schema adds nothing to what the member is; it must be named to be required.
    properties: Object.fromEntries([...required.map((name) => [name, {}] as const), ...nested]),
  }
}
