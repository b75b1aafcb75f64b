import type { Result } from '@grantkit/api-client'
import { ifMatch } from '../etag.ts'
import { withoutOtherKind } from './event-times.ts'
import type { GoogleCalendar } from '../google-calendar-client.ts'
import { withOptIns } from './opt-ins.ts'
import type { CalendarEvent, CalendarEventPatch, GoogleCalendarError, SendUpdates } from '../schemas.ts'

export interface UpdateEventOptions {
  readonly eventId: string
  /** Null takes a member away. A list, such as the attendees, is replaced whole: see `modifyEvent`. */
  readonly changes: CalendarEventPatch
  readonly sendUpdates: SendUpdates
  /** Changes this version only; a newer one is answered 412. */
  readonly etag?: string
  readonly signal?: AbortSignal
}

/**
 * Changes the members sent of an event and leaves the others. A start or end of the other kind (day, moment) takes the
 * place of the one before. Counts as three calls in the quota. The result is that of a call.
 */
export function updateEvent(
  calendar: GoogleCalendar,
  calendarId: string,
  { eventId, changes, sendUpdates, etag, signal }: UpdateEventOptions,
): Promise<Result<CalendarEvent, GoogleCalendarError>> {
  const { body, query } = withOptIns(withoutOtherKind(changes))
  return calendar.PATCH('/calendars/{calendarId}/events/{eventId}', {
    params: {
      path: { calendarId, eventId },
      query: { sendUpdates, ...query },
      header: ifMatch({ etag }),
    },
    body,
    signal: signal ?? null,
  })
}
