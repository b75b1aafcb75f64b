import { unwrap } from '@grantkit/api-client'
import type { CalendarEvent, CalendarEventPatch, GoogleCalendar, SendUpdates } from '@grantkit/google-calendar'
import { deleteEvent, eventIdFor, updateEvent } from '@grantkit/google-calendar/events'
import { fingerprintsOf } from '../event/fingerprint.ts'
import { mappedMembers, type GoogleFields } from '../event/google-fields.ts'
import type { Answer, Remote } from './next-step.ts'

/** Where one event of the app lives in Google. */
export interface GooglePlace {
  readonly calendar: GoogleCalendar
  readonly calendarId: string
  readonly eventId: string
  readonly sendUpdates: SendUpdates
  readonly signal: AbortSignal
}

/** Private extended property of the Google event that holds the app's own id. */
export const eventProperty = 'grantkitEvent'

/** The most a private property holds (https://developers.google.com/workspace/calendar/api/guides/extended-properties). */
const longestProperty = 1024

/** Derives the Google id of an event: the same whoever asks, and new with each generation. */
export function googleIdOf(user: string, appEventId: string, generation: number): Promise<string> {
  return eventIdFor(JSON.stringify(['calendar-sync', user, appEventId, generation]))
}

/** Throws what `unwrap` throws for every answer that is not one of the {@link Answer}s. */
export async function insert(place: GooglePlace, appEventId: string, fields: GoogleFields): Promise<Answer> {
  const { calendar, calendarId, eventId, sendUpdates, signal } = place
  const own = appEventId.length > longestProperty ? {} : { [eventProperty]: appEventId }
  const result = await calendar.POST('/calendars/{calendarId}/events', {
    params: { path: { calendarId }, query: { sendUpdates } },
    body: { ...toBody(fields), id: eventId, extendedProperties: { private: own } },
    idempotent: true,
    signal,
  })
  if (result.response.status === 409) return { to: 'insert', refused: 'taken' }
  return { to: 'insert', remote: await toRemote(unwrap(result)) }
}

export async function read(place: GooglePlace): Promise<Answer & { readonly event?: CalendarEvent }> {
  const { calendar, calendarId, eventId, signal } = place
  const path = { calendarId, eventId }
  const result = await calendar.GET('/calendars/{calendarId}/events/{eventId}', { params: { path }, signal })
  if (isGone(result.response)) return { to: 'read', refused: 'gone' }
  const event = unwrap(result)
  return { to: 'read', remote: await toRemote(event), event }
}

export async function patch(place: GooglePlace, etag: string, changes: CalendarEventPatch): Promise<Answer> {
  const { calendar, calendarId, eventId, sendUpdates, signal } = place
  const result = await updateEvent(calendar, calendarId, { eventId, changes, sendUpdates, etag, signal })
  if (result.response.status === 412) return { to: 'patch', refused: 'overtaken' }
  if (isGone(result.response)) return { to: 'patch', refused: 'gone' }
  return { to: 'patch', remote: await toRemote(unwrap(result)) }
}

export async function remove(place: GooglePlace, etag: string): Promise<Answer> {
  const { calendar, calendarId, eventId, sendUpdates, signal } = place
  const result = await deleteEvent(calendar, calendarId, { eventId, sendUpdates, etag, signal })
  if (result.response.status === 412) return { to: 'delete', refused: 'overtaken' }
  if (isGone(result.response)) return { to: 'delete', refused: 'gone' }
  unwrap(result)
  return { to: 'delete' }
}

/** The members to write, and null for those to clear. */
export function changesOf(
  fields: GoogleFields,
  { without, clear }: { readonly without: readonly string[]; readonly clear: readonly string[] },
): CalendarEventPatch {
  const kept = Object.entries(toBody(fields)).filter(([member]) => !without.includes(member))
  return Object.fromEntries([...kept, ...clear.map((member) => [member, null] as const)])
}

function toBody({ recurrence, ...fields }: GoogleFields) {
  return { ...fields, ...(recurrence === undefined ? {} : { recurrence: [...recurrence] }) }
}

function isGone({ status }: Response): boolean {
  return status === 404 || status === 410
}

async function toRemote(event: CalendarEvent): Promise<Remote> {
  const { etag = '', status } = event
  return { etag, isCancelled: status === 'cancelled', fingerprints: await fingerprintsOf(event, mappedMembers) }
}
