import { factsOf } from './answer-facts.ts'
import { isOfKind, isPassing } from './answer-kind.ts'
import { isApiError } from './api-error.ts'
import { begin, during, remainingMs, throwIfGivenUp, type Call } from './call.ts'
import { retryDelay } from './retry-delay.ts'

/** What became of one attempt. */
export type Outcome = { readonly response: Response } | { readonly error: unknown }

/** Tells whether another attempt is possible at all. */
export function hasRepeats({ oneShot, retries, settings }: Call): boolean {
  return !oneShot && retries < settings.retry.maxRetries
}

/**
 * Counts and announces a repeat, and tells how long to wait before it; nothing when this outcome stands. Throws if the
 * call was given up.
 */
export function delayAfter(call: Call, outcome: Outcome): number | undefined {
  throwIfGivenUp(call)
  if (!hasRepeats(call) || !mayFollow(call, outcome)) return undefined
  const { retries, settings } = call
  const retryAfterMs = 'response' in outcome ? factsOf(outcome.response)?.retryAfterMs : undefined
  const state = { ...settings.retry, retries, random: settings.random(), retryAfterMs, remainingMs: remainingMs(call) }
  const delayMs = retryDelay(state)
  if (delayMs === undefined) return undefined
  call.retries += 1
  call.watch?.repeating(delayMs, 'error' in outcome ? outcome.error : undefined)
  return delayMs
}

/** Waits; fails at once when the call is given up meanwhile. */
export function pause(call: Call, delayMs: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  begin(call, () => {
    const cancelTimer = call.settings.clock.setTimer(resolve, delayMs)
    return { abort: cancelTimer, end: cancelTimer }
  })
  return during(call, promise)
}

function mayFollow({ plan }: Call, outcome: Outcome): boolean {
  if ('error' in outcome) {
    // Everything that is not ours, and every refusal of the auth core, is final: the auth core has its own schedule.
    return isApiError(outcome.error) && outcome.error.retryable
  }
  return isPassing(outcome.response.status, plan.idempotent) || isOfKind(outcome.response, plan.definition.retryReasons)
}
