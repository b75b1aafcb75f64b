import { oneShotBody } from '@grantkit/auth-core'
import { createQuerySerializer, defaultBodySerializer } from 'openapi-fetch'
import type { ApiDefinition } from './definition.ts'
import { withInt64 } from './int64.ts'
import type { OperationPlan } from './operation-plan.ts'

export type SerializeBody = (body: unknown, headers?: Headers) => unknown

export type SerializeQuery = (query: Record<string, unknown>) => string

const defaultQuery = createQuerySerializer<Record<string, unknown>>()

/** Gives what writes query parameters, in an API's own way or openapi-fetch's. It throws a TypeError only. */
export function querySerializerOf({ serializeQuery = defaultQuery }: ApiDefinition<string>): SerializeQuery {
  return (query) => {
    try {
      return serializeQuery(writable(query))
    } catch (error) {
      throw new TypeError(error instanceof Error ? error.message : 'The query cannot be written.', { cause: error })
    }
  }
}

/**
 * Writes path parameters, which are text or numbers by then; others were refused. openapi-fetch's own way also writes
 * lists and objects, and costs several times as much.
 */
export function serializePath(path: string, values: Readonly<Record<string, unknown>>): string {
  let written = path
  for (const name in values) {
    const value = values[name] as string | undefined | null
    // What is written holds no braces any more.
    if (value !== undefined && value !== null) written = written.replaceAll(`{${name}}`, encodeURIComponent(value))
  }
  return written
}

/** Dates go as the text they have in JSON; what no server could read is refused. */
function writable(query: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(query)
  if (entries.every(([, value]) => typeof value === 'string')) return query
  return Object.fromEntries(entries.map(([name, value]) => [name, queryValue(value, name)]))
}

function queryValue(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return value.map((item) => queryValue(item, name))
  if (value instanceof Date) return value.toISOString()
  refuseNotFinite(value, name)
  return value
}

function refuseNotFinite(value: unknown, name: string): void {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError(`${name} is ${value}.`)
}

/** Refuses what JSON has no word for, where JSON.stringify would write `null` without a word. */
function refuseLostValues(body: unknown): void {
  JSON.stringify(body, function (this: Readonly<Record<string, unknown>>, name, value: unknown) {
    if (value === null && this[name] instanceof Date) throw new TypeError(`${name} is a date that does not exist.`)
    refuseNotFinite(value, name)
    return value
  })
}

/** Writes a body: streams and binary data as they are, anything else as openapi-fetch does (JSON, forms). */
const serializeBody: SerializeBody = (body, headers) => {
  if (isOneShot(body) || body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body
  const written = (defaultBodySerializer as SerializeBody)(body, headers)
  if (typeof written === 'string' && written.includes('null')) refuseLostValues(body)
  return written
}

/** The serializer of an operation whose call brings none. */
export function serializerOf({ int64 }: OperationPlan): SerializeBody {
  return int64 === undefined ? serializeBody : (body, headers) => serializeBody(withInt64(body, int64.bodies), headers)
}

/** Tells whether a serialized body can be read only once. */
export function isOneShot(body: unknown): boolean {
  if (typeof body !== 'object' || body === null || body instanceof Blob || body instanceof FormData) return false
  return body instanceof ReadableStream || Symbol.asyncIterator in body
}

/** Tells every layer, of whatever package, that this request must not be repeated. */
export function markOneShot(request: Request): void {
  Object.defineProperty(request, oneShotBody, { value: true })
}
