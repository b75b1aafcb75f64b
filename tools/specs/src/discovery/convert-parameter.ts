import type { JsonObject } from '../json.ts'
import { convertSchema } from './convert-schema.ts'
import type { NamedValue } from './read-discovery.ts'

/** Converts a parameter. A repeated one becomes an array with its name written once for each value. */
export function convertParameter({ name, value }: NamedValue): JsonObject {
  const { description, deprecated, location, required, repeated, ...schema } = value
  const { 'x-extensible-enum': known, ...one } = convertSchema(schema)
  // What a caller sends is checked by the vendor against this list, so it is closed.
  const closed = { ...one, ...(known === undefined ? {} : { enum: known }) }
  return {
    name,
    in: location ?? 'query',
    ...(required === true ? { required } : {}),
    ...(description === undefined ? {} : { description }),
    ...(deprecated === true ? { deprecated } : {}),
    ...(repeated === true
      ? { style: 'form', explode: true, schema: { type: 'array', items: closed } }
      : { schema: closed }),
  }
}
