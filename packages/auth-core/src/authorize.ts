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
    const request = toRequest(input, init)
    const { url, signal } = request
    if (!prefixes.some((prefix) => url.startsWith(prefix)))
      throw foreignOrigin(new URL(url).origin, connection.audience)
    const token = await connection.accessToken({ signal })
    // Only a body makes a second copy necessary; copying is the dearest part of a call.
    const again = request.body === null ? request : isOneShot(request) ? undefined : request.clone()
    request.headers.set('authorization', `Bearer ${token.value}`)
    const response = await next(request)
    if (response.status !== 401) {
      if (again !== request) discard(again)
      return response
    }
    const newer = await connection.accessToken({ signal, refused: token }).catch((error: unknown) => {
      discard(response)
      throw error
    })
    if (newer.value === token.value) {
      if (again !== request) discard(again)
      return response
    }
    discard(response)
    if (again === undefined) throw notReplayable(url)
    again.headers.set('authorization', `Bearer ${newer.value}`)
    return next(again)
  }
}

/** Makes a Request of what a fetch is given, marked as one-shot where its body is a stream. */
export function toRequest(input: Request | URL | string, init: RequestInit | undefined): Request {
  if (input instanceof Request && init === undefined) return input
  if (!(input instanceof Request) && hasCredentials(input)) {
    // No Request takes such an address, and the error that says so quotes it.
    throw new AuthError('origin_not_allowed', 'The access token is not sent to an address that holds credentials.')
  }
  const request = new Request(input, init)
  const isStream = init?.body === undefined ? isOneShot(input) : init.body instanceof ReadableStream
  return isStream ? Object.defineProperty(request, oneShotBody, { value: true }) : request
}

function hasCredentials(address: URL | string): boolean {
  if (!URL.canParse(address)) return false
  const { username, password } = new URL(address)
  return username !== '' || password !== ''
}

/** Frees what a copy or an answer holds that nobody will read. */
function discard(unread: Request | Response | undefined): void {
  unread?.body?.cancel().catch(() => undefined)
}

function isOneShot(input: Request | URL | string): boolean {
  return (input as { [oneShotBody]?: boolean })[oneShotBody] === true
}

function foreignOrigin(origin: string, audience: readonly string[]): AuthError {
  return new AuthError(
    'origin_not_allowed',
    `The access token is not sent to ${origin}. It may go to: ${audience.join(', ')}.`,
  )
}

function notReplayable(url: string): AuthError {
  return new AuthError(
    'body_not_replayable',
    `${new URL(url).origin} answered 401. The token was renewed, but the request's body is a stream and cannot be sent ` +
      'twice. Send the request again with a new body.',
  )
}
