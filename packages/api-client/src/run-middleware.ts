import type { Middleware, MiddlewareCallbackParams } from 'openapi-fetch'

/** What middleware is told of a call, besides request and answer. */
export type MiddlewareFacts = Omit<MiddlewareCallbackParams, 'request'>

/**
 * Sends a request through middleware, in the order of openapi-fetch: forwards to the request, backwards from the answer
 * or the error. openapi-fetch's own client does the same, but builds every request as a platform Request.
 */
export async function runMiddleware(
  middleware: readonly Middleware[],
  built: Request,
  facts: MiddlewareFacts,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  const backwards = middleware.toReversed()
  let request = built
  let response: Response | undefined
  for (const { onRequest } of middleware) {
    const made = await onRequest?.({ ...facts, request })
    if (made instanceof Response) {
      response = made
      break
    }
    if (made) request = checked(made, Request, 'onRequest')
  }
  if (response !== undefined) return response
  response = await send(request).catch(async (reason: unknown) => {
    let error = reason
    for (const { onError } of backwards) {
      const made = await onError?.({ ...facts, request, error })
      if (made instanceof Response) return made
      if (made) error = checked(made, Error, 'onError')
    }
    throw error
  })
  for (const { onResponse } of backwards) {
    const made: unknown = await onResponse?.({ ...facts, request, response })
    if (made) response = checked(made, Response, 'onResponse')
  }
  return response
}

function checked<T>(made: unknown, type: new (...args: never) => T, hook: string): T {
  if (made instanceof type) return made
  throw new TypeError(`${hook} of a middleware must return nothing, a Response or another ${type.name}.`)
}
