import { factsOf } from '../answer-facts.ts'
import { begin, during, throwIfGivenUp } from '../call.ts'
import type { RateLimiter } from '../rate-limiter.ts'
import type { Send } from './layer.ts'

/** Lets an attempt begin when its turn has come, and nobody before the time that a 429 names. */
export function rateLimit(limiter: RateLimiter | undefined, next: Send): Send {
  if (limiter === undefined) return next
  const { requests, windowMs } = limiter.limit
  const waitsFor = `its turn under the rate limit of ${requests} in ${windowMs} ms`
  return async (call, input, init) => {
    throwIfGivenUp(call)
    const { definition, operation } = call.plan
    const turn = limiter.take(definition.rateWeights?.[operation.method])
    if (turn !== undefined) {
      begin(call, () => ({ abort: turn.leave, end: turn.leave, waitsFor }))
      await during(call, turn.comes)
    }
    const response = await next(call, input, init)
    const { retryAfterMs = Infinity } = (response.status === 429 && factsOf(response)) || {}
    // Nobody is held for longer than a call lasts: then each learns the time from an answer of its own.
    if (retryAfterMs < call.settings.timeoutMs) limiter.rest(retryAfterMs)
    return response
  }
}
