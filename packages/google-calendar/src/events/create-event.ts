import { ApiError, type Result } from '@grantkit/api-client'
import { createEventId, isEventId } from './event-id.ts'
import type { EventTimes } from './event-times.ts'
import type { GoogleCalendar } from '../google-calendar-client.ts'
import { withOptIns } from './opt-ins.ts'
import type { CalendarEvent, CalendarEventWrite, EventBody, GoogleCalendarError, SendUpdates } from '../schemas.ts'

/** An event to create. Its `iCalUID` is Google's to choose: `importEvent` brings one along. */
export type NewEvent = Omit<CalendarEventWrite, 'start' | 'end' | 'recurrence' | 'iCalUID' | 'kind' | 'etag'> &
  EventTimes

export interface CreateEventOptions {
  /** With an `id` of 5 to 1024 of the characters 0-9 and a-v, or without: then it gets a new one. */
  readonly event: NewEvent
  readonly sendUpdates: SendUpdates
  readonly signal?: AbortSignal
}

/**
 * Creates an event once, however often the request has to be sent: its id is chosen here, so a second try that finds it
 * taken (409) reads back what the first one made. An id of your own makes one event of several calls, too (see
 * `eventIdFor`). If the event of that id was deleted, the 409 stays: `updateEvent` with `status: 'confirmed'` restores it.
 *
 * The result is that of a call. Throws what a call throws, and `invalid_request` for an id that Google does not take.
 */
export async function createEvent(
  calendar: GoogleCalendar,
  calendarId: string,
  { event, sendUpdates, signal }: CreateEventOptions,
): Promise<Result<CalendarEvent, GoogleCalendarError>> {
  const { id = createEventId() } = event
  if (!isEventId(id)) {
    const problem = 'the id of an event takes 5 to 1024 characters of 0-9 and a-v; eventIdFor makes one of any text.'
    throw new ApiError('invalid_request', `google-calendar createEvent: ${problem} Nothing was sent.`, {
      api: 'google-calendar',
      operationId: 'createEvent',
    })
  }
  const { body, query } = withOptIns({ ...event, id })
  const created = await calendar.POST('/calendars/{calendarId}/events', {
    params: { path: { calendarId }, query: { sendUpdates, ...query } },
    body: body as EventBody,
    idempotent: true,
    signal: signal ?? null,
  })
  if (created.response.status !== 409) return created
  const existing = await calendar.GET('/calendars/{calendarId}/events/{eventId}', {
    params: { path: { calendarId, eventId: id } },
    signal: signal ?? null,
  })
  return existing.error === undefined && existing.data.status !== 'cancelled' ? existing : created
}
