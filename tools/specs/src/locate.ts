import { exec } from 'jsonpath-rfc9535'
import type { Json } from './json.ts'

export interface Located {
  readonly path: readonly (string | number)[]
  readonly value: Json
}

/** Finds all nodes that an RFC 9535 JSONPath names; throws what the library throws when the path cannot be read. */
export function locate(document: Json, expression: string): Located[] {
  const found: Located[] = []
  exec(document, expression, (value, path) => {
    found.push({ path: [...path], value })
  })
  return found
}
