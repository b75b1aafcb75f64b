import type { Clock } from '@grantkit/auth-core'
import { fail } from './http/problem.ts'

/** Lets so many requests of each name through, on average; refuses the others with 429. */
export type RateLimit = (name: string) => void

interface Bucket {
  tokens: number
  atMs: number
}

/** How many seconds of the rate may be used at once. */
const burstSeconds = 2

/** Counts in this process alone. Names are of tenants and keys that exist, so their number has an end. */
export function createRateLimit(
  clock: Pick<Clock, 'monotonicMs'>,
  { requestsPerSecond }: { readonly requestsPerSecond: number },
): RateLimit {
  const buckets = new Map<string, Bucket>()
  const capacity = requestsPerSecond * burstSeconds

  return (name) => {
    const nowMs = clock.monotonicMs()
    const bucket = buckets.get(name) ?? { tokens: capacity, atMs: nowMs }
    const gained = ((nowMs - bucket.atMs) / 1000) * requestsPerSecond
    bucket.tokens = Math.min(capacity, bucket.tokens + gained)
    bucket.atMs = nowMs
    buckets.set(name, bucket)
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1
      return
    }
    const seconds = Math.max(1, Math.ceil((1 - bucket.tokens) / requestsPerSecond))
    fail({
      status: 429,
      code: 'rate_limited',
      detail: `More than ${requestsPerSecond} requests a second. This is the limit of the gateway, not of an API.`,
      headers: { 'retry-after': String(seconds) },
    })
  }
}
