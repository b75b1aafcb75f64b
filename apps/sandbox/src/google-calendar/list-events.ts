import type { Told } from '../api/api-service.ts'
import { type Json, pathOf, queryText } from '../api/handler.ts'
import { openCalendar } from './access.ts'
import type { Ask, CalendarHandlers } from './ask.ts'
import { CalendarRefusal, invalid, notFound } from './calendar-refusal.ts'
import type { Calendar, StoredEvent } from './calendar-state.ts'
import { eventFilter, readWindow, type TimeWindow } from './event-filters.ts'
import { findEvent, isCancelled, isSeries, plainInstances } from './find-event.ts'
import { instantOf } from './event-times.ts'
import { propertiesOf, viewOf } from './events.ts'
import { reachMs } from './recurrence.ts'
import type { Shelved } from './shelf.ts'
import { showListedEvent } from './show-event.ts'
import { tellList } from './tell-list.ts'
import type { Query, Row } from './turn-pages.ts'

const notWithSyncToken = [
  'iCalUID',
  'orderBy',
  'privateExtendedProperty',
  'q',
  'sharedExtendedProperty',
  'timeMin',
  'timeMax',
  'updatedMin',
]

export const eventListHandlers: CalendarHandlers = {
  listEvents(ask) {
    checkQuery(ask)
    return tellEvents(ask, `events`, (calendar, query, withDeleted) => {
      return sorted(matches(calendar, query, ask.nowMs), query).filter((each) =>
        isListed(calendar, each, { query, withDeleted }),
      )
    })
  },

  listEventInstances(ask) {
    const seriesId = pathOf(ask, 'eventId')
    const originalStart = queryText(ask, 'originalStart')
    return tellEvents(ask, `instances/${seriesId}`, (calendar, query, withDeleted) => {
      const series = findEvent(calendar, seriesId)
      if (series === undefined) throw notFound()
      const window = readWindow(query)
      const changed = calendar.events.all().filter(({ value }) => value.recurringEventId === seriesId)
      const all = [...plainInstances(calendar, series, startsIn(series.value, window, ask.nowMs)), ...changed]
      const isWanted = ({ value: { originalStartTime } }: Shelved<StoredEvent>): boolean =>
        originalStart === undefined ||
        (originalStartTime !== undefined && isSameStart(originalStartTime, originalStart, zoneOf(calendar)))
      const fits = eventFilter(query, zoneOf(calendar))
      return sorted(all, { orderBy: 'startTime' }).filter(
        (each) => isWanted(each) && fits(each) && (withDeleted || query.showDeleted === true || !isCancelled(each)),
      )
    })
  },
}

type FindEvents = (calendar: Calendar, query: Query, withDeleted: boolean) => Shelved<StoredEvent>[]

function tellEvents(ask: Ask, list: string, find: FindEvents): Told {
  const { calendar, role } = openCalendar(ask, 'freeBusyReader')
  const view = viewOf(ask, { calendar, role })
  const { summary, description } = propertiesOf(calendar)
  const entry = ask.person.entries.find(calendar.id)?.value
  const head: Json = {
    kind: 'calendar#events',
    etag: calendar.events.etag(),
    summary,
    ...(description === undefined ? {} : { description }),
    updated: lastUpdate(calendar) ?? new Date(ask.nowMs).toISOString(),
    timeZone: view.timeZone,
    accessRole: role,
    defaultReminders: entry?.defaultReminders ?? [],
  }
  return tellList(ask, head, {
    topic: list === 'events' ? calendar.events.topic : `${list} of ${calendar.id}`,
    defaultSize: 250,
    maxSize: 2500,
    validSince: calendar.validSince,
    notWithSyncToken,
    keptBySyncToken: ['timeMin', 'timeMax'],
    // Seen without one after `orderBy`; a search or a filter is nothing that a later token could stand for.
    isSyncable: (query) =>
      notWithSyncToken.every((name) => ['timeMin', 'timeMax'].includes(name) || query[name] === undefined),
    rows: (query, withDeleted) =>
      find(calendar, query, withDeleted).map((event): Row => ({
        id: event.id,
        version: event.version,
        isDeleted: isCancelled(event),
        show: () => showListedEvent(event, view),
      })),
    gone: (id) => ({ kind: 'calendar#event', id, status: 'cancelled' }),
  })
}

