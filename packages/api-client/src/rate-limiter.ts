import type { Clock } from '@grantkit/auth-core'

export interface RateLimit {
  /** Requests that may begin in any window, however it is placed. */
  readonly requests: number
  readonly windowMs: number
}

/** A place in the queue. */
export interface Turn {
  readonly comes: Promise<void>
  /** Leaves the queue; those behind move up. Afterwards changes nothing. */
  leave(): void
}

export interface RateLimiter {
  readonly limit: RateLimit
  /**
   * Begins a request at once, or gives a place in the queue. Whoever came first goes first. Default weight 1: the vendor
   * counts it once.
   */
  take(weight?: number): Turn | undefined
  /** Lets nobody begin for so long: the server has said when it takes requests again. */
  rest(forMs: number): void
}

export function createRateLimiter(limit: RateLimit, clock: Clock): RateLimiter {
  /** When the last requests began, the oldest first, each as often as it counts; as many as may begin in one window. */
  const starts: number[] = []
  /** Those who wait, and how often each counts. */
  const queue = new Map<() => void, number>()
  let restsUntilMs = -Infinity
  let cancelTimer: (() => void) | undefined

  function waitMs(weight: number): number {
    // The last of those that have to be over first.
    const last = starts[starts.length + weight - limit.requests - 1] ?? -Infinity
    return Math.max(0, Math.max(restsUntilMs, last + limit.windowMs) - clock.monotonicMs())
  }

  function begin(weight: number): void {
    for (let count = 0; count < weight; count += 1) starts.push(clock.monotonicMs())
    starts.splice(0, starts.length - limit.requests)
  }

  function admit(): void {
    stopTimer()
    for (const [enter, weight] of queue) {
      const ms = waitMs(weight)
      if (ms > 0) {
        cancelTimer = clock.setTimer(admit, ms)
        return
      }
      queue.delete(enter)
      begin(weight)
      enter()
    }
  }

  function stopTimer(): void {
    cancelTimer?.()
    cancelTimer = undefined
  }

  return {
    limit,
    take(counted = 1) {
      const weight = Math.min(counted, limit.requests)
      if (queue.size === 0 && waitMs(weight) === 0) {
        begin(weight)
        return undefined
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      queue.set(resolve, weight)
      if (cancelTimer === undefined) admit()
      const leave = (): void => {
        queue.delete(resolve)
        if (queue.size === 0) stopTimer()
      }
      return { comes: promise, leave }
    },
    rest(forMs) {
      restsUntilMs = Math.max(restsUntilMs, clock.monotonicMs() + forMs)
    },
  }
}

/** The limiters of this process, for as long as somebody holds the connection. */
const limiters = new WeakMap<object, Map<string, RateLimiter>>()

/** Gives the limiter that all clients of one connection and API share, as long as they agree on the limit. */
export function sharedRateLimiter(connection: object, api: string, limit: RateLimit, clock: Clock): RateLimiter {
  const ofConnection = limiters.get(connection) ?? new Map<string, RateLimiter>()
  limiters.set(connection, ofConnection)
  const key = `${api} ${limit.requests}/${limit.windowMs}`
  const limiter = ofConnection.get(key) ?? createRateLimiter(limit, clock)
  ofConnection.set(key, limiter)
  return limiter
}
