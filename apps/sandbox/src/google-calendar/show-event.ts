import { compact, type Json, pick } from '../api/handler.ts'
import type { Calendar, EventPerson, Role, StoredEvent } from './calendar-state.ts'
import { isAtLeast } from './access.ts'
import { type EventTime, showTime } from './event-times.ts'
import type { Shelved } from './shelf.ts'

/** Who reads an event, and how. */
export interface EventView {
  readonly calendar: Calendar
  readonly role: Role
  readonly timeZone: string
  readonly maxAttendees: number
}

/** What remains for somebody who may only know when a person is busy. */
const busyMembers = [
  'kind',
  'etag',
  'id',
  'status',
  'start',
  'end',
  'transparency',
  'iCalUID',
  'recurringEventId',
  'originalStartTime',
  'eventType',
]

export function showEvent({ id, etag, value }: Shelved<StoredEvent>, view: EventView): Json {
  const { start, end, originalStartTime, creator, organizer, attendees = [], ...rest } = value
  const time = (each: EventTime): EventTime => showTime(each, view.timeZone)
  const self = (person: EventPerson): object => (person.email === view.calendar.id ? { ...person, self: true } : person)
  const own = attendees.filter(({ email }) => email === view.calendar.id)
  const isOmitted = attendees.length > view.maxAttendees
  const shown = compact({
    kind: 'calendar#event',
    etag,
    id,
    htmlLink: linkTo(id, view.calendar.id),
    ...rest,
    creator: self(creator),
    organizer: self(organizer),
    start: time(start),
    end: time(end),
    originalStartTime: originalStartTime === undefined ? undefined : time(originalStartTime),
    attendees: attendees.length === 0 ? undefined : (isOmitted ? own : attendees).map(self),
    attendeesOmitted: isOmitted ? true : undefined,
  })
  return seesAll(value, view.role) ? shown : { ...pick(shown, busyMembers), visibility: 'private' }
}

function seesAll({ visibility }: StoredEvent, role: Role): boolean {
  const isPrivate = visibility === 'private' || visibility === 'confidential'
  return isAtLeast(role, isPrivate ? 'writer' : 'reader')
}

/** Shows an event in a list: a deleted one is only sure to have its id, an instance also its place in the series. */
export function showListedEvent(shelved: Shelved<StoredEvent>, view: EventView): Json {
  if (shelved.value.status !== 'cancelled') return showEvent(shelved, view)
  return pick(showEvent(shelved, view), ['kind', 'etag', 'id', 'status', 'recurringEventId', 'originalStartTime'])
}

function linkTo(id: string, calendarId: string): string {
  return `https://www.google.com/calendar/event?eid=${Buffer.from(`${id} ${calendarId}`).toString('base64url')}`
}
