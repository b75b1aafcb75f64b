import { timingSafeEqual } from 'node:crypto'
import { type Answer, type Call, jsonAnswer } from '../call.ts'
import type { VendorClients, SandboxClient } from './clients.ts'
import { type Parameters, readParameters } from './form.ts'

/** A request of a client that proved who it is. */
export interface ClientRequest {
  readonly client: SandboxClient
  readonly form: Parameters
}

/** A request that ends here. */
export interface Refused {
  readonly refused: Answer
}

/** Says that a code or token is no good. */
export function invalidGrant(description: string): Answer {
  return oauthError(400, 'invalid_grant', description)
}

/** Makes an error answer of RFC 6749 section 5.2. */
export function oauthError(status: number, error: string, description: string): Answer {
  const headers: Record<string, string> = { 'cache-control': 'no-store' }
  if (status === 401) headers['www-authenticate'] = 'Basic realm="sandbox"'
  return jsonAnswer(status, { error, error_description: description }, { headers, error })
}

/** Reads the form and authenticates the client by `client_secret_basic`, `client_secret_post` or `none`. */
export function authenticateClient(call: Call, clients: VendorClients): ClientRequest | Refused {
  const form = readForm(call)
  if ('refused' in form) return form
  const basic = readBasic(call.request.headers.get('authorization'))
  if (basic === 'malformed')
    return { refused: oauthError(401, 'invalid_client', 'The Authorization header is malformed.') }

  const formSecret = form.get('client_secret')
  if (basic !== undefined && formSecret !== undefined) {
    return { refused: oauthError(400, 'invalid_request', 'The client authenticates in two ways.') }
  }
  const id = basic?.id ?? form.get('client_id')
  if (id === undefined) return { refused: oauthError(401, 'invalid_client', 'The client does not say who it is.') }
  if (basic !== undefined && form.has('client_id') && form.get('client_id') !== id) {
    return { refused: oauthError(400, 'invalid_request', 'client_id is not the client of the Authorization header.') }
  }

  const client = clients.find(id)
  if (client === undefined || !isRightSecret(client.secret, basic?.secret ?? formSecret)) {
    return { refused: oauthError(401, 'invalid_client', 'The client is unknown, or its secret is wrong or missing.') }
  }
  return { client, form }
}

/** Names the client that a request claims to come from, proven or not; nothing for a client nobody knows. */
export function claimedClient(call: Call, clients: VendorClients): SandboxClient | undefined {
  const basic = readBasic(call.request.headers.get('authorization'))
  const id = typeof basic === 'object' ? basic.id : new URLSearchParams(formText(call)).get('client_id')
  return id === null || id === undefined ? undefined : clients.find(id)
}

/** The request's body as form text; empty if it is none. */
export function formText({ body, request }: Call): string {
  const type = request.headers.get('content-type') ?? ''
  if (body === undefined || !/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return ''
  return new TextDecoder().decode(body)
}

function readForm(call: Call): Parameters | Refused {
  if (call.body === undefined) return { refused: oauthError(413, 'invalid_request', 'The request is too large.') }
  const text = formText(call)
  if (text === '') return { refused: oauthError(400, 'invalid_request', 'The body must be a form that is not empty.') }
  const form = readParameters(new URLSearchParams(text))
  if ('repeated' in form) return { refused: oauthError(400, 'invalid_request', 'A parameter stands twice.') }
  return form
}

interface BasicCredentials {
  readonly id: string
  readonly secret: string
}

function readBasic(header: string | null): BasicCredentials | 'malformed' | undefined {
  if (header === null || !/^basic /i.test(header)) return undefined
  const text = Buffer.from(header.slice('basic '.length).trim(), 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 1) return 'malformed'
  try {
    return { id: formDecode(text.slice(0, colon)), secret: formDecode(text.slice(colon + 1)) }
  } catch {
    return 'malformed'
  }
}

/** RFC 6749 section 2.3.1: id and secret are form-encoded before they are put together. */
function formDecode(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function isRightSecret(wanted: string | undefined, given: string | undefined): boolean {
  if (wanted === undefined || given === undefined) return wanted === given
  const [a, b] = [Buffer.from(wanted), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
