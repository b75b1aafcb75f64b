export type Json = null | boolean | number | string | Json[] | JsonObject
export interface JsonObject {
  [key: string]: Json
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The member when it is an object, otherwise an empty one: walking a document never needs a guard at each step. */
export function objectAt(value: Json | undefined, ...keys: string[]): JsonObject {
  let current: Json | undefined = value
  for (const key of keys) current = isJsonObject(current) ? current[key] : undefined
  return isJsonObject(current) ? current : {}
}

/** The member when it is an array, otherwise an empty one. */
export function arrayAt(value: Json | undefined, ...keys: string[]): Json[] {
  const last = keys.at(-1)
  const holder = last === undefined ? value : objectAt(value, ...keys.slice(0, -1))[last]
  return Array.isArray(holder) ? holder : []
}

export function stringOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
