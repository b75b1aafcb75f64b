import { isDeepStrictEqual } from 'node:util'
import { omit, pick } from '../api/handler.ts'
import type { CalendarBook } from './calendar-book.ts'
import { CalendarRefusal } from './calendar-refusal.ts'
import type { Attendee, Calendar, StoredEvent } from './calendar-state.ts'
import { findEvent } from './find-event.ts'
import type { Shelved } from './shelf.ts'

/** What each copy of an event has for itself. https://developers.google.com/workspace/calendar/api/concepts/sharing, 2026. */
const ownMembers = ['reminders', 'colorId', 'transparency', 'visibility']

export interface EventWrite {
  readonly id: string
  readonly before: StoredEvent | undefined
  readonly after: StoredEvent
}

/** Brings an organizer's event into the calendars of the attendees who live here. */
export function deliver(book: CalendarBook, calendar: Calendar, { id, before, after }: EventWrite): void {
  if (after.organizer.email !== calendar.id) return
  const invited = emailsOf(after)
  for (const email of new Set([...emailsOf(before), ...invited])) {
    const theirs = email === calendar.id || book.findPerson(email) === undefined ? undefined : book.calendar(email)
    const present = theirs === undefined ? undefined : findEvent(theirs, id)
    if (theirs === undefined || (present !== undefined && present.value.iCalUID !== after.iCalUID)) continue
    if (invited.includes(email)) theirs.events.put(id, copyOf(after, email, present?.value))
    else if (present !== undefined)
      theirs.events.put(id, { ...present.value, status: 'cancelled', updated: after.updated })
  }
}

function emailsOf(event: StoredEvent | undefined): string[] {
  return event?.attendees?.map(({ email }) => email) ?? []
}

function copyOf(event: StoredEvent, email: string, present: StoredEvent | undefined): StoredEvent {
  const own = present === undefined ? { reminders: { useDefault: true } } : pick(present, ownMembers)
  const hasLeft = present?.status === 'cancelled' && responseOf(event, email) === 'declined'
  return {
    ...omit(event, ownMembers),
    ...extensions(event, present),
    ...own,
    status: hasLeft ? 'cancelled' : event.status,
  } as StoredEvent
}

function responseOf({ attendees = [] }: StoredEvent, email: string): string | undefined {
  return attendees.find((attendee) => attendee.email === email)?.responseStatus
}

interface ExtendedProperties {
  readonly private?: unknown
  readonly shared?: unknown
}

/** Private extended properties stay with their copy. */
function extensions(event: StoredEvent, present: StoredEvent | undefined): Partial<StoredEvent> {
  const { shared } = (event.extendedProperties ?? {}) as ExtendedProperties
  const own = (present?.extendedProperties ?? {}) as ExtendedProperties
  const all = {
    ...(own.private === undefined ? {} : { private: own.private }),
    ...(shared === undefined ? {} : { shared }),
  }
  return { extendedProperties: Object.keys(all).length === 0 ? undefined : all }
}

export interface Original {
  readonly calendar: Calendar
  readonly event: Shelved<StoredEvent>
}

/** Finds the organizer's event that a copy follows; nothing where the event is its own. */
export function findOriginal(
  book: CalendarBook,
  calendar: Calendar,
  { id, value }: Shelved<StoredEvent>,
): Original | undefined {
  const home = value.organizer.email === calendar.id ? undefined : book.calendar(value.organizer.email)
  const event = home === undefined ? undefined : findEvent(home, id)
  return home === undefined || event === undefined ? undefined : { calendar: home, event }
}

/** Refuses changes that only the organizer may make, and returns the organizer's event with the attendee's answer. */
export function answerInvitation(
  before: StoredEvent,
  next: StoredEvent,
  { original, email }: { readonly original: StoredEvent; readonly email: string },
): StoredEvent {
  if (original.guestsCanModify !== true && !isDeepStrictEqual(sharedPart(before, email), sharedPart(next, email))) {
    throw new CalendarRefusal(
      403,
      'forbiddenForNonOrganizer',
      'Shared properties can only be changed by the organizer of the event.',
    )
  }
  if (original.guestsCanModify === true) return { ...next, ...pick(original, ownMembers) }
  const own = next.attendees?.find((attendee) => attendee.email === email)
  return own === undefined ? original : withAnswer(original, own)
}

/** Returns the event with one attendee’s line replaced. */
export function withAnswer(event: StoredEvent, own: Attendee): StoredEvent {
  const attendees = event.attendees ?? []
  return { ...event, attendees: attendees.map((each) => (each.email === own.email ? { ...each, ...own } : each)) }
}

function sharedPart(event: StoredEvent, email: string): unknown {
  const { attendees = [], extendedProperties } = event
  const { shared: sharedProperties } = (extendedProperties ?? {}) as ExtendedProperties
  const others = attendees.filter((attendee) => attendee.email !== email)
  const own = [...ownMembers, 'updated', 'sequence', 'attendees', 'extendedProperties']
  return { ...omit(event, own), others, sharedProperties }
}
