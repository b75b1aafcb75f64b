import { AuthError } from '../errors.ts'
import { checkOptions } from '../check-options.ts'

/** Every time of the refresh protocol, in milliseconds. Defaults in {@link defaultTimes}. */
export interface Times {
  /** A claim not sent within this time is given back. Default 5 s. */
  readonly sendMs: number
  /** A token request without an answer after this time counts as unknown. Default 30 s. */
  readonly requestMs: number
  /** After this time of failing saves, callers of this process are served from memory. Default 5 s. */
  readonly saveMs: number
  /** Lifetime of a claim; must exceed the three above together. Default 45 s. */
  readonly claimMs: number
  /** Quiet time before an unresolved refresh token is presented again; doubles up to one hour. Default 60 s. */
  readonly quietMs: number
  /** How long a caller waits for another refresh. Default: `claimMs`. */
  readonly waitMs: number
  /** Refresh this long before expiry, at most a quarter of the token's life. Default 300 s. */
  readonly windowMs: number
  /** A copy older than this is compared with the store in the background. Default 5 s. */
  readonly confirmMs: number
  /** A 401 refreshes only access tokens at least this old. Default 60 s. */
  readonly refusedAgeMs: number
}

export const defaultTimes: Times = {
  sendMs: 5_000,
  requestMs: 30_000,
  saveMs: 5_000,
  claimMs: 45_000,
  quietMs: 60_000,
  waitMs: 45_000,
  windowMs: 300_000,
  confirmMs: 5_000,
  refusedAgeMs: 60_000,
}

const longestQuietMs = 3_600_000
const firstBackoffMs = 1_000
const longestBackoffMs = 30_000
/** What fails for a reason that time does not heal is tried no more often than this, from the first time on. */
const coolDownMs = longestBackoffMs
const longestRetryAfterMs = 3_600_000

/** Fills in the defaults and rejects times that would let a claim end before its request is surely over. */
export function resolveTimes(times: Partial<Times> = {}): Times {
  checkOptions('times', times, Object.keys(defaultTimes))
  const resolved: Times = { ...defaultTimes, waitMs: times.claimMs ?? defaultTimes.waitMs, ...times }
  for (const [name, value] of Object.entries(resolved)) {
    if (Number.isFinite(value) && value >= 0) continue
    throw new AuthError('invalid_times', `times.${name} must be a number of milliseconds, 0 or more.`)
  }
  const { sendMs, requestMs, saveMs, claimMs } = resolved
  if (sendMs + requestMs + saveMs < claimMs) return resolved
  throw new AuthError(
    'invalid_times',
    `times: sendMs + requestMs + saveMs = ${sendMs + requestMs + saveMs} must stay below claimMs = ${claimMs}. ` +
      'Otherwise a second process could take the claim over while the first request is still on its way.',
  )
}

/** How long to stay silent after the `unresolved`-th presentation without a known outcome. */
export function quietTimeMs(unresolved: number, times: Pick<Times, 'quietMs'>): number {
  return Math.min(times.quietMs * 2 ** Math.max(0, unresolved - 1), longestQuietMs)
}

/** How long to wait after the `failures`-th attempt that surely changed nothing: 1 s doubling to 30 s. */
export function backoffMs(failures: number): number {
  return Math.min(firstBackoffMs * 2 ** Math.max(0, failures - 1), longestBackoffMs)
}

/**
 * How long a grant is left alone at least after a failure, whatever the back-off says: as long as the server asked
 * (`Retry-After`), at most an hour; and 30 s where trying again does not help, such as with a wrong client secret.
 */
export function restMs(retryable: boolean, retryAfterMs = 0): number {
  return Math.max(retryable ? 0 : coolDownMs, Math.min(retryAfterMs, longestRetryAfterMs))
}
