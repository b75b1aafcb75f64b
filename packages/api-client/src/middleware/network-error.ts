import { isAuthError, wasNeverSent } from '@grantkit/auth-core'
import { ApiError, isApiError } from '../api-error.ts'
import type { Call } from '../call.ts'
import { describe } from '../operation-plan.ts'
import type { FetchMiddleware } from './fetch-middleware.ts'

/** The errors of ours that stand for a request of which not a byte left. */
const neverSent = new WeakSet<object>()

/** Turns what `fetch` throws into an ApiError `network`. */
export function networkErrors(call: Call): FetchMiddleware {
  return (next) => async (input, init) => {
    try {
      return await next(input, init)
    } catch (error) {
      throw toNetworkError(call, error)
    }
  }
}

/** Tells whether this error of ours means that not a byte of the request left. */
export function isUnsent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && neverSent.has(error)
}

export function toNetworkError(call: Call, error: unknown): unknown {
  // An aborted fetch fails with the reason it was given, which is ours already.
  if (isApiError(error) || isAuthError(error)) return error
  const code = systemCode(error)
  const unsent = wasNeverSent(error)
  const what = unsent ? 'could not reach the API' : 'got no complete answer'
  const message = `${describe(call.plan)} ${what}${code === undefined ? '' : ` (${code})`}.`
  const retryable = !call.oneShot && (call.plan.idempotent || unsent)
  const mapped = new ApiError('network', message, { ...call.plan.names, retryable, cause: safeRemainder(error, code) })
  if (unsent) neverSent.add(mapped)
  return mapped
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