function lastUpdate({ events }: Calendar): string | undefined {
  let last: string | undefined
  for (const { value } of events.all()) if (last === undefined || value.updated > last) last = value.updated
  return last
}

function zoneOf(calendar: Calendar): string {
  return String(propertiesOf(calendar).timeZone)
}

/** Lists the events and instances that a query asks for, deleted ones too. */
export function matches(calendar: Calendar, query: Query, nowMs: number): Shelved<StoredEvent>[] {
  return candidates(calendar, query, nowMs).filter(eventFilter(query, zoneOf(calendar)))
}

/** Lists what a query is about before any filter: series as they are, or else their instances. */
function candidates(calendar: Calendar, query: Query, nowMs: number): Shelved<StoredEvent>[] {
  const window = readWindow(query)
  const fits = eventFilter(query, zoneOf(calendar))
  const found: Shelved<StoredEvent>[] = []
  for (const event of calendar.events.all()) {
    const instances = (): Shelved<StoredEvent>[] =>
      plainInstances(calendar, event, startsIn(event.value, window, nowMs))
    if (!isSeries(event.value)) found.push(event)
    else if (query.singleEvents === true) found.push(...instances())
    // A series is in a window if an instance of it is.
    else if (window.minMs === undefined && window.maxMs === undefined) found.push(event)
    else if (instances().some(fits)) found.push(event)
  }
  return found
}

function startsIn(event: StoredEvent, { minMs, maxMs }: TimeWindow, nowMs: number): { fromMs: number; toMs: number } {
  const startMs = instantOf(event.start, 'UTC')
  const lengthMs = instantOf(event.end, 'UTC') - startMs
  const dayMs = 24 * 3600_000
  // A day more on either side: days are reckoned in UTC, the window in the calendar’s zone. The filter cuts it.
  return {
    fromMs: (minMs ?? startMs) - lengthMs - dayMs,
    toMs: (maxMs ?? Math.max(nowMs, startMs) + reachMs) + dayMs,
  }
}

/** Deleted ones are hidden unless asked for, but not the cancelled instances of a series that lives and is shown. */
function isListed(
  { events }: Calendar,
  event: Shelved<StoredEvent>,
  { query, withDeleted }: { readonly query: Query; readonly withDeleted: boolean },
): boolean {
  if (withDeleted || query.showDeleted === true || !isCancelled(event)) return true
  if (query.singleEvents === true || event.value.recurringEventId === undefined) return false
  return events.find(event.value.recurringEventId)?.value.status !== 'cancelled'
}

function sorted(found: readonly Shelved<StoredEvent>[], { orderBy }: Query): readonly Shelved<StoredEvent>[] {
  if (orderBy === undefined) return found
  const keyed = found.map((event) => {
    const { updated, start } = event.value
    return { event, key: orderBy === 'updated' ? Date.parse(updated) : instantOf(start, 'UTC') }
  })
  return keyed.toSorted((a, b) => a.key - b.key).map(({ event }) => event)
}

function isSameStart(start: StoredEvent['start'], wanted: string, timeZone: string): boolean {
  if (/^\d{4}-\d\d-\d\d$/.test(wanted)) return start.date === wanted
  return Number.isFinite(Date.parse(wanted)) && instantOf(start, timeZone) === Date.parse(wanted)
}

function checkQuery(ask: Ask): void {
  const { orderBy, singleEvents, timeMin, timeMax, updatedMin } = ask.query
  if (orderBy === 'startTime' && singleEvents !== true) {
    throw invalid('orderBy', 'The requested ordering is not available for the particular query.')
  }
  if (timeMin !== undefined && timeMax !== undefined && Date.parse(String(timeMax)) <= Date.parse(String(timeMin))) {
    const place = { location: 'timeMax', locationType: 'parameter' } as const
    throw new CalendarRefusal(400, 'timeRangeEmpty', 'The specified time range is empty.', place)
  }
  if (updatedMin === undefined || Date.parse(String(updatedMin)) >= ask.nowMs - updatedReachMs) return
  const place = { location: 'updatedMin', locationType: 'parameter' } as const
  throw new CalendarRefusal(
    410,
    'updatedMinTooLongAgo',
    'The requested minimum modification time lies too far in the past.',
    place,
  )
}

/** Observed to be about four weeks or less; Google names no number. */
const updatedReachMs = 28 * 24 * 3600_000
