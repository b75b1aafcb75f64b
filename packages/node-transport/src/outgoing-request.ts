import type { Dispatcher } from 'undici'
import { acceptEncoding } from './decode-content.ts'
import { toBodyOfRequest, toOutgoingBody, type OutgoingBody } from './outgoing-body.ts'

/** What a `fetch` was given, as undici takes it. */
export interface OutgoingRequest {
  readonly url: string
  readonly origin: string
  readonly signal: AbortSignal | undefined
  readonly options: Dispatcher.DispatchOptions
}

/** Methods that fetch writes in capitals, however they are given. */
const capitalised = new Set(['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'])
const forbidden = new Set(['CONNECT', 'TRACE', 'TRACK'])

/**
 * Reads the arguments of a `fetch`, at once where the body needs no reading. Throws a TypeError for what cannot be sent;
 * no address is quoted in it.
 */
export function toOutgoingRequest(
  input: Request | URL | string,
  init: RequestInit = {},
): OutgoingRequest | Promise<OutgoingRequest> {
  const given = typeof input === 'object' && 'headers' in input ? input : undefined
  const { url, origin, path } = parseAddress(given?.url ?? String(input))
  const method = toMethod(init.method ?? given?.method ?? 'GET')
  const signal = init.signal ?? given?.signal ?? undefined
  const headers = toHeaders(init.headers ?? given?.headers)
  const outgoing = (sent: Headers, body?: OutgoingBody): OutgoingRequest => {
    const options = { origin, path, method, headers: withDefaults(sent) }
    return { url, origin, signal, options: body === undefined ? options : { ...options, body } }
  }
  const source = init.body ?? given?.body ?? undefined
  if (source === undefined) return outgoing(headers)
  if (method === 'GET' || method === 'HEAD') throw new TypeError(`A ${method} request cannot have a body.`)
  // What follows from the body is written into a copy.
  const own = new Headers(headers)
  const body = source === given?.body ? bodyOfRequest(given) : toOutgoingBody(source, own)
  return body instanceof Promise ? body.then((whole) => outgoing(own, whole)) : outgoing(own, body)
}

function bodyOfRequest({ body, bodyUsed }: Request): Promise<OutgoingBody> | undefined {
  if (bodyUsed) throw new TypeError('The body of the Request was read already.')
  return body === null ? undefined : toBodyOfRequest(body)
}

function parseAddress(address: string): { url: string; origin: string; path: string } {
  const { protocol, username, password, origin, pathname, search, href, hash } = toUrl(address)
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`Cannot fetch ${protocol} addresses.`)
  if (username !== '' || password !== '') throw new TypeError('The address contains credentials.')
  return { url: hash === '' ? href : href.slice(0, -hash.length), origin, path: `${pathname}${search}` }
}

function toUrl(address: string): URL {
  try {
    return new URL(address)
  } catch {
    throw new TypeError('The address is not an absolute URL.')
  }
}

/**
 * Reads headers; those of the platform as they are, because copying them is a good part of what a call costs. The
 * platform's own error quotes the value, which may be a token.
 */
function toHeaders(given: RequestInit['headers']): Headers {
  try {
    return given instanceof Headers ? given : new Headers(given)
  } catch {
    throw new TypeError('A header has a name or a value that cannot be sent.')
  }
}

function toMethod(method: string): Dispatcher.HttpMethod {
  const capitals = method.toUpperCase()
  if (forbidden.has(capitals)) throw new TypeError(`A fetch cannot send ${capitals}.`)
  return capitalised.has(capitals) ? capitals : method
}

/** What the platform's fetch says of itself too, so that a change of transport changes nothing for the server. */
function withDefaults(headers: Headers): Record<string, string> {
  const record: Record<string, string> = { accept: '*/*', 'accept-encoding': acceptEncoding, 'user-agent': 'node' }
  for (const [name, value] of headers) record[name] = value
  return record
}
