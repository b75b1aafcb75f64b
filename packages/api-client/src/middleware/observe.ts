import type { Clock } from '@grantkit/auth-core'
import type { OperationPlan } from '../operation-plan.ts'

/** What became of one attempt. Holds names and numbers only: no address, parameter, header or body. */
export interface CallEvent {
  /** `info`: answered with success · `warning`: another attempt follows · `error`: the call failed. */
  readonly level: 'info' | 'warning' | 'error'
  readonly api: string
  /** Absent for a path outside the definition. */
  readonly operationId?: string
  readonly method: string
  /** Path template, without values. */
  readonly path: string
  /** Counted from 1; 0 if the call failed before anything was sent. */
  readonly attempt: number
  /** HTTP status, if there was an answer. */
  readonly status?: number
  /** Code of the error, if there was none. */
  readonly code?: string
  /** From sending to the first byte of the answer. */
  readonly durationMs: number
  /** How long the call waits before the next attempt. */
  readonly retryInMs?: number
}

export type Observe = (event: CallEvent) => void

/** Follows one call. An event is told as soon as it is known whether another attempt follows. */
export interface Watch {
  beginning(): void
  answered(status: number): void
  failed(error: unknown): void
  repeating(retryInMs: number, error?: unknown): void
  ended(succeeded: boolean, error?: unknown): void
}

interface Attempt {
  readonly attempt: number
  readonly startMs: number
  durationMs?: number
  status?: number
  error?: unknown
}

export function createWatch(plan: OperationPlan, observe: Observe, clock: Clock): Watch {
  const { names, operation } = plan
  const { method, path } = operation
  const subject = { ...names, method, path }
  let attempt = 0
  let untold: Attempt | undefined
  const tell = (level: CallEvent['level'], error: unknown, retryInMs?: number): void => {
    const nowMs = clock.monotonicMs()
    const last: Attempt = untold ?? { attempt, startMs: nowMs }
    untold = undefined
    const { status, durationMs = nowMs - last.startMs } = last
    const code = codeOf(error) ?? codeOf(last.error)
    try {
      observe(present({ ...subject, level, attempt: last.attempt, status, code, durationMs, retryInMs }))
    } catch {
      // Watching a call must not change it.
    }
  }
  return {
    beginning() {
      // The layer above repeats a refused token with a newer one without telling.
      if (untold !== undefined) tell('warning', undefined, 0)
      attempt += 1
      untold = { attempt, startMs: clock.monotonicMs() }
    },
    answered(status) {
      if (untold !== undefined) Object.assign(untold, { status, durationMs: clock.monotonicMs() - untold.startMs })
    },
    failed(error) {
      if (untold !== undefined) untold.error = error
    },
    repeating: (retryInMs, error) => tell('warning', error, retryInMs),
    ended: (succeeded, error) => tell(succeeded ? 'info' : 'error', error),
  }
}

/** Leaves out what is not known, so that events print without holes. */
function present(event: { [Key in keyof CallEvent]: CallEvent[Key] | undefined }): CallEvent {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined)) as unknown as CallEvent
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
