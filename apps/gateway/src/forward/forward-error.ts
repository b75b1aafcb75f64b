import { isAuthError, type AuthError, type AuthErrorCode } from '@grantkit/auth-core'
import type { Problem } from '../http/problem.ts'

/** What callers may know of trouble with the store: its messages name files and addresses. */
const storeDetails: Partial<Readonly<Record<AuthErrorCode, string>>> = {
  store_key_missing:
    'The gateway lacks a key that its store is sealed with. All gateways of a store need the same GATEWAY_KEYS.',
  store_value_invalid: 'What the store holds of this connection was damaged or changed by others. Connect it again.',
  store_value_newer: 'A newer gateway wrote this connection. Update the one that you asked.',
}

/** A status for each code that can come of using a connection. What is not here is a mistake of the gateway: 500. */
const statusOf: Partial<Readonly<Record<AuthErrorCode, number>>> = {
  not_connected: 404,
  reconnect: 409,
  account_mismatch: 409,
  client_rejected: 502,
  grant_rejected: 502,
  renewal_not_supplied: 502,
  response_invalid: 502,
  id_token_invalid: 502,
  provider_unreachable: 502,
  provider_unavailable: 503,
  provider_no_answer: 504,
  client_secret_unavailable: 503,
  rate_limited: 503,
  backing_off: 503,
  wait_timeout: 503,
  body_not_replayable: 503,
  store_failed: 503,
  store_busy: 503,
  store_read_only: 503,
  store_not_set_up: 503,
  store_key_missing: 503,
  store_key_unavailable: 503,
  store_value_invalid: 500,
  store_value_newer: 503,
  tokens_unsaved: 503,
}

/** Says in the gateway's words why a connection could not be used. */
export function toProblem(error: unknown, nowMs: number): Problem | undefined {
  if (!isAuthError(error)) return undefined
  const status = statusOf[error.code]
  if (status === undefined) return undefined
  return {
    status,
    code: error.code,
    detail: detailOf(error),
    members: { action: error.action, ...(error.status === undefined ? {} : { upstreamStatus: error.status }) },
    ...(status === 503 ? { headers: { 'retry-after': retryAfter(error, nowMs) } } : {}),
  }
}

function detailOf(error: AuthError): string {
  const provider = error.provider ?? 'of this session'
  if (error.code === 'not_connected') return `Provider ${provider} not found: nobody has connected this app yet`
  if (error.code === 'reconnect') return `Reconnect this account: ${provider} ended its grant`
  if (error.family === 'storage') {
    return storeDetails[error.code] ?? 'The store of the gateway does not answer. Try again.'
  }
  return error.message
}

function retryAfter({ retryAtMs }: AuthError, nowMs: number): string {
  const seconds = retryAtMs === undefined ? 1 : Math.ceil((retryAtMs - nowMs) / 1000)
  return String(Math.min(Math.max(seconds, 1), 3600))
}
