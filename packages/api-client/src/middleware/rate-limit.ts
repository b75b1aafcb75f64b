import { begin, during, throwIfGivenUp } from '../call.ts'
import type { RateLimiter } from '../rate-limiter.ts'
import type { Send } from './layer.ts'

/** Lets an attempt begin when its turn has come. */
export function rateLimit(limiter: RateLimiter | undefined, next: Send): Send {
  if (limiter === undefined) return next
  const { requests, windowMs } = limiter.limit
  const waitsFor = `its turn under the rate limit of ${requests} in ${windowMs} ms`
  return async (call, input, init) => {
    throwIfGivenUp(call)
    const turn = limiter.take()
    if (turn !== undefined) {
      begin(call, () => ({ abort: turn.leave, end: turn.leave, waitsFor }))
      await during(call, turn.comes)
    }
    return next(call, input, init)
  }
}
