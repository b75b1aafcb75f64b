import type { Result } from '@grantkit/api-client'
import { ifMatch } from '../etag.ts'
import type { GoogleCalendar } from '../google-calendar-client.ts'
import type { GoogleCalendarError, SendUpdates } from '../schemas.ts'

export interface DeleteEventOptions {
  readonly eventId: string
  readonly sendUpdates: SendUpdates
  /** Deletes this version only; a newer one is answered 412. */
  readonly etag?: string
  readonly signal?: AbortSignal
}

/**
 * Deletes an event. One that is deleted already (410) counts as done, so that a request whose answer was lost can be
 * repeated. The result is that of a call.
 */
export async function deleteEvent(
  calendar: GoogleCalendar,
  calendarId: string,
  { eventId, sendUpdates, etag, signal }: DeleteEventOptions,
): Promise<Result<undefined, GoogleCalendarError>> {
  const result = await calendar.DELETE('/calendars/{calendarId}/events/{eventId}', {
    params: { path: { calendarId, eventId }, query: { sendUpdates }, header: ifMatch({ etag }) },
    signal: signal ?? null,
  })
  return result.response.status === 410 ? { data: undefined, response: result.response } : result
}
