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
      return serializeQuery(query)
    } catch (error) {
      throw new TypeError(error instanceof Error ? error.message : 'The query cannot be written.', { cause: error })
    }
  }
}

/** Writes a body: streams and binary data as they are, anything else as openapi-fetch does (JSON, forms). */
const serializeBody: SerializeBody = (body, headers) => {
  if (isOneShot(body) || body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body
  return (defaultBodySerializer as SerializeBody)(body, headers)
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
