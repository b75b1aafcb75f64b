import type { BodyPath, CodePath } from './definition.ts'

/**
 * Reads the API's own code out of an error body, parsed from JSON: from the first of the places that has a text which
 * looks like a code. `path` is `errors.code` of the API's definition.
 */
export function errorCodeIn(body: unknown, path: CodePath = []): string | undefined {
  for (const place of isPaths(path) ? path : [path]) {
    const code = readText(body, place, /^[\w.:-]{1,100}$/)
    if (code !== undefined) return code
  }
  return undefined
}

function isPaths(path: CodePath): path is readonly BodyPath[] {
  return Array.isArray(path[0])
}

/** Reads a short text out of a body; anything that does not look like a code or an id is left alone. */
export function readText(body: unknown, path: BodyPath | undefined, shape: RegExp): string | undefined {
  if (path === undefined) return undefined
  let value: unknown = body
  for (const member of path) {
    if (typeof value !== 'object' || value === null) return undefined
    value = (value as Record<string | number, unknown>)[member]
  }
  return typeof value === 'string' && shape.test(value) ? value : undefined
}
