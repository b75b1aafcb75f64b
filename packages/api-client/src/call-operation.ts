import type { Fetch } from '@grantkit/auth-core'
import {
  defaultPathSerializer,
  mergeHeaders,
  type HeadersOptions,
  type Middleware,
  type QuerySerializerOptions,
} from 'openapi-fetch'
import { attachFacts, factsOf } from './answer-facts.ts'
import { ApiError } from './api-error.ts'
import { buildRequest, type BuiltRequest } from './build-request.ts'
import { createCall, runCall, type Call } from './call.ts'
import type { ClientSettings } from './client-options.ts'
import type { CallResult } from './call-result.ts'
import { errorOf } from './failed-answer.ts'
import { readFailedAnswer } from './middleware/error-body.ts'
import type { Send } from './middleware/layer.ts'
import { toNetworkError } from './middleware/network-error.ts'
import { createWatch } from './middleware/observe.ts'
import { describe, type FindPlan, type OperationPlan } from './operation-plan.ts'
import type { ParseAs } from './operation-types.ts'
import { checkArguments, withDefaults, type Parameters } from './parameters.ts'
import { readData } from './read-data.ts'
import { runMiddleware, type MiddlewareFacts } from './run-middleware.ts'
import { delayAfter, pause } from './repeats.ts'
import { isOneShot, markOneShot, serializerOf, type SerializeBody, type SerializeQuery } from './serialize.ts'

/** The second argument of a call, as openapi-fetch takes it. */
export interface CallInit {
  params?: Parameters | undefined
  body?: unknown
  baseUrl?: string
  bodySerializer?: SerializeBody
  querySerializer?: QuerySerializerOptions | SerializeQuery
  middleware?: readonly Middleware[]
  parseAs?: ParseAs
  signal?: AbortSignal | null
  fetch?: Fetch
  idempotent?: boolean
  [option: string]: unknown
}

export interface ClientParts {
  readonly settings: ClientSettings
  readonly findPlan: FindPlan
  readonly send: Send
  /** That of the client; a call may bring more. */
  readonly middleware: readonly Middleware[]
}

/** Makes one call: checks its arguments, runs its attempts, settles its result, tells the observer. */
export async function callOperation(
  parts: ClientParts,
  method: string,
  path: string,
  init: CallInit = {},
): Promise<CallResult> {
  const { settings } = parts
  const found = parts.findPlan(method, path)
  const plan = init.idempotent === undefined ? found : { ...found, idempotent: init.idempotent }
  const params = withDefaults(plan, init.params)
  checkArguments(plan, params, init.body)
  const watch = settings.observe && createWatch(plan, settings.observe, settings.clock)
  const call = createCall({ plan, settings, fetch: init.fetch ?? settings.fetch, watch })
  try {
    const open = opener(parts, call, params, withIdempotencyKey(plan, init))
    const result = conformed(plan, await runCall(call, init.signal, () => runAttempts(call, open, init)))
    watch?.ended(result.error === undefined)
    return result
  } catch (error) {
    watch?.ended(false, error)
    throw error
  }
}

/** One key for all attempts of a call; a key that the caller gives wins. */
function withIdempotencyKey({ idempotencyKey }: OperationPlan, init: CallInit): CallInit {
  if (idempotencyKey === undefined) return init
  const headers = mergeHeaders({ [idempotencyKey]: crypto.randomUUID() }, init['headers'] as HeadersOptions | undefined)
  return { ...init, headers }
}

/** Gives what the definition makes of a result; an error may come of a success. */
function conformed(plan: OperationPlan, found: CallResult): CallResult {
  const result = plan.conform?.(found, plan.names.operationId) ?? found
  const { error, response } = result
  if (error !== undefined && factsOf(response) === undefined) {
    attachFacts(response, { plan, retryAfterMs: undefined, body: error })
  }
  return result
}

/** Below, `retry` repeats until an answer begins; a success that breaks off while it is read is repeated here. */
async function runAttempts(call: Call, open: () => Promise<Response>, { parseAs }: CallInit): Promise<CallResult> {
  for (;;) {
    const response = await open()
    if (!response.ok) return { error: errorOf(factsOf(response)?.body, response), response }
    try {
      return await readData(call, response, parseAs)
    } catch (broken) {
      const failure = toNetworkError(call, broken)
      const delayMs = delayAfter(call, { error: failure })
      if (delayMs === undefined) throw failure
      await pause(call, delayMs)
    }
  }
}

/** Builds the request at once and gives the way to send it, each time with a budget of repeats that is left. */
function opener(
  parts: ClientParts,
  call: Call,
  params: Parameters | undefined,
  init: CallInit,
): () => Promise<Response> {
  const build = (): BuiltRequest => refusing(call, () => buildRequest(call.plan, parts.settings, params, init))
  const middleware = [...parts.middleware, ...(init.middleware ?? [])]
  const request = build()
  if (middleware.length === 0) return () => sendMarked(parts, call, request)
  let isFirst = true
  return () => {
    // Middleware may have written into the one before.
    const built = isFirst ? request : build()
    isFirst = false
    return openThroughMiddleware(parts, call, { middleware, built, params, init })
  }
}

function sendMarked({ send }: ClientParts, call: Call, { input, init, body }: BuiltRequest): Promise<Response> {
  call.started = true
  call.oneShot = isOneShot(body)
  if (call.oneShot && typeof input === 'object') markOneShot(input)
  return send(call, input, init)
}

interface MiddlewareRun {
  readonly middleware: readonly Middleware[]
  readonly built: BuiltRequest
  readonly params: Parameters | undefined
  readonly init: CallInit
}

/** Shows request and answer to the middleware, which may replace both. */
async function openThroughMiddleware(parts: ClientParts, call: Call, run: MiddlewareRun): Promise<Response> {
  const { plan } = call
  const { middleware, built, params = {}, init } = run
  const { input, init: requestInit, body } = built
  const request = typeof input === 'string' ? new Request(input, requestInit) : input
  const { parseAs = 'json', fetch = parts.settings.fetch, bodySerializer = serializerOf(plan) } = init
  const options = {
    baseUrl: parts.settings.baseUrl,
    fetch,
    parseAs,
    querySerializer: plan.serializeQuery,
    bodySerializer,
    pathSerializer: defaultPathSerializer,
  } as MiddlewareFacts['options']
  const facts = { schemaPath: plan.path, params: params as {}, id: crypto.randomUUID(), options }
  const response = await runMiddleware(middleware, request, facts, (shown) =>
    sendMarked(parts, call, { input: shown, body }),
  )
  // An answer that middleware made has none yet.
  return response.ok || factsOf(response) !== undefined ? response : readFailedAnswer(call, response)
}

function refusing<T>(call: Call, build: () => T): T {
  try {
    return build()
  } catch (error) {
    throw toInvalidRequest(call, error)
  }
}

function toInvalidRequest({ plan }: Call, error: unknown): unknown {
  if (!isPlatformError(error)) return error
  // Quoted parts may be values of headers.
  const problem = error.message.replaceAll(/"[^"]*"/g, '"…"')
  const message = `${describe(plan)} cannot be turned into a request: ${problem} Nothing was sent.`
  return new ApiError('invalid_request', message, { ...plan.names, cause: { name: error.name } })
}

/** What Request, JSON and URI functions throw. */
function isPlatformError(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof RangeError || error instanceof URIError
}
