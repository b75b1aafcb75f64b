export interface RetryPolicy {
  readonly maxRetries: number
  readonly baseDelayMs: number
  /** Share of the exponential delay that chance may add; 0 is none. */
  readonly jitter: number
}

export interface RetryState extends RetryPolicy {
  /** Repeats already made for this call. */
  readonly retries: number
  /** From 0 up to but not including 1. */
  readonly random: number
  /** How long the API asked to wait. */
  readonly retryAfterMs?: number | undefined
  /** What is left of the call's total time. */
  readonly remainingMs: number
}

/**
 * Decides how long to wait before the next attempt: base, doubled with each repeat, plus jitter, and never less than
 * the API asked for. Returns nothing when the repeats are used up or the wait would outlast the call.
 */
export function retryDelay(state: RetryState): number | undefined {
  if (state.retries >= state.maxRetries) return undefined
  const exponentialMs = state.baseDelayMs * 2 ** state.retries
  const jitterMs = exponentialMs * state.jitter * state.random
  const delayMs = Math.max(exponentialMs, state.retryAfterMs ?? 0) + jitterMs
  return delayMs < state.remainingMs ? delayMs : undefined
}
