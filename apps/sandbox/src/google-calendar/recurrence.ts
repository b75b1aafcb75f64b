import { RRuleTemporal } from 'rrule-temporal'
import { Temporal } from 'temporal-polyfill'
import { CalendarRefusal, invalidBody } from './calendar-refusal.ts'
import { dayStartMs, type EventTime, instantOf, writeDate, writeDateTime } from './event-times.ts'

/** What repeats: the first start, and the lines of RFC 5545. */
export interface Series {
  readonly start: EventTime
  readonly recurrence: readonly string[]
}

/** Bounds of the starts that are asked for, both included. */
export interface StartWindow {
  readonly fromMs: number
  readonly toMs: number
}

const lineForm = /^(RRULE|EXRULE|RDATE|EXDATE)[:;]/

/** How far a series without an end is expanded beyond now where nobody asks for more; Google's own reach is not known. */
export const reachMs: number = 366 * 24 * 3600_000

/** Refuses lines that mean nothing, and rules that nobody could list. */
export function checkRecurrence(series: Series): void {
  for (const line of series.recurrence) if (!lineForm.test(line)) throw invalidBody('Invalid recurrence rule.')
  try {
    const fromMs = startOf(series).epochMilliseconds
    expandOrThrow(series, { fromMs, toMs: fromMs + reachMs })
  } catch {
    throw invalidBody('Invalid recurrence rule.')
  }
}

/** Returns the starts within the window, in order; refuses a window that is too wide for the rule. */
export function expand(series: Series, window: StartWindow): EventTime[] {
  try {
    return expandOrThrow(series, window)
  } catch {
    throw new CalendarRefusal(400, 'timeRangeTooLong', 'The requested time range is too long.')
  }
}

function expandOrThrow(series: Series, { fromMs, toMs }: StartWindow): EventTime[] {
  const first = startOf(series)
  const isWithin = (atMs: number): boolean => atMs >= fromMs && atMs <= toMs
  const byRule = (kind: string): number[] =>
    linesOf(series, kind).flatMap((line) =>
      new RRuleTemporal({
        rruleString: line.replace('EXRULE', 'RRULE'),
        dtstart: first,
        temporal: Temporal,
      })
        .between(new Date(fromMs), new Date(toMs), true)
        .map(({ epochMilliseconds }) => epochMilliseconds),
    )
  const byDate = (kind: string): number[] => linesOf(series, kind).flatMap((line) => readDates(line, first.timeZoneId))
  const starts = new Set([first.epochMilliseconds, ...byRule('RRULE'), ...byDate('RDATE')])
  for (const excluded of [...byRule('EXRULE'), ...byDate('EXDATE')]) starts.delete(excluded)
  return [...starts]
    .filter(isWithin)
    .toSorted((a, b) => a - b)
    .map((atMs) => timeAt(series.start, atMs))
}

/** Names an instance within its series by its original start. */
export function instanceSuffix(start: EventTime): string {
  if (start.date !== undefined) return start.date.replaceAll('-', '')
  return writeDateTime(instantOf(start, 'UTC'), 'UTC').replaceAll(/[-:]/g, '')
}

/** Splits the id of an instance. */
export function splitInstanceId(id: string): { seriesId: string; suffix: string } | undefined {
  const [, seriesId = '', suffix = ''] = /^(.+)_(\d{8}(?:T\d{6}Z)?)$/.exec(id) ?? []
  return seriesId === '' ? undefined : { seriesId, suffix }
}

/** Returns the start that a suffix names, if the series has one there. */
export function findStart(series: Series, suffix: string): EventTime | undefined {
  const isDay = series.start.date !== undefined
  if (isDay !== (suffix.length === 8)) return undefined
  const isReal = Number.isFinite(Date.parse(suffix.replace(/^(....)(..)(..)(?:T(..)(..)(..)Z)?$/, '$1-$2-$3')))
  const [atMs] = isReal ? readDates(`:${suffix}`, 'UTC') : []
  return atMs === undefined ? undefined : expand(series, { fromMs: atMs, toMs: atMs })[0]
}

function linesOf({ recurrence }: Series, kind: string): string[] {
  return recurrence.filter((line) => lineForm.exec(line)?.[1] === kind)
}

/** Days are reckoned in UTC: they have no zone. */
function startOf({ start }: Series): Temporal.ZonedDateTime {
  const atMs = start.date === undefined ? instantOf(start, 'UTC') : dayStartMs(start.date)
  const zone = start.date === undefined ? (start.timeZone ?? 'UTC') : 'UTC'
  return Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(zone)
}

function timeAt(start: EventTime, atMs: number): EventTime {
  if (start.date !== undefined) return { date: writeDate(atMs) }
  const dateTime = writeDateTime(atMs, 'UTC')
  return start.timeZone === undefined ? { dateTime } : { dateTime, timeZone: start.timeZone }
}

/** Reads the dates of an RDATE or EXDATE line; of a period its start. */
function readDates(line: string, zone: string): number[] {
  const [head = '', values = ''] = line.split(/:(.*)/s)
  const ownZone = /;TZID=([^;:]+)/.exec(head)?.[1] ?? zone
  return values.split(',').map((value) => {
    const [from = ''] = value.split('/')
    if (from.endsWith('Z')) return Temporal.Instant.from(from).epochMilliseconds
    return Temporal.PlainDateTime.from(from).toZonedDateTime(ownZone).epochMilliseconds
  })
}
