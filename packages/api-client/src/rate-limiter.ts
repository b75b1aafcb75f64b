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
  /** Begins a request at once, or gives a place in the queue. Whoever came first goes first. */
  take(): Turn | undefined
  /** Lets nobody begin for so long: the server has said when it takes requests again. */
  rest(forMs: number): void
}

export function createRateLimiter(limit: RateLimit, clock: Clock): RateLimiter {
  /** When the last requests began, the oldest first; as many as may begin in one window. */
  const starts: number[] = []
  const queue = new Set<() => void>()
  let restsUntilMs = -Infinity
  let cancelTimer: (() => void) | undefined

  function waitMs(): number {
    const [oldest = -Infinity] = starts.length < limit.requests ? [] : starts
    return Math.max(0, Math.max(restsUntilMs, oldest + limit.windowMs) - clock.monotonicMs())
  }

  function begin(): void {
    if (starts.length === limit.requests) starts.shift()
    starts.push(clock.monotonicMs())
  }

  function admit(): void {
    stopTimer()
    for (const enter of queue) {
      const ms = waitMs()
      if (ms > 0) {
        cancelTimer = clock.setTimer(admit, ms)
        return
      }
      queue.delete(enter)
      begin()
      enter()
    }
  }

  function stopTimer(): void {
    cancelTimer?.()
    cancelTimer = undefined
  }

  return {
    limit,
    take() {
      if (queue.size === 0 && waitMs() === 0) {
        begin()
        return undefined
      }
      const { promise, resolve } = Promise.withResolvers<void>()
      queue.add(resolve)
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
