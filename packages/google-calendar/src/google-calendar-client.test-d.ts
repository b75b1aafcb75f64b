import type { Connection } from '@grantkit/auth-core'
import { expectTypeOf, test } from 'vitest'
import { createEvent, deleteEvent, modifyEvent, updateEvent } from './events/index.ts'
import {
  createGoogleCalendar,
  ifMatch,
  paginate,
  scopesFor,
  unwrap,
  type CalendarEvent,
  type CalendarEventWrite,
  type CalendarListEntry,
  type GoogleCalendarError,
} from './index.ts'
import { readPushMessage } from './push/index.ts'
import { syncEvents, type SyncPoint } from './sync/index.ts'

declare const connection: Connection
declare const from: SyncPoint
declare const mirror: Map<string, CalendarEvent>
type Conference = NonNullable<CalendarEventWrite['conferenceData']>
const calendar = createGoogleCalendar({ connection })
const path = { calendarId: 'primary' }
const anEvent = { calendarId: 'primary', eventId: 'abcde' }
const start = { dateTime: '2026-03-02T10:00:00+01:00' }
const end = { dateTime: '2026-03-02T11:00:00+01:00' }
const zoned = { dateTime: '2026-03-02T10:00:00', timeZone: 'Europe/Paris' }
const silent = { sendUpdates: 'none' } as const

test('a wrong path, parameter or option is a compile error (F2)', () => {
  expectTypeOf(calendar.GET).toBeFunction()
  // @ts-expect-error there is no such path
  void calendar.GET('/calendars/{calendarId}/event', { params: { path } })
  // @ts-expect-error calendarId is missing
  void calendar.GET('/calendars/{calendarId}/events')
  // @ts-expect-error the page size is called maxResults
  void calendar.GET('/calendars/{calendarId}/events', { params: { path, query: { maxSize: 10 } } })
  // @ts-expect-error there is no such order
  void calendar.GET('/calendars/{calendarId}/events', { params: { path, query: { orderBy: 'start' } } })
  // @ts-expect-error there is no such option
  createGoogleCalendar({ connection, quotauser: 'a' })
  // @ts-expect-error there is no such operation
  scopesFor(['listEvent'])
})

test('answers are typed, and no member of an event is promised', async () => {
  const { data, error } = await calendar.GET('/calendars/{calendarId}/events', { params: { path } })
  if (error) expectTypeOf(error).toEqualTypeOf<GoogleCalendarError>()
  else expectTypeOf(data.items).toEqualTypeOf<CalendarEvent[] | undefined>()
  expectTypeOf<CalendarEvent['start']>().toEqualTypeOf<
    { date?: string; dateTime?: string; timeZone?: string } | undefined
  >()
  for await (const entry of paginate(calendar, '/users/me/calendarList')) {
    expectTypeOf(entry).toEqualTypeOf<CalendarListEntry>()
  }
  expectTypeOf(
    unwrap(await calendar.DELETE('/calendars/{calendarId}', { params: { path } })),
  ).toEqualTypeOf<undefined>()
})

test('values that nobody knows yet are texts, the known ones are offered (F5)', () => {
  expectTypeOf<'somethingNew'>().toExtend<NonNullable<CalendarEvent['eventType']>>()
  expectTypeOf<'confirmed'>().toExtend<NonNullable<CalendarEvent['status']>>()
  expectTypeOf<NonNullable<CalendarEvent['status']>>().not.toBeAny()
})

test('64-bit numbers are texts (F3)', async () => {
  const channel = { id: 'a', type: 'web_hook', address: 'https://a.example.com/' }
  const { data } = await calendar.POST('/users/me/settings/watch', { body: channel })
  expectTypeOf(data?.expiration).toEqualTypeOf<string | undefined>()
})

test('what can only be read cannot be written (D3)', () => {
  const params = { path }
  const organizer = { email: 'ada@example.com' }
  void calendar.POST('/calendars/{calendarId}/events', { params, body: { start, end, status: 'tentative' } })
  // @ts-expect-error created can only be read
  void calendar.POST('/calendars/{calendarId}/events', { params, body: { start, end, created: 'now' } })
  // @ts-expect-error the organizer is Google's to choose
  void calendar.POST('/calendars/{calendarId}/events', { params, body: { start, end, organizer } })
  // In an import it is not.
  const body = { start, end, iCalUID: 'a', organizer }
  void calendar.POST('/calendars/{calendarId}/events/import', { params, body })
  // @ts-expect-error a guest has an address
  void calendar.POST('/calendars/{calendarId}/events', { params, body: { start, end, attendees: [{}] } })
  expectTypeOf<keyof NonNullable<Conference['createRequest']>>().toEqualTypeOf<'conferenceSolutionKey' | 'requestId'>()
})

