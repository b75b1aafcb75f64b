import type { Fetch } from '@grantkit/auth-core'
import { ApiError } from './api-error.ts'
import { runCall, type Call } from './call.ts'
import type { ClientSettings } from './client-options.ts'
import { attachFacts, errorOf } from './failed-answer.ts'
import { withInt64 } from './int64.ts'
import { stackLayers } from './layers.ts'
import { isLight, LightOrPlatformRequest, type LightRequest } from './light-request.ts'
import type { FetchMiddleware } from './middleware/fetch-middleware.ts'
import { toNetworkError } from './middleware/network-error.ts'
import { createWatch } from './middleware/observe.ts'
import { describe, type FindPlan, type OperationPlan } from './operation-plan.ts'
import type { ParseAs } from './operation-types.ts'
import { checkPathParameters, withDefaults, type Parameters } from './parameters.ts'
import { readData } from './read-data.ts'
import { createRepeater, retryAfterOf, type Repeater } from './repeater.ts'
import { isOneShot, markOneShot, serializeBody, type SerializeBody } from './serialize.ts'

/** The second argument of a call, as openapi-fetch takes it. */
export interface CallInit {
  params?: Parameters | undefined
  body?: unknown
  bodySerializer?: SerializeBody
  parseAs?: ParseAs
  signal?: AbortSignal | null
  fetch?: Fetch
  idempotent?: boolean
  [option: string]: unknown
}

export interface CallResult {
  data?: unknown
  error?: unknown
  response: Response
}

/** The openapi-fetch client below, without the types of one API. */
export interface InnerClient {
  request(method: string, path: string, init: CallInit): Promise<CallResult>
  /** Middleware of openapi-fetch looks at the requests of every call. */
  hasMiddleware(): boolean
}

export interface ClientParts {
  readonly settings: ClientSettings
  readonly findPlan: FindPlan
  readonly authorize: FetchMiddleware
  readonly inner: InnerClient
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
  checkPathParameters(plan, params)
  const watch = settings.observe && createWatch(plan, settings.observe, settings.clock)
  try {
    const result = await runCall(plan, settings, init.signal, (call) => {
      const repeater = createRepeater({ call, settings, watch })
      const send = stackLayers({ ...parts, call, repeater, watch }, init.fetch ?? settings.fetch)
      const read = (response: Response): Promise<CallResult> => readData(call, response, init.parseAs)
      const inner = innerInit(call, params, init, send)
      if (!parts.inner.hasMiddleware() && init.middleware === undefined) inner['Request'] = LightOrPlatformRequest
      return runAttempts(parts, call, repeater, inner, read)
    })
    watch?.ended(result.error === undefined)
    return result
  } catch (error) {
    watch?.ended(false, error)
    throw error
  }
}

/** Below, `retry` repeats until an answer begins; a success that breaks off while it is read is repeated here. */
async function runAttempts(
  { inner, settings }: ClientParts,
  call: Call,
  repeater: Repeater,
  init: CallInit,
  read: (response: Response) => Promise<CallResult>,
): Promise<CallResult> {
  for (;;) {
    const { error, response } = await openAnswer(inner, call, init)
    if (!response.ok) {
      attachFacts(response, { plan: call.plan, retryAfterMs: retryAfterOf(response, settings.clock) })
      return { error: errorOf(error ?? (await readError(response)), response), response }
    }
    try {
      return await read(response)
    } catch (broken) {
      const failure = toNetworkError(call, broken)
      const delayMs = repeater.delayAfter({ error: failure })
      if (delayMs === undefined) throw failure
      await repeater.wait(delayMs)
    }
  }
}

/** What openapi-fetch is given: it builds the request and hands the answer back unread. */
function innerInit(call: Call, params: Parameters | undefined, init: CallInit, send: Fetch): CallInit {
  const fetch = (request: Request | LightRequest): Promise<Response> => {
    call.started = true
    if (isLight(request)) return send(request.url, request.init)
    if (call.oneShot) markOneShot(request)
    return send(request)
  }
  // The caller's signal acts on the whole call, in runCall.
  const inner: CallInit = {
    ...init,
    params,
    fetch: fetch as Fetch,
    parseAs: 'stream',
    redirect: 'manual',
    signal: null,
  }
  if (init.body === undefined) return inner
  inner.bodySerializer = (body, headers) => {
    const serialized = (init.bodySerializer ?? serializerOf(call.plan))(body, headers)
    call.oneShot = isOneShot(serialized)
    return serialized
  }
  // Node demands it for streams; for other bodies it changes nothing.
  inner['duplex'] = 'half'
  return inner
}

function serializerOf({ int64 }: OperationPlan): SerializeBody {
  return int64 === undefined ? serializeBody : (body, headers) => serializeBody(withInt64(body, int64.bodies), headers)
}

/** What a platform Request was answered, openapi-fetch has read already. */
async function readError(response: Response): Promise<unknown> {
  if (response.bodyUsed) return undefined
  const text = await response.text()
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function openAnswer(inner: InnerClient, call: Call, init: CallInit): Promise<CallResult> {
  try {
    return await inner.request(call.plan.method, call.plan.path, init)
  } catch (error) {
    if (call.started || !isPlatformError(error)) throw error
    // Quoted parts may be values of headers.
    const problem = error.message.replaceAll(/"[^"]*"/g, '"…"')
    const message = `${describe(call.plan)} cannot be turned into a request: ${problem} Nothing was sent.`
    throw new ApiError('invalid_request', message, { ...call.plan.names, cause: { name: error.name } })
  }
}

/** What Request, JSON and URI functions throw; anything else before sending comes from the user's own middleware. */
function isPlatformError(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof RangeError || error instanceof URIError
}
