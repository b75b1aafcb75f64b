import type { Told } from '../api/api-service.ts'
import { bodyOf, isTimeZone, type Json, noContent, pathOf, pick, queryNumber, queryText } from '../api/handler.ts'
import { openCalendar, type OpenCalendar } from './access.ts'
import { type Ask, type CalendarHandlers, checkVersion, tell } from './ask.ts'
import { CalendarRefusal, invalid, invalidBody, notFound } from './calendar-refusal.ts'
import type { Calendar, EventPerson, StoredEvent } from './calendar-state.ts'
import { checkConference, finishConference, showPending } from './conference.ts'
import { draftEvent, type EventOrigin, mergePatch } from './event-draft.ts'
import { findEvent, isCancelled } from './find-event.ts'
import { answerInvitation, findOriginal, withAnswer } from './invitations.ts'
import { keepOptedOut } from './opt-ins.ts'
import { saveEvent } from './save-event.ts'
import type { Shelved } from './shelf.ts'
import { type EventView, showEvent } from './show-event.ts'

export const eventHandlers: CalendarHandlers = {
  createEvent(ask) {
    const open = openCalendar(ask, 'writerWithoutPrivateAccess')
    const body = bodyOf(ask)
    if (body.id !== undefined && body.iCalUID !== undefined) throw invalidBody('Invalid resource id value.')
    if (body.eventType === 'fromGmail') throw invalidBody('Events of this type cannot be created.')
    const id = String(body.id ?? newEventId(ask))
    if (findEvent(open.calendar, id) !== undefined) {
      throw new CalendarRefusal(409, 'duplicate', 'The requested identifier already exists.')
    }
    return tellSaved(ask, open, saveNew(ask, open.calendar, id, body))
  },

  getEvent(ask) {
    const open = openCalendar(ask, 'freeBusyReader')
    return tellEvent(ask, open, requireEvent(ask, open.calendar))
  },

  replaceEvent: (ask) => change(ask, (_, body) => body),

  updateEvent: (ask) => change(ask, (event, body) => mergePatch(event, body)),

  deleteEvent(ask) {
    const { calendar } = openCalendar(ask, 'writerWithoutPrivateAccess')
    const event = requireEvent(ask, calendar)
    if (isCancelled(event)) throw new CalendarRefusal(410, 'deleted', 'Resource has been deleted')
    checkVersion(ask, event.etag)
    const original = findOriginal(ask.book, calendar, event)
    const own = event.value.attendees?.find(({ email }) => email === calendar.id)
    saveEvent(calendar, event.id, { ...event.value, status: 'cancelled' }, ask)
    if (original !== undefined && own !== undefined) {
      const declined = withAnswer(original.event.value, { ...own, responseStatus: 'declined' })
      saveEvent(original.calendar, event.id, declined, ask)
    }
    return noContent
  },
}

/** Keeps a new event of the person on a calendar. */
export function saveNew(
  ask: Ask,
  calendar: Calendar,
  id: string,
  body: Json,
  more: Partial<EventOrigin> = {},
): Shelved<StoredEvent> {
  checkAttendees(ask, body)
  const now = new Date(ask.nowMs).toISOString()
  const draft = draftEvent(finishConference(keepOptedOut(ask, body, {}), {}, ask.random), {
    created: `${now.slice(0, 19)}.000Z`,
    updated: now,
    creator: { email: ask.person.email },
    organizer: organizerOf(calendar),
    iCalUID: String(body.iCalUID ?? `${id}@google.com`),
    eventType: String(body.eventType ?? 'default'),
    sequence: Number(body.sequence ?? 0),
    ...(body.birthdayProperties === undefined ? {} : { birthdayProperties: body.birthdayProperties }),
    ...more,
  })
  return saveEvent(calendar, id, draft, ask)
}

/** Makes an id of the letters that Google’s own have. */
export function newEventId({ random }: Pick<Ask, 'random'>): string {
  const letters = '0123456789abcdefghijklmnopqrstuv'
  return Array.from({ length: 26 }, () => letters.charAt(random.integer('event id', letters.length))).join('')
}

export function organizerOf(calendar: Calendar): EventPerson {
  if (calendar.kind === 'primary') return { email: calendar.id }
  return { email: calendar.id, displayName: String(propertiesOf(calendar).summary) }
}

export function propertiesOf({ id, properties }: Calendar): Json {
  return properties.find(id)?.value ?? {}
}

export function requireEvent(ask: Ask, calendar: Calendar): Shelved<StoredEvent> {
  const event = findEvent(calendar, pathOf(ask, 'eventId'))
  if (event === undefined) throw notFound()
  return event
}

export function viewOf(ask: Ask, { calendar, role }: OpenCalendar): EventView {
  const timeZone = queryText(ask, 'timeZone') ?? String(propertiesOf(calendar).timeZone)
  if (!isTimeZone(timeZone)) throw invalid('timeZone')
  return { calendar, role, timeZone, maxAttendees: queryNumber(ask, 'maxAttendees') ?? Number.POSITIVE_INFINITY }
}

export function tellEvent(ask: Ask, open: OpenCalendar, event: Shelved<StoredEvent>): Told {
  return tell(ask, event.etag, showEvent(event, viewOf(ask, open)))
}

type Combine = (event: StoredEvent, body: Json) => Json

function change(ask: Ask, combine: Combine): Told {
  const open = openCalendar(ask, 'writerWithoutPrivateAccess')
  const { calendar } = open
  const event = requireEvent(ask, calendar)
  checkVersion(ask, event.etag)
  const body = bodyOf(ask)
  checkAttendees(ask, body)
  checkFixed(event.value, body)
  checkConference(body)
  const next = draftNext(ask, event.value, combine(event.value, body))
  const original = findOriginal(ask.book, calendar, event)
  if (original !== undefined) {
    const wanted = { original: original.event.value, email: calendar.id }
    saveEvent(original.calendar, event.id, answerInvitation(event.value, next, wanted), ask)
  }
  return tellSaved(ask, open, saveEvent(calendar, event.id, next, ask))
}

function draftNext(ask: Ask, event: StoredEvent, written: Json): StoredEvent {
  const origin = pick(event, originMembers) as EventOrigin
  const sequence = Number(bodyOf(ask).sequence ?? event.sequence)
  const kept = keepOptedOut(ask, written, event)
  return draftEvent(finishConference(kept, event, ask.random), { ...origin, sequence })
}

const originMembers = [
  'created',
  'updated',
  'creator',
  'organizer',
  'iCalUID',
  'eventType',
  'recurringEventId',
  'originalStartTime',
  'birthdayProperties',
  'privateCopy',
]

function checkFixed({ eventType, sequence }: StoredEvent, body: Json): void {
  if (body.eventType !== undefined && body.eventType !== null && body.eventType !== eventType) {
    throw invalidBody('The type of an event cannot be changed.')
  }
  if (typeof body.sequence === 'number' && body.sequence < sequence) throw invalidBody('Invalid sequence value.')
}

/** A service account invites nobody unless it acts for a person. */
function checkAttendees({ person }: Ask, { attendees }: Json): void {
  if (!person.isService || !Array.isArray(attendees) || attendees.length === 0) return
  const message = 'Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.'
  throw new CalendarRefusal(403, 'forbiddenForServiceAccounts', message)
}

function tellSaved(ask: Ask, open: OpenCalendar, saved: Shelved<StoredEvent>): Told {
  const shown = showEvent(saved, viewOf(ask, open))
  return tell(ask, saved.etag, showPending(shown, bodyOf(ask)))
}
