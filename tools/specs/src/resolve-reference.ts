import { isJsonObject, type Json, type JsonObject } from './json.ts'

/** The node a local reference such as `#/components/schemas/Error` names, or undefined when there is none. */
export function nodeAt(document: JsonObject, reference: string): Json | undefined {
  if (reference !== '#' && !reference.startsWith('#/')) return undefined
  let current: Json | undefined = document
  for (const part of reference.split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    if (Array.isArray(current)) current = current[Number(key)]
    else current = isJsonObject(current) && Object.hasOwn(current, key) ? current[key] : undefined
  }
  return current
}

/** Follows references until something else is found; a ring or a reference to nothing gives undefined. */
export function resolveReference(document: JsonObject, value: Json | undefined): Json | undefined {
  let current = value
  const seen = new Set<string>()
  while (isJsonObject(current) && typeof current['$ref'] === 'string') {
    const reference = current['$ref']
    if (seen.has(reference)) return undefined
    seen.add(reference)
    current = nodeAt(document, reference)
  }
  return current
}

export function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
