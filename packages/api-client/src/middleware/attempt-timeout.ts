import type { Clock } from '@grantkit/auth-core'
import { ApiError } from '../api-error.ts'
import type { Call } from '../call.ts'
import { describe } from '../operation-plan.ts'
import type { FetchMiddleware } from './fetch-middleware.ts'

/**
 * Limits one attempt, from sending to the last byte of its body. The signal goes beside the request, not into it:
 * a Request that follows a signal costs several times one that does not.
 */
export function attemptTimeout(call: Call, attemptTimeoutMs: number, clock: Clock): FetchMiddleware {
  return (next) => (input, init) => {
    call.throwIfGivenUp()
    call.activity?.end()
    const controller = new AbortController()
    const cancelTimer = clock.setTimer(() => call.interrupt(attemptTimedOut(call, attemptTimeoutMs)), attemptTimeoutMs)
    call.activity = { abort: (reason) => controller.abort(reason), end: cancelTimer }
    return call.during(next(input, { ...init, signal: controller.signal }))
  }
}

function attemptTimedOut(call: Call, attemptTimeoutMs: number): ApiError {
  const { plan } = call
  const message = `${describe(plan)} got no complete answer within ${attemptTimeoutMs} ms in one attempt.`
  return new ApiError('timeout', message, { ...plan.names, retryable: plan.idempotent && !call.oneShot })
}
