import { arrayAt, isJsonObject, objectAt, type Json, type JsonObject } from './json.ts'
import { listOperations } from './list-operations.ts'

/**
 * Puts the scopes of each operation in the order that `x-least-first` of their security scheme gives, least powerful
 * first. Scopes not in it come last, in their own order: whatever they allow, nobody should get them unasked.
 */
export function orderScopes(source: JsonObject): JsonObject {
  const document = structuredClone(source)
  const order = new Map<string, number>()
  for (const scheme of Object.values(objectAt(document, 'components', 'securitySchemes')).filter(isJsonObject)) {
    for (const scope of arrayAt(scheme, 'x-least-first')) order.set(String(scope), order.size)
    delete scheme['x-least-first']
  }
  const placeOf = (alternative: Json): number =>
    Math.max(...scopesOf(alternative).map((scope) => order.get(scope) ?? order.size))
  for (const { value } of listOperations(document)) {
    const { security } = value
    if (Array.isArray(security)) security.sort((a, b) => placeOf(a) - placeOf(b))
  }
  return document
}

function scopesOf(alternative: Json): string[] {
  return Object.values(isJsonObject(alternative) ? alternative : {}).flatMap((scopes) =>
    Array.isArray(scopes) ? scopes.map(String) : [],
  )
}
