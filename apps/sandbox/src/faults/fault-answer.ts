import { type Answer, type Call, jsonAnswer } from '../call.ts'
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

function rateLimited(retryAfterSeconds: number | undefined, answer: Answer): Answer {
  if (retryAfterSeconds === undefined) return answer
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(retryAfterSeconds) } }
}

function html(status: number): Answer {
  const page = '<!doctype html><html lang="en"><title>Proxy</title><h1>This is not the answer you want</h1></html>'
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, text: page }
}
