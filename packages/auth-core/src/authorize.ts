import type { AccessToken } from './access-token.ts'
import type { Connection } from './connection.ts'
import { AuthError } from './errors.ts'
import type { Fetch } from './fetch.ts'

/** Set to true on a Request whose body can be read only once; such a request is never repeated. */
export const oneShotBody: unique symbol = Symbol.for('@grantkit/one-shot-body') as never

/** The part of a connection that calls are authorized with. */
export interface TokenSource extends Pick<Connection, 'accessToken' | 'audience'> {
  /** Puts a token on a request in a way of its own. Default: as a bearer token (RFC 6750). */
  readonly present?: (headers: Headers, token: AccessToken) => void
}

/**
 * Puts the connection's access token on requests to the provider's audience, and on no others. The header is set on
 * the Request it is given; an address with a text body, or none, is passed on as it is, with headers of its own. After
 * an answer that refuses the token (a 401, if `refusesToken` says nothing else) a newer token is used once and the
 * request repeated once.
 * Throws `origin_not_allowed` before sending, and `body_not_replayable` instead of repeating a one-shot body.
 */
export function authorize(
  connection: TokenSource,
  refusesToken: (response: Response) => boolean | Promise<boolean> = isUnauthorized,
): (next: Fetch) => Fetch {
  const prefixes = connection.audience.map((origin) => `${origin}/`)
  const isAllowed = (url: string): boolean => prefixes.some((prefix) => url.startsWith(prefix))
  const { present = presentBearer } = connection
  const withToken = <Target extends { readonly headers: Headers }>(target: Target, token: AccessToken): Target => {
    present(target.headers, token)
    return target
  }
  // A plain object is cheaper for fetch than Headers, which it copies.
  const initWith = (init: RequestInit | undefined, token: AccessToken): RequestInit =>
    init?.headers === undefined && connection.present === undefined
      ? { ...init, headers: { authorization: bearer(token) } }
      : withToken({ ...init, headers: new Headers(init?.headers) }, token)
  return (next) => async (input, init) => {
    // What begins with an origin and a slash leads there, whatever follows; other spellings are left to Request.
    const isPlain = typeof input === 'string' && isAllowed(input) && isText(init?.body)
    const target = isPlain ? input : toRequest(input, init)
    const { url, signal } = typeof target === 'object' ? target : { url: target, signal: init?.signal }
    if (!isAllowed(url)) throw foreignOrigin(new URL(url).origin, connection.audience)
    const wait = signal ? { signal } : {}
    const send = (to: Request | string, token: AccessToken): Promise<Response> =>
      typeof to === 'object' ? next(withToken(to, token)) : next(to, initWith(init, token))

    const token = await connection.accessToken(wait)
    const again = copyOf(target)
    const response = await send(target, token)
    if (!(await refusesToken(response))) {
      if (again !== target) discard(again)
      return response
    }
    const newer = await connection.accessToken({ ...wait, refused: token }).catch((error: unknown) => {
      discard(response)
      throw error
    })
    if (newer.value === token.value) {
      if (again !== target) discard(again)
      return response
    }
    discard(response)
    if (again === undefined) throw notReplayable(url)
    return send(again, newer)
  }
}

function isUnauthorized(response: Response): boolean {
  return response.status === 401
}

/** Makes a Request of what a fetch is given, marked as one-shot where its body is a stream. */
function toRequest(input: Request | URL | string, init: RequestInit | undefined): Request {
  if (isRequest(input)) {
    if (init === undefined) return input
    // Another realm's, or another library's: only its own class can read it.
    const OwnRequest = input.constructor as typeof Request
    return markStream(new OwnRequest(input, init), init.body === undefined ? isOneShot(input) : isStream(init.body))
  }
  // No Request takes such an address, and the error that says so quotes it.
  if (hasCredentials(input)) {
    throw new AuthError('origin_not_allowed', 'The access token is not sent to an address that holds credentials.')
  }
  return markStream(new Request(input, init), isStream(init?.body))
}

/** By its shape: `instanceof` fails for the Requests of another realm or library. */
function isRequest(input: Request | URL | string): input is Request {
  return typeof input === 'object' && 'headers' in input
}

function isText(body: unknown): boolean {
  return body === undefined || body === null || typeof body === 'string'
}
function hasCredentials(address: URL | string): boolean {
  if (!URL.canParse(address)) return false
  const { username, password } = new URL(address)
  return username !== '' || password !== ''
}

function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && (body instanceof ReadableStream || Symbol.asyncIterator in body)
}

function markStream(request: Request, isOneShotBody: boolean): Request {
  return isOneShotBody ? Object.defineProperty(request, oneShotBody, { value: true }) : request
}

function isOneShot(request: Request): boolean {
  return (request as { [oneShotBody]?: boolean })[oneShotBody] === true
}

/** What can be sent after it. Only a Request with a body needs a second copy; copying is the dearest part of a call. */
function copyOf(target: Request | string): Request | string | undefined {
  if (typeof target === 'string' || target.body === null) return target
  return isOneShot(target) ? undefined : target.clone()
}

function presentBearer(headers: Headers, token: AccessToken): void {
  headers.set('authorization', bearer(token))
}

function bearer({ value }: AccessToken): string {
  return `Bearer ${value}`
}

/** Frees what a copy or an answer holds that nobody will read. */
function discard(unread: Request | Response | string | undefined): void {
  if (typeof unread === 'object') unread.body?.cancel().catch(() => undefined)
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
    `${new URL(url).origin} refused the token. It was renewed, but the request's body is a stream and cannot be sent ` +
      'twice. Send the request again with a new body.',
  )
}