test('a replacement is a whole event, a change is not, and takes null (D1)', () => {
  const params = { path: anEvent }
  // @ts-expect-error start and end are missing
  void calendar.PUT('/calendars/{calendarId}/events/{eventId}', { params, body: { summary: 'New' } })
  // @ts-expect-error null is for changes
  void calendar.PUT('/calendars/{calendarId}/events/{eventId}', { params, body: { start, end, location: null } })
  void calendar.PATCH('/calendars/{calendarId}/events/{eventId}', { params, body: { location: null } })
  const header = ifMatch({ etag: '"1"' })
  void calendar.PUT('/calendars/{calendarId}/events/{eventId}', { params: { ...params, header }, body: { start, end } })
})

test('who is told must be said on every change of an event (D4)', () => {
  expectTypeOf(createEvent).toBeFunction()
  // @ts-expect-error sendUpdates is missing
  void createEvent(calendar, 'primary', { event: { start, end } })
  // @ts-expect-error sendUpdates is missing
  void updateEvent(calendar, 'primary', { eventId: 'a', changes: {} })
  // @ts-expect-error sendUpdates is missing
  void modifyEvent(calendar, 'primary', { eventId: 'a', change: (event) => event })
  // @ts-expect-error sendUpdates is missing
  void deleteEvent(calendar, 'primary', { eventId: 'a' })
  // @ts-expect-error it is no truth value
  void deleteEvent(calendar, 'primary', { eventId: 'a', sendUpdates: true })
})

test('start and end are of one kind, and a recurring event has a zone (D8, D9)', () => {
  void createEvent(calendar, 'primary', { event: { start, end }, ...silent })
  void createEvent(calendar, 'primary', {
    event: { start: { date: '2026-03-02' }, end: { date: '2026-03-03' } },
    ...silent,
  })
  const recurrence = ['RRULE:FREQ=DAILY']
  void createEvent(calendar, 'primary', { event: { start: zoned, end: zoned, recurrence }, ...silent })
  // @ts-expect-error a day and a moment
  void createEvent(calendar, 'primary', { event: { start: { date: '2026-03-02' }, end }, ...silent })
  // @ts-expect-error both at once
  void createEvent(calendar, 'primary', { event: { start: { ...start, date: '2026-03-02' }, end }, ...silent })
  // @ts-expect-error a recurring event without a zone
  void createEvent(calendar, 'primary', { event: { start, end, recurrence }, ...silent })
  // @ts-expect-error the end is missing
  void createEvent(calendar, 'primary', { event: { start }, ...silent })
})

test('an id and an iCalendar id exclude each other (D6)', () => {
  void createEvent(calendar, 'primary', { event: { id: 'abcde', start, end }, ...silent })
  // @ts-expect-error Google takes one of the two
  void createEvent(calendar, 'primary', { event: { id: 'abcde', iCalUID: 'a@example.com', start, end }, ...silent })
})

test('a sync cannot be asked for what spoils its token (C4, C6)', () => {
  void syncEvents(calendar, 'primary', { query: { singleEvents: true, timeMin: '2026-01-01T00:00:00Z' } })
  void syncEvents(calendar, 'primary', { from })
  // @ts-expect-error with orderBy there is no token
  void syncEvents(calendar, 'primary', { query: { orderBy: 'updated' } })
  // @ts-expect-error q is refused beside a token
  void syncEvents(calendar, 'primary', { query: { q: 'budget' } })
  // @ts-expect-error so is iCalUID
  void syncEvents(calendar, 'primary', { query: { iCalUID: 'a' } })
  // @ts-expect-error so is updatedMin
  void syncEvents(calendar, 'primary', { query: { updatedMin: '2026-01-01T00:00:00Z' } })
  // @ts-expect-error so is privateExtendedProperty
  void syncEvents(calendar, 'primary', { query: { privateExtendedProperty: ['a=b'] } })
  // @ts-expect-error so is sharedExtendedProperty
  void syncEvents(calendar, 'primary', { query: { sharedExtendedProperty: ['a=b'] } })
  // @ts-expect-error deleted events always come, and showDeleted must not say otherwise
  void syncEvents(calendar, 'primary', { query: { showDeleted: false } })
  // @ts-expect-error the token is given as a point
  void syncEvents(calendar, 'primary', { query: { syncToken: 'a' } })
  // @ts-expect-error a point has the parameters that belong to its token
  void syncEvents(calendar, 'primary', { from, query: { singleEvents: true } })
})

test('each step of a sync says what it is', async () => {
  for await (const step of syncEvents(calendar, 'primary')) {
    if (step.kind === 'reset') expectTypeOf(step.reason).toEqualTypeOf<'first' | 'token_expired'>()
    if (step.kind === 'done') expectTypeOf(step.next).toEqualTypeOf<SyncPoint>()
    if (step.kind !== 'page') continue
    for (const change of step.changes) {
      if (change.kind === 'changed') mirror.set(change.event.id ?? '', change.event)
      else mirror.delete(change.id)
      // @ts-expect-error of a deleted event there is no more than its id
      if (change.kind === 'deleted') void change.event
    }
  }
})

test('a message is read with the channel that it claims to be of', () => {
  const headers = new Headers()
  expectTypeOf(readPushMessage(headers, { id: 'a', token: 'b' })?.number).toEqualTypeOf<number | undefined>()
  // @ts-expect-error without its secret, anybody could have sent it
  readPushMessage(headers, { id: 'a' })
})
