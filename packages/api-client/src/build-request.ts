import { createFinalURL, createQuerySerializer, mergeHeaders, type HeadersOptions } from 'openapi-fetch'
import type { Asked, CallInit } from './call-init.ts'
import type { OperationPlan } from './operation-plan.ts'
import { serializePath, serializerOf, type SerializeQuery } from './serialize.ts'

/** A request as a `fetch` takes it. */
export interface BuiltRequest {
  readonly input: string | Request
  readonly init?: RequestInit
  /** What the body was written as. */
  readonly body: unknown
}

/** Options of a call that mean something to us, not to `fetch`. */
const ownOptions = new Set([
  'baseUrl',
  'body',
  'bodySerializer',
  'fetch',
  'headers',
  'idempotent',
  'middleware',
  'params',
  'parseAs',
  'querySerializer',
  'signal',
])

/** Others are forbidden or spelled wrongly, which a platform Request judges. */
const plainMethods = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'])

/**
 * Builds a request from openapi-fetch's own parts. Building and copying platform Requests costs more than all our layers
 * together, so one is built only where it is needed: for a body that is not text, and to refuse what cannot be sent.
 * Throws what Request, Headers, JSON and URI functions throw.
 */
export function buildRequest(plan: OperationPlan, clientBaseUrl: string, { params, init }: Asked): BuiltRequest {
  const { method } = plan.operation
  const baseUrl = init.baseUrl?.replace(/\/$/, '') ?? clientBaseUrl
  const url = createFinalURL(plan.operation.path, {
    baseUrl,
    params: params ?? {},
    querySerializer: querySerializerFor(plan, init) as never,
    pathSerializer: serializePath,
  })
  const given = [init['headers'], params?.['header']] as (HeadersOptions | undefined)[]
  const body = init.body === undefined ? undefined : writeBody(plan, init, given)
  const type = body === undefined || body instanceof FormData ? undefined : { 'Content-Type': 'application/json' }
  const requestInit: RequestInit = fetchOptions(init)
  requestInit.method = method
  if (type !== undefined || given.some((headers) => headers !== undefined)) {
    requestInit.headers = mergeHeaders(type, ...given)
  }
  requestInit.redirect = 'manual'
  const hasNoBody = body === undefined || body === null
  if (!hasNoBody) requestInit.body = body as BodyInit
  const isText = typeof body === 'string' && method !== 'GET' && method !== 'HEAD'
  if (plainMethods.has(method) && (hasNoBody || isText) && URL.canParse(url)) {
    return { input: url, init: requestInit, body }
  }
  // Node demands `duplex` for streams; for other bodies it changes nothing.
  return { input: new Request(url, { ...requestInit, duplex: 'half' } as RequestInit), body }
}

function querySerializerFor({ serializeQuery }: OperationPlan, { querySerializer: own }: CallInit): SerializeQuery {
  if (own === undefined) return serializeQuery
  return typeof own === 'function' ? own : createQuerySerializer(own)
}

/** A serializer may look at the headers that were given, as with openapi-fetch. */
function writeBody(plan: OperationPlan, init: CallInit, given: readonly (HeadersOptions | undefined)[]): unknown {
  const serialize = init.bodySerializer ?? serializerOf(plan)
  return serialize(init.body, mergeHeaders(...given))
}

function fetchOptions(init: CallInit): Record<string, unknown> {
  const options: Record<string, unknown> = {}
  for (const option in init) if (!ownOptions.has(option)) options[option] = init[option]
  return options
}
