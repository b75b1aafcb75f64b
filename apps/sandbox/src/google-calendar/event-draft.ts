import { isObject } from '../check-option.ts'
import { compact, isTimeZone, type Json, pick } from '../api/handler.ts'
import { CalendarRefusal, invalidBody, required } from './calendar-refusal.ts'
import type { Attendee, StoredEvent } from './calendar-state.ts'
import { type EventTime, instantOf, momentIn, writeDateTime } from './event-times.ts'
import { checkRecurrence } from './recurrence.ts'

/** What a caller may write, whenever they like. */
const writable = [
  'anyoneCanAddSelf',
  'attachments',
  'attendees',
  'attendeesOmitted',
  'colorId',
  'conferenceData',
  'description',
  'end',
  'endTimeUnspecified',
  'eventLabelId',
  'extendedProperties',
  'focusTimeProperties',
  'gadget',
  'guestsCanInviteOthers',
  'guestsCanModify',
  'guestsCanSeeOtherGuests',
  'hangoutLink',
  'location',
  'outOfOfficeProperties',
  'recurrence',
  'reminders',
  'source',
  'start',
  'status',
  'summary',
  'transparency',
  'visibility',
  'workingLocationProperties',
]

/** What an event is by its making: no later write changes it. */
export type EventOrigin = Pick<StoredEvent, 'created' | 'updated' | 'creator' | 'organizer' | 'iCalUID' | 'eventType'> &
  Partial<
    Pick<StoredEvent, 'recurringEventId' | 'originalStartTime' | 'birthdayProperties' | 'privateCopy' | 'sequence'>
  >

const statuses = ['confirmed', 'tentative', 'cancelled']

/** Makes an event of what was written, or refuses what does not fit together. */
export function draftEvent(written: Json, origin: EventOrigin): StoredEvent {
  const { status = 'confirmed', reminders = { useDefault: true } } = written
  if (!statuses.includes(String(status))) throw invalidBody('Invalid value for: status')
  const start = readTime(written.start, 'start')
  const end = readTime(written.end, 'end')
  checkSpan(start, end)
  const isInstance = origin.recurringEventId !== undefined
  const recurrence = isInstance ? undefined : readRecurrence(written.recurrence, start)
  const attendees = readAttendees(written.attendees, origin.organizer.email)
  const { sequence = 0 } = origin
  const own = { status, reminders, start, end, recurrence, attendees }
  return { ...compact({ ...pick(written, writable), ...own }), ...compact({ ...origin }), sequence } as StoredEvent
}

function readTime(value: unknown, name: string): EventTime {
  if (!isObject(value)) throw required(`${name} time`)
  const { date, dateTime, timeZone } = value
  if ((date === undefined) === (dateTime === undefined)) throw invalidBody(`Invalid ${name} time.`)
  if (typeof date === 'string') return { date }
  if (timeZone !== undefined && !isTimeZone(String(timeZone))) {
    throw invalidBody(`Invalid time zone definition for ${name} time.`)
  }
  const written = writeDateTime(readMoment(String(dateTime), timeZone, name), 'UTC')
  return timeZone === undefined ? { dateTime: written } : { dateTime: written, timeZone: String(timeZone) }
}

/** With an offset, or in the zone that is named beside it. */
function readMoment(dateTime: string, timeZone: unknown, name: string): number {
  const isLocal = !/(?:z|[+-]\d\d:\d\d)$/i.test(dateTime)
  if (isLocal && timeZone === undefined) throw required(`${name} time zone`)
  try {
    return isLocal ? momentIn(dateTime, String(timeZone)) : instantOf({ dateTime }, 'UTC')
  } catch {
    throw invalidBody(`Invalid ${name} time.`)
  }
}

function checkSpan(start: EventTime, end: EventTime): void {
  if ((start.date === undefined) !== (end.date === undefined)) throw invalidBody('Invalid start time.')
  if (instantOf(end, 'UTC') >= instantOf(start, 'UTC')) return
  throw new CalendarRefusal(400, 'timeRangeEmpty', 'The specified time range is empty.')
}

function readRecurrence(value: unknown, start: EventTime): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  if (start.date === undefined && start.timeZone === undefined) throw required('time zone definition for start time')
  const recurrence = value.map(String)
  checkRecurrence({ start, recurrence })
  return recurrence
}

function readAttendees(value: unknown, organizer: string): readonly Attendee[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined
  return value.filter(isObject).map((attendee) => {
    const email = String(attendee.email)
    const isOrganizer = email === organizer
    const responseStatus = String(attendee.responseStatus ?? (isOrganizer ? 'accepted' : 'needsAction'))
    const members = pick(attendee, ['displayName', 'optional', 'resource', 'comment', 'additionalGuests'])
    return { email, ...members, responseStatus, ...(isOrganizer ? { organizer: true } : {}) }
  })
}

/** Merges as Google's patch does: objects by member, arrays as a whole, and null clears. */
export function mergePatch(base: Json, patch: Json): Json {
  const merged: Record<string, unknown> = { ...base }
  for (const [name, value] of Object.entries(patch)) {
    const present = merged[name]
    if (value === null) delete merged[name]
    else merged[name] = isObject(value) ? mergePatch(isObject(present) ? present : {}, value) : value
  }
  return merged
}
