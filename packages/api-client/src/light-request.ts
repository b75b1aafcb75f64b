/** A request that no middleware looks at: an address and what a `fetch` is told beside it. */
export interface LightRequest {
  readonly url: string
  readonly init: RequestInit
}

/** Others are forbidden or spelled wrongly, which a platform Request judges. */
const plainMethods = new Set(['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PATCH'])

/**
 * Given to openapi-fetch instead of the class Request. Building and copying platform Requests costs more than all our
 * layers together, so one is built only where it is needed: for bodies that are not text, and to refuse what cannot be
 * sent.
 */
export const LightOrPlatformRequest = function (url: string, init: RequestInit): object {
  const { method = 'GET', body } = init
  const hasBody = body !== undefined && body !== null
  const takesBody = method !== 'GET' && method !== 'HEAD'
  if (!plainMethods.has(method) || !URL.canParse(url) || (hasBody && !(takesBody && typeof body === 'string'))) {
    return new Request(url, init)
  }
  // All that openapi-fetch asks of a request is whether it is a HEAD, whose answer it hands back unread.
  return { url, init, method: 'HEAD' } satisfies LightRequest & { method: string }
} as unknown as typeof Request

export function isLight(request: Request | LightRequest): request is LightRequest {
  return 'init' in request
}
