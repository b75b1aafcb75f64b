import type { Middleware } from 'openapi-fetch'
import { factsOf } from './answer-facts.ts'
import { ApiError } from './api-error.ts'
import { buildRequest, type BuiltRequest } from './build-request.ts'
import type { Call } from './call.ts'
import { readFailedAnswer } from './middleware/error-body.ts'
import type { Send } from './middleware/layer.ts'
import type { ClientSettings } from './client-options.ts'
import { describe, type FindPlan } from './operation-plan.ts'
import { runMiddleware, type MiddlewareFacts } from './run-middleware.ts'
import { isOneShot, markOneShot, serializePath, serializerOf } from './serialize.ts'

/** What all calls of a client are made with. */
export interface ClientParts {
  readonly settings: ClientSettings
  readonly findPlan: FindPlan
  readonly send: Send
  /** That of the client; a call may bring more. */
  readonly middleware: readonly Middleware[]
}

/** Builds the request of a call and sends it. Middleware may have written into the one before, so each is a new one. */
export function openRequest({ middleware: ofClient, send }: ClientParts, call: Call): Promise<Response> {
  const { input, init, body } = buildOrRefuse(call)
  call.oneShot = isOneShot(body)
  const { middleware: ofCall } = call.asked.init
  if (ofClient.length === 0 && ofCall === undefined) return send(call, markedFor(call, input), init)
  const request = typeof input === 'string' ? new Request(input, init) : input
  return openThrough(ofCall === undefined ? ofClient : [...ofClient, ...ofCall], request, call, send)
}

async function openThrough(
  middleware: readonly Middleware[],
  request: Request,
  call: Call,
  send: Send,
): Promise<Response> {
  const response = await runMiddleware(middleware, request, factsFor(call), (shown) =>
    send(call, markedFor(call, shown)),
  )
  // An answer that middleware made has none yet.
  return response.ok || factsOf(response) !== undefined ? response : readFailedAnswer(call, response)
}

function markedFor<Input extends string | Request>({ oneShot }: Call, input: Input): Input {
  if (oneShot && typeof input === 'object') markOneShot(input)
  return input
}

/** What middleware is told beside the request. */
function factsFor({ plan, settings, sender, asked }: Call): MiddlewareFacts {
  const { params = {}, init } = asked
  const { parseAs = 'json', bodySerializer = serializerOf(plan) } = init
  const options = {
    baseUrl: settings.baseUrl,
    fetch: sender.fetch,
    parseAs,
    querySerializer: plan.serializeQuery,
    bodySerializer,
    pathSerializer: serializePath,
  } as MiddlewareFacts['options']
  return { schemaPath: plan.operation.path, params, id: crypto.randomUUID(), options }
}

function buildOrRefuse({ plan, settings, asked }: Call): BuiltRequest {
  try {
    return buildRequest(plan, settings.baseUrl, asked)
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
