import { isApiError, type ApiError } from '@grantkit/api-client'
import { isAuthError, type AuthError } from '@grantkit/auth-core'
import { isCalendarSyncError } from '../errors.ts'
import type { Wait, WaitReason } from '../life/user-record.ts'

/** Whose fault it is, and what follows. */
export type Failure =
  /** Only this event is concerned. */
  | {
      readonly about: 'event'
      readonly code: string
      readonly status?: number
      readonly isFinal: boolean
      readonly retryAfterMs: number
    }
  /** Nothing of this user can be sent for a while. */
  | { readonly about: 'user'; readonly wait: Omit<Wait, 'untilMs'>; readonly forMs: number; readonly status?: number }
  /** The store, or a function of the app: nothing is known of the event. */
  | { readonly about: 'app'; readonly code: string }
  /** The worker was told to stop. */
  | { readonly about: 'stop' }

const minuteMs = 60_000

/** How soon it is looked whether a person has signed in again, where nobody tells. Costs one read of the store. */
export const recheckMs: number = minuteMs / 2

/**
 * Google's reasons that concern the user and not the event
 * (https://developers.google.com/workspace/calendar/api/guides/errors, 2026). Quota windows are a sliding minute;
 * `quotaExceeded` lasts for hours.
 */
const reasons: Readonly<Record<string, { readonly reason: WaitReason; readonly forMs: number }>> = {
  rateLimitExceeded: { reason: 'rate_limited', forMs: minuteMs / 2 },
  userRateLimitExceeded: { reason: 'rate_limited', forMs: minuteMs / 2 },
  RATE_LIMIT_EXCEEDED: { reason: 'rate_limited', forMs: minuteMs / 2 },
  quotaExceeded: { reason: 'quota', forMs: 60 * minuteMs },
  dailyLimitExceeded: { reason: 'quota', forMs: 60 * minuteMs },
  variableTermLimitExceeded: { reason: 'quota', forMs: 60 * minuteMs },
  insufficientPermissions: { reason: 'missing_scope', forMs: recheckMs },
  ACCESS_TOKEN_SCOPE_INSUFFICIENT: { reason: 'missing_scope', forMs: recheckMs },
  accessNotConfigured: { reason: 'configuration', forMs: 5 * minuteMs },
  SERVICE_DISABLED: { reason: 'configuration', forMs: 5 * minuteMs },
  dailyLimitExceededUnreg: { reason: 'configuration', forMs: 5 * minuteMs },
  // Only the token endpoint can say that a grant is dead; a 401 that a newer token did not mend passes.
  authError: { reason: 'unavailable', forMs: minuteMs },
}

/** Tells what a thrown error means. `nowMs` is the store's clock. */
export function failureOf(error: unknown, nowMs: number): Failure {
  if (isApiError(error)) return apiFailure(error)
  if (isAuthError(error)) return authFailure(error, nowMs)
  if (isCalendarSyncError(error)) return { about: 'app', code: error.code }
  return { about: 'app', code: 'unexpected' }
}

function apiFailure({ code, status, retryable, retryAfterMs = 0 }: ApiError): Failure {
  if (code === 'aborted') return { about: 'stop' }
  const known = status === undefined ? {} : { status }
  const named = reasons[code] ?? byStatus(status)
  if (named !== undefined) {
    return { about: 'user', wait: { reason: named.reason, code }, forMs: Math.max(named.forMs, retryAfterMs), ...known }
  }
  return { about: 'event', code, isFinal: !retryable && isGoogles(code, status), retryAfterMs, ...known }
}

/** Tells whether Google has spoken. The answer of a proxy, or half of one, says nothing final. */
function isGoogles(code: string, status: number | undefined): boolean {
  if (status === undefined || status >= 500 || status < 400) return false
  return code !== 'unexpected_answer' && code !== 'network'
}

function byStatus(status: number | undefined): { readonly reason: WaitReason; readonly forMs: number } | undefined {
  if (status === 429) return { reason: 'rate_limited', forMs: minuteMs / 2 }
  return status === 401 ? { reason: 'unavailable', forMs: minuteMs } : undefined
}

function authFailure({ code, action, retryable, retryAtMs }: AuthError, nowMs: number): Failure {
  const about = 'user'
  if (code === 'not_connected') return { about, wait: { reason: 'not_connected', code }, forMs: recheckMs }
  if (action === 'reconnect') return { about, wait: { reason: 'reconnect', code }, forMs: recheckMs }
  if (!retryable) return { about, wait: { reason: 'configuration', code }, forMs: 5 * minuteMs }
  const forMs = retryAtMs === undefined ? recheckMs : Math.max(1000, retryAtMs - nowMs)
  return { about, wait: { reason: 'unavailable', code }, forMs }
}
