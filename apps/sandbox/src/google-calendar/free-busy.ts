import { bodyOf, isTimeZone, type Json, ok } from '../api/handler.ts'
import { isObject } from '../check-option.ts'
import { roleOf } from './access.ts'
import type { Ask, CalendarHandlers } from './ask.ts'
import { CalendarRefusal, invalidBody, required } from './calendar-refusal.ts'
import type { Calendar, StoredEvent } from './calendar-state.ts'
import { propertiesOf } from './events.ts'
import { instantOf, writeDateTime } from './event-times.ts'
import { matches } from './list-events.ts'

/** Observed: about three months. */
const longestMs = 92 * 24 * 3600_000
const mostCalendars = 50

export const freeBusyHandlers: CalendarHandlers = {
  queryFreeBusy(ask) {
    const body = bodyOf(ask)
    const span = readSpan(body)
    const timeZone = String(body.timeZone ?? 'UTC')
    if (!isTimeZone(timeZone)) throw invalidBody('Invalid time zone.')
    const most = typeof body.calendarExpansionMax === 'number' ? body.calendarExpansionMax : mostCalendars
    const items = Array.isArray(body.items) ? body.items.filter(isObject) : []
    const calendars = items.map(({ id }, index) => {
      const shown =
        index < most ? showBusy(ask, String(id), { span, timeZone }) : failed('calendar', 'tooManyCalendarsRequested')
      return [String(id), shown] as const
    })
    return ok({
      kind: 'calendar#freeBusy',
      timeMin: new Date(span.fromMs).toISOString(),
      timeMax: new Date(span.toMs).toISOString(),
      calendars: Object.fromEntries(calendars),
    })
  },
}

interface Span {
  readonly fromMs: number
  readonly toMs: number
}

function readSpan({ timeMin, timeMax }: Json): Span {
  if (typeof timeMin !== 'string') throw required('timeMin parameter')
  if (typeof timeMax !== 'string') throw required('timeMax parameter')
  const span = { fromMs: Date.parse(timeMin), toMs: Date.parse(timeMax) }
  if (span.toMs <= span.fromMs) throw refused('timeRangeEmpty', 'The specified time range is empty.')
  if (span.toMs - span.fromMs > longestMs) throw refused('timeRangeTooLong', 'The requested time range is too long.')
  return span
}

function refused(reason: string, message: string): CalendarRefusal {
  return new CalendarRefusal(400, reason, message)
}

function failed(domain: string, reason: string): Json {
  return { errors: [{ domain, reason }], busy: [] }
}

function showBusy(ask: Ask, id: string, { span, timeZone }: { readonly span: Span; readonly timeZone: string }): Json {
  const calendar = ask.book.calendar(id === 'primary' ? ask.person.email : id)
  if (calendar === undefined || roleOf(calendar, ask.person.email) === 'none') return failed('global', 'notFound')
  const busy = findBusy(calendar, span, ask.nowMs).map(({ fromMs, toMs }) => ({
    start: writeDateTime(fromMs, timeZone),
    end: writeDateTime(toMs, timeZone),
  }))
  return { busy }
}

/** Returns when somebody is busy within the span, touching times as one. */
function findBusy(calendar: Calendar, { fromMs, toMs }: Span, nowMs: number): Span[] {
  const zone = String(propertiesOf(calendar).timeZone)
  const query = { timeMin: new Date(fromMs).toISOString(), timeMax: new Date(toMs).toISOString(), singleEvents: true }
  const taken = matches(calendar, query, nowMs)
    .filter(({ value }) => takesTime(value, calendar.id))
    .map(({ value }) => ({
      fromMs: Math.max(instantOf(value.start, zone), fromMs),
      toMs: Math.min(instantOf(value.end, zone), toMs),
    }))
    .filter((each) => each.toMs > each.fromMs)
    .toSorted((a, b) => a.fromMs - b.fromMs)
  const merged: Span[] = []
  for (const span of taken) {
    const last = merged.at(-1)
    if (last === undefined || span.fromMs > last.toMs) merged.push(span)
    else merged.splice(-1, 1, { fromMs: last.fromMs, toMs: Math.max(last.toMs, span.toMs) })
  }
  return merged
}

function takesTime({ status, transparency, eventType, attendees = [] }: StoredEvent, email: string): boolean {
  const own = attendees.find((attendee) => attendee.email === email)
  return (
    status !== 'cancelled' &&
    transparency !== 'transparent' &&
    !['birthday', 'workingLocation'].includes(eventType) &&
    own?.responseStatus !== 'declined'
  )
}
