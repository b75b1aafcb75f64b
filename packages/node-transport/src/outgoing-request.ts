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

/** Reads the arguments of a `fetch`. Throws a TypeError for what cannot be sent; no address is quoted in it. */
export async function toOutgoingRequest(
  input: Request | URL | string,
  init: RequestInit = {},
): Promise<OutgoingRequest> {
  const given = typeof input === 'object' && 'headers' in input ? input : undefined
  const { url, origin, path } = parseAddress(given?.url ?? String(input))
  const method = toMethod(init.method ?? given?.method ?? 'GET')
  const headers = toHeaders(init.headers ?? given?.headers)
  const body = await bodyOf(given, init, headers)
  if (body !== undefined && (method === 'GET' || method === 'HEAD')) {
    throw new TypeError(`A ${method} request cannot have a body.`)
  }
  return {
    url,
    origin,
    signal: init.signal ?? given?.signal ?? undefined,
    options: { origin, path, method, headers: withDefaults(headers), ...(body !== undefined && { body }) },
  }
}

async function bodyOf(
  given: Request | undefined,
  init: RequestInit,
  headers: Headers,
): Promise<OutgoingBody | undefined> {
  if (init.body !== undefined && init.body !== null) return toOutgoingBody(init.body, headers)
  if (given?.bodyUsed === true) throw new TypeError('The body of the Request was read already.')
  return given?.body ? toBodyOfRequest(given.body) : undefined
}

function parseAddress(address: string): { url: string; origin: string; path: string } {
  if (!URL.canParse(address)) throw new TypeError('The address is not an absolute URL.')
  const { protocol, username, password, origin, pathname, search, href, hash } = new URL(address)
  if (protocol !== 'http:' && protocol !== 'https:') throw new TypeError(`Cannot fetch ${protocol} addresses.`)
  if (username !== '' || password !== '') throw new TypeError('The address contains credentials.')
  return { url: hash === '' ? href : href.slice(0, -hash.length), origin, path: `${pathname}${search}` }
}

/** The platform's own error quotes the value, which may be a token. */
function toHeaders(given: RequestInit['headers']): Headers {
  try {
    return new Headers(given)
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
