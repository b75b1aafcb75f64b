import type { Clock } from '@grantkit/auth-core'
import { isApiError } from './api-error.ts'
import { recognizer } from './answer-kind.ts'
import type { Call } from './call.ts'
import { isUnsent } from './middleware/network-error.ts'
import type { Watch } from './middleware/observe.ts'
import type { Outcome } from './middleware/retry.ts'
import { parseRetryAfter } from './retry-after.ts'
import { retryDelay } from './retry-delay.ts'

export interface RetryPolicy {
  readonly maxRetries: number
  readonly baseDelayMs: number
  readonly jitter: number
}

/** Decides about the repeats of one call; all of them share one budget. */
export interface Repeater {
  /** An answer that refuses for now, although its status does not say so. */
  isRefusedForNow(response: Response): boolean | Promise<boolean>
  /** Another attempt is possible at all. */
  canRepeat(): boolean
  /** How long to wait before the next attempt; nothing when this outcome stands. */
  delayAfter(outcome: Outcome): number | undefined
  /** Waits; fails at once when the call is given up meanwhile. */
  wait(delayMs: number): Promise<void>
}

export interface RepeaterParts {
  readonly call: Call
  readonly settings: { readonly retry: RetryPolicy; readonly clock: Clock; readonly random: () => number }
  readonly watch: Watch | undefined
}

/** 429 is the server's word that it did nothing; the others leave it open. */
const notProcessedStatus = 429
const passingStatuses = new Set([notProcessedStatus, 500, 502, 503, 504])

/** Tells whether an answer with this status may be followed by a better one. */
export function isPassing(status: number, idempotent: boolean): boolean {
  return passingStatuses.has(status) && (idempotent || status === notProcessedStatus)
}

export function createRepeater({ call, settings, watch }: RepeaterParts): Repeater {
  const { retry: policy, clock, random } = settings
  let retries = 0
  const canRepeat = (): boolean => !call.oneShot && retries < policy.maxRetries
  const mayFollow = (outcome: Outcome): boolean => {
    if ('response' in outcome) return outcome.refusedForNow || isPassing(outcome.response.status, call.plan.idempotent)
    // Everything that is not ours, and every refusal of the auth core, is final: the auth core has its own schedule.
    if (!isApiError(outcome.error, 'network') && !isApiError(outcome.error, 'timeout')) return false
    return call.plan.idempotent || isUnsent(outcome.error)
  }
  return {
    isRefusedForNow: recognizer(call.plan.retryReasons, call.plan.errors.code),
    canRepeat,
    delayAfter(outcome) {
      call.throwIfGivenUp()
      if (!canRepeat() || !mayFollow(outcome)) return undefined
      const retryAfterMs = 'response' in outcome ? retryAfterOf(outcome.response, clock) : undefined
      const state = { ...policy, retries, random: random(), retryAfterMs, remainingMs: call.remainingMs() }
      const delayMs = retryDelay(state)
      if (delayMs === undefined) return undefined
      retries += 1
      watch?.repeating(delayMs, 'error' in outcome ? outcome.error : undefined)
      return delayMs
    },
    wait(delayMs) {
      call.activity?.end()
      const slept = new Promise<void>((resolve) => {
        const cancelTimer = clock.setTimer(resolve, delayMs)
        call.activity = { abort: cancelTimer, end: cancelTimer }
      })
      return call.during(slept)
    },
  }
}

export function retryAfterOf(response: Response, clock: Clock): number | undefined {
  return parseRetryAfter(response.headers.get('retry-after'), clock.wallMs())
}
