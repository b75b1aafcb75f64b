import { isAuthError, wasNeverSent } from '@grantkit/auth-core'
import { ApiError, isApiError } from '../api-error.ts'
import type { Call } from '../call.ts'
import { describe } from '../operation-plan.ts'

/** What a fetch on undici refuses for good: a request that cannot be sent, or that comes after its end. */
const finalCodes = new Set(['UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'])

/** Turns what `fetch` throws into an ApiError `network`. */
export function toNetworkError(call: Call, error: unknown): unknown {
  // An aborted fetch fails with the reason it was given, which is ours already.
  if (isApiError(error) || isAuthError(error)) return error
  const { plan, oneShot } = call
  const code = systemCode(error)
  const unsent = wasNeverSent(error)
  const what = unsent ? 'could not reach the API' : 'got no complete answer'
  const message = `${describe(plan)} ${what}${code === undefined ? '' : ` (${code})`}.`
  const retryable = !oneShot && (plan.idempotent || unsent) && !finalCodes.has(code ?? '')
  return new ApiError('network', message, { ...plan.names, retryable, cause: safeRemainder(error, code) })
}

/** The code lies on the error itself or, with Node's fetch, on its cause. */
function systemCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; typeof at === 'object' && at !== null && depth < 4; depth += 1) {
    if ('code' in at && typeof at.code === 'string') return at.code
    at = 'cause' in at ? at.cause : undefined
  }
  return undefined
}

/** Name and code only: the message of a foreign `fetch` may quote headers. */
function safeRemainder(error: unknown, code: string | undefined): { name: string; code?: string } {
  const name = error instanceof Error ? error.name : typeof error
  return code === undefined ? { name } : { name, code }
}
