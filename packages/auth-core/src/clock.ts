/** The sources of time. Injected, so that tests need not wait. */
export interface Clock {
  /** Wall clock in epoch milliseconds; may jump. */
  wallMs(): number
  /** Milliseconds that never go back; may stand still while the machine sleeps. */
  monotonicMs(): number
  /**
   * Calls `run` once after `delayMs` and returns the way to cancel. A `background` timer does not keep the process
   * alive.
   */
  setTimer(run: () => void, delayMs: number, options?: { background?: boolean }): () => void
}

export const systemClock: Clock = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  setTimer(run, delayMs, options) {
    const timer: unknown = setTimeout(run, delayMs)
    if (options?.background && typeof timer === 'object') (timer as { unref?(): void }).unref?.()
    return () => clearTimeout(timer as number)
  },
}
