import type { Sender } from './sender.ts'
import { ApiError } from './api-error.ts'
import type { Asked } from './call-init.ts'
import type { ClientSettings } from './client-options.ts'
import type { Watch } from './middleware/observe.ts'
import { describe, type OperationPlan } from './operation-plan.ts'

/** What a call is busy with: an attempt, until its body was read, or a wait. */
export interface Activity {
  /** Stops it before its end. */
  abort(reason: ApiError): void
  /** Frees what it holds after its end. */
  end(): void
  /** What a call waits for, if it does, in words for its timeout. */
  readonly waitsFor?: string
}

/** One call of an operation with all its attempts, from the look at its arguments to the last byte read. */
export interface Call {
  readonly plan: OperationPlan
  readonly asked: Asked
  readonly settings: ClientSettings
  readonly sender: Sender
  readonly watch: Watch | undefined
  readonly startMs: number
  /** Repeats so far; a call has one budget of them, whatever they are for. */
  retries: number
  /** The body is a stream: it can be sent once only. */
  oneShot: boolean
  activity: Activity | undefined
  /** Why the call ended early: its timeout, or its caller. */
  givenUp: ApiError | undefined
  /** Fails the part that is under way. */
  failPart: ((reason: ApiError) => void) | undefined
}

export function createCall(parts: Pick<Call, 'plan' | 'asked' | 'settings' | 'sender' | 'watch'>): Call {
  return {
    ...parts,
    startMs: parts.settings.clock.monotonicMs(),
    retries: 0,
    oneShot: false,
    activity: undefined,
    givenUp: undefined,
    failPart: undefined,
  }
}

/**
 * Runs a call under its total timeout and its caller's signal. This outermost layer is none of the layers around
 * `fetch`: both must hold while the body is read too, and even if something below ignores them.
 */
export function runCall<T>(call: Call, signal: AbortSignal | null | undefined, work: () => Promise<T>): Promise<T> {
  const { plan, settings } = call
  if (signal?.aborted) return Promise.reject(aborted(plan, signal))
  return new Promise((resolve, reject) => {
    const giveUp = (error: ApiError): void => {
      call.givenUp = error
      interrupt(call, error)
      finish()
      reject(error)
    }
    const onAbort = signal ? () => giveUp(aborted(plan, signal)) : undefined
    const cancelTimer = settings.clock.setTimer(() => giveUp(timedOut(call)), settings.timeoutMs)
    const finish = (): void => {
      cancelTimer()
      call.activity?.end()
      if (onAbort !== undefined) signal?.removeEventListener('abort', onAbort)
    }
    if (onAbort !== undefined) signal?.addEventListener('abort', onAbort)
    // Settling again after the call was given up changes nothing.
    work().then(
      (result) => {
        finish()
        resolve(result)
      },
      (error: unknown) => {
        finish()
        reject(error)
      },
    )
  })
}

/** Milliseconds left of the total. */
export function remainingMs({ settings, startMs }: Call): number {
  return settings.timeoutMs - (settings.clock.monotonicMs() - startMs)
}

/** Throws if the call was given up, by its timeout or by its caller. */
export function throwIfGivenUp(call: Call): void {
  if (call.givenUp !== undefined) throw call.givenUp
}

/** Begins what the call is busy with next. Throws if it was given up, before anything begins. */
export function begin(call: Call, activity: () => Activity): void {
  throwIfGivenUp(call)
  call.activity?.end()
  call.activity = activity()
}

/** Settles with `part`, or fails as soon as it is interrupted. */
export function during<T>(call: Call, part: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    call.failPart = reject
    part.then(resolve, reject)
  })
}

/** Stops the activity and fails the part that is under way. */
export function interrupt(call: Call, reason: ApiError): void {
  call.activity?.abort(reason)
  call.failPart?.(reason)
}

function aborted(plan: OperationPlan, signal: AbortSignal): ApiError {
  const cause: unknown = signal.reason
  return new ApiError('aborted', `${describe(plan)} was ended by its caller.`, { ...plan.names, cause })
}

function timedOut({ plan, settings, activity }: Call): ApiError {
  const waiting = activity?.waitsFor === undefined ? '' : `, the end of it waiting for ${activity.waitsFor}`
  const message = `${describe(plan)} did not end within ${settings.timeoutMs} ms${waiting}. Raise timeoutMs, or try again later.`
  return new ApiError('timeout', message, { ...plan.names, retryable: plan.idempotent })
}
