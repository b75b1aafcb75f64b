import { ApiError } from '../api-error.ts'
import { begin, during, interrupt, type Call } from '../call.ts'
import { describe } from '../operation-plan.ts'
import { readFailedAnswer } from './error-body.ts'
import type { Send } from './layer.ts'
import { toNetworkError } from './network-error.ts'

/**
 * Makes one attempt: limited in time from sending to the last byte of its body, observed, with what `fetch` throws
 * mapped and the body of a failed answer read up to a limit. The signal goes beside the request, not into it: a
 * Request that follows a signal costs several times one that does not.
 */
export const attempt: Send = async (call, input, init) => {
  const signal = beginAttempt(call)
  call.watch?.beginning()
  try {
    const response = await during(call, call.sender.fetch(input, { ...init, signal }))
    call.watch?.answered(response.status)
    return response.ok ? response : await during(call, readFailedAnswer(call, response))
  } catch (error) {
    const failure = toNetworkError(call, error)
    call.watch?.failed(failure)
    throw failure
  }
}

function beginAttempt(call: Call): AbortSignal {
  const { clock, attemptTimeoutMs } = call.settings
  const aborter = call.sender.createAborter()
  begin(call, () => ({
    abort: (reason) => aborter.abort(reason),
    end: clock.setTimer(() => interrupt(call, timedOut(call)), attemptTimeoutMs),
  }))
  return aborter.signal
}

function timedOut({ plan, settings, oneShot }: Call): ApiError {
  const message = `${describe(plan)} got no complete answer within ${settings.attemptTimeoutMs} ms in one attempt.`
  return new ApiError('timeout', message, { ...plan.names, retryable: plan.idempotent && !oneShot })
}
