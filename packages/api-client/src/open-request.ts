import { defaultPathSerializer, type Middleware } from 'openapi-fetch'
import { factsOf } from './answer-facts.ts'
import { ApiError } from './api-error.ts'
import { buildRequest, type BuiltRequest } from './build-request.ts'
import type { Call } from './call.ts'
import type { CallInit } from './call-init.ts'
import { readFailedAnswer } from './middleware/error-body.ts'
import type { Send } from './middleware/layer.ts'
import type { ClientSettings } from './client-options.ts'
import { describe, type FindPlan } from './operation-plan.ts'
import type { Parameters } from './parameters.ts'
import { runMiddleware, type MiddlewareFacts } from './run-middleware.ts'
import { isOneShot, markOneShot, serializerOf } from './serialize.ts'

/** What all calls of a client are made with. */
export interface ClientParts {
  readonly settings: ClientSettings
  readonly findPlan: FindPlan
  readonly send: Send
  /** That of the client; a call may bring more. */
  readonly middleware: readonly Middleware[]
}

/** What is asked of a call, its defaults filled in. */
export interface Asked {
  readonly params: Parameters | undefined
  readonly init: CallInit
}

/** Builds the request of a call and sends it. Middleware may have written into the one before, so each is a new one. */
export async function openRequest(parts: ClientParts, call: Call, asked: Asked): Promise<Response> {
  const built = buildOrRefuse(parts, call, asked)
  call.oneShot = isOneShot(built.body)
  if (call.oneShot && typeof built.input === 'object') markOneShot(built.input)
  const ofCall = asked.init.middleware
  if (parts.middleware.length === 0 && ofCall === undefined) return parts.send(call, built.input, built.init)
  const middleware = ofCall === undefined ? parts.middleware : [...parts.middleware, ...ofCall]
  const request = typeof built.input === 'string' ? new Request(built.input, built.init) : built.input
  const response = await runMiddleware(middleware, request, factsFor(parts, call, asked), (shown) => {
    if (call.oneShot) markOneShot(shown)
    return parts.send(call, shown)
  })
  // An answer that middleware made has none yet.
  return response.ok || factsOf(response) !== undefined ? response : readFailedAnswer(call, response)
}

/** What middleware is told beside the request. */
function factsFor({ settings }: ClientParts, { plan, fetch }: Call, { params = {}, init }: Asked): MiddlewareFacts {
  const { parseAs = 'json', bodySerializer = serializerOf(plan) } = init
  const options = {
    baseUrl: settings.baseUrl,
    fetch,
    parseAs,
    querySerializer: plan.serializeQuery,
    bodySerializer,
    pathSerializer: defaultPathSerializer,
  } as MiddlewareFacts['options']
  return { schemaPath: plan.operation.path, params, id: crypto.randomUUID(), options }
}

function buildOrRefuse({ settings }: ClientParts, { plan }: Call, { params, init }: Asked): BuiltRequest {
  try {
    return buildRequest(plan, settings, params, init)
  } catch (error) {
    if (!isPlatformError(error)) throw error
    // Quoted parts may be values of headers.
    const problem = error.message.replaceAll(/"[^"]*"/g, '"…"')
    const message = `${describe(plan)} cannot be turned into a request: ${problem} Nothing was sent.`
    throw new ApiError('invalid_request', message, { ...plan.names, cause: { name: error.name } })
  }
}

/** What Request, JSON and URI functions throw. */
function isPlatformError(error: unknown): error is Error {
  return error instanceof TypeError || error instanceof RangeError || error instanceof URIError
}
