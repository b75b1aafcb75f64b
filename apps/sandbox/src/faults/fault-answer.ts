import type { Answer } from '../call.ts'
import { jsonAnswer } from '../call.ts'
import { isObject } from '../check-option.ts'
import type { CallKind } from '../ledger.ts'
import type { Fault } from './fault.ts'

/** Writes an error of the API that is struck. */
export type ApiErrorWriter = (status: number, errorCode: string) => Answer

/** Whether the vendor does what was asked, although the answer goes wrong. */
export function isProcessed(fault: Fault): boolean {
  switch (fault.type) {
    case 'unauthorized':
    case 'forbidden':
    case 'api_error':
    case 'oauth_error':
      return false
    case 'rate_limited':
    case 'server_error':
    case 'lost':
    case 'html':
    case 'empty':
    case 'huge':
    case 'redirect':
      return fault.processed ?? false
    default:
      return true
  }
}

/** Returns the answer that takes the place of the true one; nothing if the true one stays. */
export function replacedAnswer(fault: Fault, kind: CallKind, apiError: ApiErrorWriter): Answer | undefined {
  switch (fault.type) {
    case 'unauthorized':
      return kind === 'api' ? apiError(401, 'AUTHN_INVALID_TOKEN') : oauthError(401, 'invalid_client')
    case 'forbidden':
      return kind === 'api' ? apiError(403, fault.errorCode ?? 'UNAUTHORIZED') : oauthError(403, 'access_denied')
    case 'api_error':
      return apiError(fault.status, fault.errorCode)
    case 'rate_limited':
      return rateLimited(fault.retryAfterSeconds, kind, apiError)
    case 'server_error':
      return serverError(fault.status ?? 503, kind, apiError)
    case 'html':
      return html(fault.status ?? 200)
    case 'empty':
      return { status: fault.status ?? 200, headers: { 'content-type': 'application/json' }, text: '' }
    case 'huge':
      return jsonAnswer(200, { access_token: 'x'.repeat(fault.bytes ?? 5_000_000), token_type: 'Bearer' })
    case 'redirect':
      return { status: 302, headers: { location: fault.location ?? 'https://elsewhere.example.com/' }, text: '' }
    case 'oauth_error':
      return oauthError(fault.status ?? 400, fault.error)
    default:
      return undefined
  }
}

/** Spoils a token answer; other answers and other faults leave it as it is. */
export function spoiledText(fault: Fault, text: string): string {
  const token = readJson(text)
  if (!isObject(token) || !('access_token' in token)) return text
  switch (fault.type) {
    case 'wrong_types':
      return JSON.stringify({ ...token, access_token: 42, expires_in: [], scope: {} })
    case 'unknown_token_type':
      return JSON.stringify({ ...token, token_type: 'mac' })
    case 'expires_in':
      return JSON.stringify({ ...token, expires_in: fault.seconds })
    default:
      return text
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function oauthError(status: number, error: string): Answer {
  return jsonAnswer(status, { error, error_description: 'Played by a fault of the sandbox.' }, { error })
}

function rateLimited(retryAfterSeconds: number | undefined, kind: CallKind, apiError: ApiErrorWriter): Answer {
  const answer = kind === 'api' ? apiError(429, 'TOO_MANY_REQUESTS') : oauthError(429, 'temporarily_unavailable')
  if (retryAfterSeconds === undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } }
}

function serverError(status: number, kind: CallKind, apiError: ApiErrorWriter): Answer {
  if (kind === 'api') return apiError(status, status === 503 ? 'UNAVAILABLE' : 'UNKNOWN_ERROR')
  return oauthError(status, status === 503 ? 'temporarily_unavailable' : 'server_error')
}

function html(status: number): Answer {
  const page = '<!doctype html><html lang="en"><title>Proxy</title><h1>This is not the answer you want</h1></html>'
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, text: page }
}
