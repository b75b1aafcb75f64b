import type { Connection } from './connection.ts'
import { AuthError } from './errors.ts'
import type { Fetch } from './fetch.ts'

/** Set to true on a Request whose body can be read only once; such a request is never repeated. */
export const oneShotBody: unique symbol = Symbol.for('@grantkit/one-shot-body') as never

/**
 * Puts the connection's access token on requests to the provider's audience, and on no others. The header is set on
 * the Request it is given. After a 401 a newer token is used once and the request repeated once.
 * Throws `origin_not_allowed` before sending, and `body_not_replayable` instead of repeating a one-shot body.
 */
export function authorize(connection: Pick<Connection, 'accessToken' | 'audience'>): (next: Fetch) => Fetch {
  const prefixes = connection.audience.map((origin) => `${origin}/`)
  return (next) => async (input, init) => {
    const request = input instanceof Request && init === undefined ? input : new Request(input, init)
    const { url, signal } = request
    if (!prefixes.some((prefix) => url.startsWith(prefix))) throw foreignOrigin(url, connection.audience)
    const token = await connection.accessToken({ signal })
    // Only a body makes a second copy necessary; copying is the dearest part of a call.
    const again = request.body === null ? request : isOneShot(request) ? undefined : request.clone()
    request.headers.set('authorization', `Bearer ${token.value}`)
    const response = await next(request)
    if (response.status !== 401) {
      if (again !== request) discard(again)
      return response
    }
    const newer = await connection.accessToken({ signal, refused: token })
    if (newer.value === token.value) return response
    if (again === undefined) throw notReplayable(url)
    await response.body?.cancel()
    again.headers.set('authorization', `Bearer ${newer.value}`)
    return next(again)
  }
}

/** Frees what the second copy holds. */
function discard(copy: Request | undefined): void {
  copy?.body?.cancel().catch(() => undefined)
}

/** Tells whether a request was marked with {@link oneShotBody}. */
export function isOneShot(input: Request | URL | string): boolean {
  return (input as { [oneShotBody]?: boolean })[oneShotBody] === true
}

function foreignOrigin(url: string, audience: readonly string[]): AuthError {
  return new AuthError(
    'origin_not_allowed',
    `The access token is not sent to ${new URL(url).origin}. It may go to: ${audience.join(', ')}.`,
  )
}

function notReplayable(url: string): AuthError {
  return new AuthError(
    'body_not_replayable',
    `${new URL(url).origin} answered 401. The token was renewed, but the request's body is a stream and cannot be sent ` +
      'twice. Send the request again with a new body.',
  )
}
