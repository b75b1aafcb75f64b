import { ApiError, type Result } from '@grantkit/api-client'
import { ifMatch } from '../etag.ts'
import type { GoogleCalendar } from '../google-calendar-client.ts'
import { withOptIns } from './opt-ins.ts'
import type { CalendarEvent, EventBody, GoogleCalendarError, SendUpdates } from '../schemas.ts'

export interface ModifyEventOptions {
  readonly eventId: string
  /**
   * Gives the event as it should be; nothing leaves it as it is. Called again if somebody else was faster, or if an
   * answer was lost, so it must look at what is there.
   */
  readonly change: (event: CalendarEvent) => CalendarEvent | undefined
  readonly sendUpdates: SendUpdates
  readonly signal?: AbortSignal
}

/**
 * Reads an event, changes it and writes it back whole, if it is still the same version; else all of it once more. So
 * nobody's change is lost, and guests can be added to those who are there. Counts as two calls in the quota.
 *
 * The result is that of the last call: 412 if it was overtaken twice. Throws what a call throws, and
 * `attendees_omitted` for an event whose guests Google does not tell all: writing it would drop them.
 *
 * ```ts
 * const change = (event: CalendarEvent) => ({ ...event, attendees: [...(event.attendees ?? []), { email }] })
 * await modifyEvent(calendar, 'primary', { eventId, change, sendUpdates: 'all' })
 * ```
 */
export async function modifyEvent(
  calendar: GoogleCalendar,
  calendarId: string,
  options: ModifyEventOptions,
): Promise<Result<CalendarEvent, GoogleCalendarError>> {
  const first = await modifyOnce(calendar, calendarId, options)
  return first.response.status === 412 ? modifyOnce(calendar, calendarId, options) : first
}

async function modifyOnce(
  calendar: GoogleCalendar,
  calendarId: string,
  { eventId, change, sendUpdates, signal }: ModifyEventOptions,
): Promise<Result<CalendarEvent, GoogleCalendarError>> {
  const path = { calendarId, eventId }
  const read = await calendar.GET('/calendars/{calendarId}/events/{eventId}', {
    params: { path },
    signal: signal ?? null,
  })
  if (read.error !== undefined) return read
  const event = read.data
  if (event.attendeesOmitted === true) throw attendeesOmitted()
  const changed = change(structuredClone(event))
  if (changed === undefined) return read
  const { body, query } = withOptIns(changed, event)
  return calendar.PUT('/calendars/{calendarId}/events/{eventId}', {
    params: { path, query: { sendUpdates, ...query }, header: ifMatch(event) },
    body: body as EventBody,
    signal: signal ?? null,
  })
}

function attendeesOmitted(): ApiError {
  const problem = 'the event has more guests than Google tells. Change other members with updateEvent.'
  return new ApiError('attendees_omitted', `google-calendar modifyEvent: ${problem} Nothing was written.`, {
    api: 'google-calendar',
  })
}
