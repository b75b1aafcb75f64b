import type { ApiManners, ApiServiceContext } from '../api/api-service.ts'
import { coversScopes, judgeBearer } from '../oauth/judge-bearer.ts'
import { authError, CalendarRefusal, insufficientPermissions, notFound, wordRefusal } from './calendar-refusal.ts'
import { refuseInput } from './refuse-input.ts'

/** What a fault means where it names only a status. */
const reasonOf: Readonly<Record<number, string>> = {
  400: 'badRequest',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  410: 'deleted',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
}

/** How Google admits, and words what it refuses. */
export function calendarManners({ grants, clock }: ApiServiceContext): Omit<ApiManners, 'handle'> {
  return {
    vendor: 'google',
    admit(authorization, { scopes }) {
      const token = judgeBearer(authorization, 'google', { grants, nowMs: clock.nowMs() })
      if (typeof token === 'string') throw authError()
      if (!coversScopes(token, scopes)) throw insufficientPermissions()
      return token
    },
    refuseInput: (_, problem) => refuseInput(problem),
    notFound,
    fault: (status, reason = reasonOf[status] ?? 'backendError') =>
      new CalendarRefusal(status, reason, 'Played by a fault of the sandbox.'),
    describe: (thrown) => (thrown instanceof CalendarRefusal ? wordRefusal(thrown) : undefined),
    // Google's document lists no errors; ours leaves out that any call can find nothing, or be too large.
    mayBeUndocumented: (_, status) => status === 404 || status === 413,
  }
}
