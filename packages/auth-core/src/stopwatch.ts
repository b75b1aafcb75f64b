import type { Clock } from './clock.ts'

/** Measures elapsed time from its start. */
export interface Stopwatch {
  elapsedMs(): number
}

/**
 * Starts measuring by the larger of monotonic and wall clock: the first ignores a clock that was set back, the second
 * counts the time a machine slept.
 */
export function startStopwatch(clock: Clock): Stopwatch {
  const wallMs = clock.wallMs()
  const monotonicMs = clock.monotonicMs()
  return { elapsedMs: () => Math.max(clock.monotonicMs() - monotonicMs, clock.wallMs() - wallMs, 0) }
}

/** Resolves after `delayMs`. */
export function pause(clock: Clock, delayMs: number, options: { background?: boolean } = {}): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(resolve, delayMs, options))
}

/** Gives the promise's result, or `undefined` once `limitMs` is over. The promise goes on. */
export function within<T>(clock: Clock, promise: Promise<T>, limitMs: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(() => resolve(undefined), limitMs)
    promise.then(resolve, reject).finally(cancel)
  })
}

/** Gives a signal that aborts once `limitMs` is over, unless cancelled. Does not keep the process alive. */
export function abortAfter(clock: Clock, limitMs: number): { signal: AbortSignal; cancel: () => void } {
  const controller = new AbortController()
  const cancel = clock.setTimer(() => controller.abort(), limitMs, { background: true })
  return { signal: controller.signal, cancel }
}
