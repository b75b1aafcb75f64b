import type { Told } from '../api/api-service.ts'
import { bodyOf, compact, type Json, noContent, omit, pick } from '../api/handler.ts'
import { isAtLeast, openById, openCalendar, roleOf } from './access.ts'
import { type Ask, type CalendarHandlers, checkVersion, queryFlag, tell } from './ask.ts'
import { forbidden, invalid, notFound } from './calendar-refusal.ts'
import { type Calendar, type ListEntry, roles } from './calendar-state.ts'
import { mergePatch } from './event-draft.ts'
import { propertiesOf } from './events.ts'
import { colorsOf, seedEntry } from './seed-calendars.ts'
import type { Shelved } from './shelf.ts'
import { tellList } from './tell-list.ts'
import type { Query } from './turn-pages.ts'

const writable = [
  'summaryOverride',
  'hidden',
  'selected',
  'defaultReminders',
  'notificationSettings',
  'conferenceProperties',
]
const rgb = ['backgroundColor', 'foregroundColor']

export const calendarListHandlers: CalendarHandlers = {
  listCalendarListEntries(ask) {
    const { entries } = ask.person
    const { minAccessRole } = ask.query
    const least = roles.find((role) => role === minAccessRole) ?? 'none'
    return tellList(
      ask,
      { kind: 'calendar#calendarList', etag: entries.etag() },
      {
        topic: entries.topic,
        defaultSize: 100,
        maxSize: 250,
        validSince: 0,
        notWithSyncToken: ['minAccessRole', 'showOwnOrganizationOnly'],
        keptBySyncToken: [],
        isSyncable: (query) => query.minAccessRole === undefined,
        rows: (query, withDeleted) =>
          entries
            .all()
            .filter((entry) => isListed(entry, query, withDeleted) && isAtLeast(roleIn(ask, entry.id), least))
            .map((entry) => ({
              id: entry.id,
              version: entry.version,
              isDeleted: isDeleted(entry),
              show: () => showEntry(ask, entry),
            })),
        gone: (id) => ({ kind: 'calendar#calendarListEntry', id, deleted: true }),
      },
    )
  },

  addCalendarListEntry(ask) {
    const body = bodyOf(ask)
    const { calendar } = openById(ask, String(body.id), 'freeBusyReader')
    const present = ask.person.entries.find(calendar.id)
    const base = present === undefined || isDeleted(present) ? seedEntry(calendar.id) : present.value
    return save(ask, calendar, { ...base, ...readEntry(ask, body) })
  },

  getCalendarListEntry(ask) {
    const { entry } = requireEntry(ask)
    return tell(ask, entry.etag, showEntry(ask, entry))
  },

  replaceCalendarListEntry(ask) {
    const { calendar, entry } = requireEntry(ask)
    checkVersion(ask, entry.etag)
    return save(ask, calendar, { ...omit(seedEntry(calendar.id), ['selected']), ...readEntry(ask, bodyOf(ask)) })
  },

  updateCalendarListEntry(ask) {
    const { calendar, entry } = requireEntry(ask)
    checkVersion(ask, entry.etag)
    const merged = mergePatch(pick(entry.value, writable), pick(bodyOf(ask), [...writable, 'colorId', ...rgb]))
    return save(ask, calendar, { ...pick(entry.value, ['colorId', ...rgb]), ...readEntry(ask, merged) })
  },

  removeCalendarListEntry(ask) {
    const { calendar, entry } = requireEntry(ask)
    if (calendar.id === ask.person.email) throw forbidden('The primary calendar cannot be removed.')
    checkVersion(ask, entry.etag)
    ask.person.entries.put(calendar.id, { deleted: true })
    return noContent
  },
}

function isDeleted({ value }: Shelved<ListEntry>): boolean {
  return value.deleted === true
}

function isListed(entry: Shelved<ListEntry>, query: Query, withDeleted: boolean): boolean {
  if (withDeleted) return true
  return (query.showDeleted === true || !isDeleted(entry)) && (query.showHidden === true || entry.value.hidden !== true)
}

function roleIn({ book, person }: Ask, id: string): (typeof roles)[number] {
  const calendar = book.calendar(id)
  return calendar === undefined ? 'none' : roleOf(calendar, person.email)
}

function requireEntry(ask: Ask): { readonly calendar: Calendar; readonly entry: Shelved<ListEntry> } {
  const { calendar } = openCalendar(ask, 'freeBusyReader')
  const entry = ask.person.entries.find(calendar.id)
  if (entry === undefined || isDeleted(entry)) throw notFound()
  return { calendar, entry }
}

/** A colour is told by its number, or by its values if the query says so. */
function readEntry(ask: Ask, body: Json): ListEntry {
  const colors = queryFlag(ask, 'colorRgbFormat') ? pick(body, rgb) : {}
  if (Object.values(colors).some((color) => !/^#[\da-f]{6}$/i.test(String(color)))) throw invalid('backgroundColor')
  const byId = typeof body.colorId === 'string' && Object.keys(colors).length === 0 ? colorsOf(body.colorId) : {}
  const { hidden, ...rest } = pick(body, writable)
  return { ...byId, ...colors, ...rest, ...(hidden === true ? { hidden } : {}) }
}

function save(ask: Ask, { id }: Calendar, entry: ListEntry): Told {
  const saved = ask.person.entries.put(id, entry)
  return tell(ask, saved.etag, showEntry(ask, saved))
}

/** A removed entry arrives with little more than its id, as was recorded. */
function showEntry(ask: Ask, { id, etag, value }: Shelved<ListEntry>): Json {
  const head = { kind: 'calendar#calendarListEntry', etag, id }
  const calendar = ask.book.calendar(id)
  if (calendar === undefined || value.deleted === true) return { ...head, defaultReminders: [], deleted: true }
  const about = pick(propertiesOf(calendar), [
    'summary',
    'description',
    'location',
    'timeZone',
    'autoAcceptInvitations',
  ])
  return compact({
    ...head,
    ...about,
    ...value,
    accessRole: roleOf(calendar, ask.person.email),
    primary: id === ask.person.email ? true : undefined,
    dataOwner: calendar.kind === 'secondary' ? calendar.owner : undefined,
  })
}
