import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { isObject } from '../check-option.ts'
import type { Service } from '../service.ts'
import type { Fault } from './fault.ts'

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
export function replacedAnswer(fault: Fault, call: Call, service: Pick<Service, 'error'>): Answer | undefined {
  switch (fault.type) {
    case 'unauthorized':
      return service.error(call, 401)
    case 'forbidden':
      return service.error(call, 403, fault.errorCode)
    case 'api_error':
      return service.error(call, fault.status, fault.errorCode)
    case 'oauth_error':
      return service.error(call, fault.status ?? 400, fault.error)
    case 'rate_limited':
      return rateLimited(fault.retryAfterSeconds, service.error(call, 429))
    case 'server_error':
      return service.error(call, fault.status ?? 503)
    case 'html':
      return html(fault.status ?? 200)
    case 'empty':
      return { status: fault.status ?? 200, headers: { 'content-type': 'application/json' }, text: '' }
    case 'huge':
      return jsonAnswer(200, { access_token: 'x'.repeat(fault.bytes ?? 5_000_000), token_type: 'Bearer' })
    case 'redirect':
      return { status: 302, headers: { location: fault.location ?? 'https://elsewhere.example.com/' }, text: '' }
    default:
      return undefined
  }
}

/** Spoils a token answer, also one in an envelope; other answers and other faults leave it as it is. */
export function spoiledText(fault: Fault, text: string): string {
  const spoiled = spoiledMembers(fault)
  const body = readJson(text)
  if (spoiled === undefined || !isObject(body)) return text
  if ('access_token' in body) return JSON.stringify({ ...body, ...spoiled })
  const { data } = body
  return isObject(data) && 'access_token' in data ? JSON.stringify({ ...body, data: { ...data, ...spoiled } }) : text
}

function spoiledMembers(fault: Fault): Readonly<Record<string, unknown>> | undefined {
  switch (fault.type) {
    case 'wrong_types':
      return { access_token: 42, expires_in: [], scope: {} }
    case 'unknown_token_type':
      return { token_type: 'mac' }
    case 'expires_in':
      return { expires_in: fault.seconds }
    default:
      return undefined
  }
}

/** Returns the status that an answer goes out with. */
export function playedStatus(fault: Fault, status: number): number {
  return fault.type === 'status' ? (fault.status ?? 200) : status
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function rateLimited(retryAfterSeconds: number | undefined, answer: Answer): Answer {
  if (retryAfterSeconds === undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } }
}

function html(status: number): Answer {
  const page = '<!doctype html><html lang="en"><title>Proxy</title><h1>This is not the answer you want</h1></html>'
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, text: page }
}
