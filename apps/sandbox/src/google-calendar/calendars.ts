import type { Told } from '../api/api-service.ts'
import { bodyOf, compact, isTimeZone, type Json, noContent, pick, queryText } from '../api/handler.ts'
import { openCalendar } from './access.ts'
import { type Ask, type CalendarHandlers, checkVersion, queryFlag, tell } from './ask.ts'
import { forbidden, invalid, invalidBody, notFound, required } from './calendar-refusal.ts'
import type { Calendar, CalendarKind } from './calendar-state.ts'
import { mergePatch } from './event-draft.ts'
import { isCancelled } from './find-event.ts'
import { saveEvent } from './save-event.ts'
import { seedEntry } from './seed-calendars.ts'

const writable = [
  'summary',
  'description',
  'location',
  'timeZone',
  'conferenceProperties',
  'labelProperties',
  'autoAcceptInvitations',
]

export const calendarHandlers: CalendarHandlers = {
  createCalendar(ask) {
    const properties = readProperties({ timeZone: 'UTC', ...bodyOf(ask) }, ask)
    const id = `${ask.random
      .token('calendar')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]/g, '')
      .slice(0, 26)}@group.calendar.google.com`
    const { clientId, person, book } = ask
    const calendar = book.add({ id, kind: 'secondary', owner: person.email, clientId, properties })
    person.entries.put(id, seedEntry(id))
    return tellCalendar(ask, calendar)
  },

  getCalendar: (ask) => tellCalendar(ask, openCalendar(ask, 'reader').calendar),

  replaceCalendar: (ask) => change(ask, (_, body) => body),

  updateCalendar: (ask) => change(ask, mergePatch),

  deleteCalendar(ask) {
    const calendar = requireKind(ask, 'secondary')
    checkVersion(ask, calendar.properties.find(calendar.id)?.etag ?? '')
    cancelAll(ask, calendar)
    ask.book.remove(calendar)
    for (const { entries } of ask.book.people()) {
      if (entries.find(calendar.id) !== undefined) entries.put(calendar.id, { deleted: true })
    }
    return noContent
  },

  clearCalendar(ask) {
    cancelAll(ask, requireKind(ask, 'primary'))
    return noContent
  },

  transferCalendarOwnership(ask) {
    if (!queryFlag(ask, 'useAdminAccess') || !ask.isAdmin) throw forbidden('Only an administrator can do this.')
    const calendar = ask.book.calendar(ask.path.calendarId ?? '')
    const owner = queryText(ask, 'newDataOwner') ?? ''
    if (calendar === undefined) throw notFound()
    if (calendar.kind !== 'secondary') throw invalid('calendarId', 'Only secondary calendars can be transferred.')
    if (ask.book.findPerson(owner) === undefined) throw invalid('newDataOwner')
    calendar.owner = owner
    calendar.rules.put(`user:${owner}`, { role: 'owner', scope: { type: 'user', value: owner } })
    return { status: 200 }
  },
}

/** Deletes every event, as its owner. */
function cancelAll(ask: Ask, calendar: Calendar): void {
  for (const event of calendar.events.all()) {
    if (!isCancelled(event)) saveEvent(calendar, event.id, { ...event.value, status: 'cancelled' }, ask)
  }
}

/** What may be done to the one kind of calendar may not be done to the other. */
function requireKind(ask: Ask, kind: CalendarKind): Calendar {
  const { calendar } = openCalendar(ask, 'owner')
  if (calendar.kind !== kind) throw invalid('calendarId', `Only ${kind} calendars can be handled so.`)
  return calendar
}

function change(ask: Ask, combine: (present: Json, body: Json) => Json): Told {
  const { calendar } = openCalendar(ask, 'owner')
  const present = calendar.properties.find(calendar.id)
  if (present === undefined) throw notFound()
  checkVersion(ask, present.etag)
  const wanted = { timeZone: present.value.timeZone, ...combine(present.value, bodyOf(ask)) }
  calendar.properties.put(calendar.id, readProperties(wanted, ask))
  return tellCalendar(ask, calendar)
}

function readProperties(body: Json, { random }: Ask): Json {
  if (typeof body.summary !== 'string' || body.summary === '') throw required('summary')
  if (!isTimeZone(String(body.timeZone))) throw invalidBody('Invalid time zone.')
  const properties = pick(body, writable)
  const labels = labelsOf(properties.labelProperties)
  if (labels === undefined) return properties
  return {
    ...properties,
    labelProperties: { eventLabels: labels.map((label) => ({ id: random.uuid('label'), ...label })) },
  }
}

function labelsOf(properties: unknown): readonly Json[] | undefined {
  return (properties as { readonly eventLabels?: readonly Json[] } | undefined)?.eventLabels
}

function tellCalendar(ask: Ask, { id, kind, owner, properties }: Calendar): Told {
  const { value = {}, etag = '' } = properties.find(id) ?? {}
  const dataOwner = kind === 'secondary' ? owner : undefined
  return tell(ask, etag, compact({ kind: 'calendar#calendar', etag, id, ...value, dataOwner }))
}
