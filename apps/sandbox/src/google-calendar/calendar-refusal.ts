import { type Answer, jsonAnswer } from '../call.ts'

/** Where in a request the fault lies, in Google's words. */
export interface RefusalPlace {
  readonly location: string
  readonly locationType: 'parameter' | 'header'
}

/** An error answer of the Calendar API; the reason says more than the status. */
export class CalendarRefusal extends Error {
  override readonly name = 'CalendarRefusal'
  readonly status: number
  readonly reason: string
  readonly place: RefusalPlace | undefined

  constructor(status: number, reason: string, message: string, place?: RefusalPlace) {
    super(message)
    this.status = status
    this.reason = reason
    this.place = place
  }
}

/** Reasons that are not of the domain `global`. https://developers.google.com/workspace/calendar/api/guides/errors, 2026. */
const domains: Readonly<Record<string, string>> = {
  timeRangeEmpty: 'calendar',
  timeRangeTooLong: 'calendar',
  requiredAccessLevel: 'calendar',
  forbiddenForNonOrganizer: 'calendar',
  forbiddenForServiceAccounts: 'calendar',
  fullSyncRequired: 'calendar',
  updatedMinTooLongAgo: 'calendar',
  rateLimitExceeded: 'usageLimits',
  userRateLimitExceeded: 'usageLimits',
  quotaExceeded: 'usageLimits',
  dailyLimitExceeded: 'usageLimits',
  dailyLimitExceededUnreg: 'usageLimits',
  variableTermLimitExceeded: 'usageLimits',
  accessNotConfigured: 'usageLimits',
}

/** Writes a refusal in Google's nested shape. */
export function wordRefusal({ status, reason, message, place }: CalendarRefusal): Answer {
  const error = { domain: domains[reason] ?? 'global', reason, message, ...place }
  const headers = { 'content-type': 'application/json; charset=UTF-8' }
  return jsonAnswer(status, { error: { errors: [error], code: status, message } }, { headers, error: reason })
}

export function invalid(location: string, message: string = 'Invalid Value'): CalendarRefusal {
  return new CalendarRefusal(400, 'invalid', message, { location, locationType: 'parameter' })
}

export function required(what: string): CalendarRefusal {
  return new CalendarRefusal(400, 'required', `Missing ${what}.`)
}

/** Refuses a member of the body. */
export function invalidBody(message: string): CalendarRefusal {
  return new CalendarRefusal(400, 'invalid', message)
}

export function notFound(): CalendarRefusal {
  return new CalendarRefusal(404, 'notFound', 'Not Found')
}

export function forbidden(message: string = 'Forbidden'): CalendarRefusal {
  return new CalendarRefusal(403, 'forbidden', message)
}

export function insufficientPermissions(): CalendarRefusal {
  return new CalendarRefusal(403, 'insufficientPermissions', 'Insufficient Permission')
}

export function authError(): CalendarRefusal {
  const place = { location: 'Authorization', locationType: 'header' } as const
  return new CalendarRefusal(401, 'authError', 'Invalid Credentials', place)
}
