import type { Clock } from '@grantkit/auth-core'
import { ApiError } from './api-error.ts'
import { describe, type OperationPlan } from './operation-plan.ts'

/** What a call is busy with: an attempt, until its body was read, or the wait for the next one. */
export interface Activity {
  /** Stops it before its end. */
  abort(reason: ApiError): void
  /** Frees what it holds after its end. */
  end(): void
}

/** One call of an operation with all its attempts, from the look at its arguments to the last byte read. */
export interface Call {
  readonly plan: OperationPlan
  /** The body is a stream: it can be sent once only. */
  oneShot: boolean
  /** The layers were reached; before that nothing can have been sent. */
  started: boolean
  activity: Activity | undefined
  /** Milliseconds left of the total. */
  remainingMs(): number
  /** Throws if the call was given up, by its timeout or by its caller. */
  throwIfGivenUp(): void
  /** Settles with `part`, or fails as soon as it is interrupted. */
  during<T>(part: Promise<T>): Promise<T>
  /** Stops the activity and fails the part that is under way. */
  interrupt(reason: ApiError): void
}

export interface CallLimits {
  readonly timeoutMs: number
  readonly clock: Clock
}

/**
 * Runs a call under its total timeout and its caller's signal. This outermost layer is no fetch middleware: both must
 * hold while the body is read too, and even if something below ignores them.
 */
export function runCall<T>(
  plan: OperationPlan,
  limits: CallLimits,
  signal: AbortSignal | null | undefined,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) return Promise.reject(aborted(plan, signal))
  return new Promise((resolve, reject) => {
    let givenUp: ApiError | undefined
    const call = createCall(plan, limits, () => givenUp)
    const giveUp = (error: ApiError): void => {
      givenUp = error
      call.interrupt(error)
      finish()
      reject(error)
    }
    const onAbort = signal ? () => giveUp(aborted(plan, signal)) : undefined
    const cancelTimer = limits.clock.setTimer(() => giveUp(timedOut(plan, limits.timeoutMs)), limits.timeoutMs)
    const finish = (): void => {
      cancelTimer()
      call.activity?.end()
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
    }
    if (onAbort !== undefined) signal?.addEventListener('abort', onAbort)
    // Settling again after the call was given up changes nothing.
    work(call).then(resolve, reject).finally(finish)
  })
}

function createCall(plan: OperationPlan, limits: CallLimits, givenUp: () => ApiError | undefined): Call {
  const startMs = limits.clock.monotonicMs()
  let failPart: ((reason: ApiError) => void) | undefined
  const call: Call = {
    plan,
    oneShot: false,
    started: false,
    activity: undefined,
    remainingMs: () => limits.timeoutMs - (limits.clock.monotonicMs() - startMs),
    throwIfGivenUp() {
      const error = givenUp()
      if (error !== undefined) throw error
    },
    during(part) {
      return new Promise((resolve, reject) => {
        failPart = reject
        part.then(resolve, reject)
      })
    },
    interrupt(reason) {
      call.activity?.abort(reason)
      failPart?.(reason)
    },
  }
  return call
}

function aborted(plan: OperationPlan, signal: AbortSignal): ApiError {
  const cause: unknown = signal.reason
  return new ApiError('aborted', `${describe(plan)} was ended by its caller.`, { ...plan.names, cause })
}

function timedOut(plan: OperationPlan, timeoutMs: number): ApiError {
  const message = `${describe(plan)} did not end within ${timeoutMs} ms. Raise timeoutMs, or try again later.`
  return new ApiError('timeout', message, { ...plan.names, retryable: plan.idempotent })
}
