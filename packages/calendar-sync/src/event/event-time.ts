import { Temporal } from 'temporal-polyfill'
import { CalendarSyncError } from '../errors.ts'

/** As Google takes it: a whole day, or a moment in the offset that its zone has then, with the zone beside it. */
export type GoogleTime = { readonly date: string } | { readonly dateTime: string; readonly timeZone: string }

/** Member of an event that holds a time. */
export type TimeMember = 'start' | 'end'

const day = /^\d{4}-\d\d-\d\d$/
const local = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?$/
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/

/**
 * Reads a time of the app. A moment keeps its instant; local time gets the offset of its zone, where the rules of
 * `Temporal` hold for time that is skipped or happens twice. Fractions of a second are dropped: Google keeps none.
 */
export function toGoogleTime(value: unknown, zone: string, member: TimeMember): GoogleTime {
  try {
    if (value instanceof Date) return inZone(Temporal.Instant.fromEpochMilliseconds(value.getTime()), zone)
    if (typeof value === 'string') {
      if (day.test(value)) return { date: Temporal.PlainDate.from(value).toString() }
      if (moment.test(value)) return inZone(Temporal.Instant.from(value), zone)
      if (local.test(value)) return write(Temporal.PlainDateTime.from(value).toZonedDateTime(zone))
    }
  } catch {
    // A day or an hour that does not exist, such as 2026-02-30: said below, like all else that cannot be read.
  }
  throw unreadable(member)
}

/** Throws `unknown_zone` unless this machine's time zone database has the zone under this name. */
export function checkZone(zone: unknown): asserts zone is string {
  // Offsets such as +02:00 are zones to Temporal, but not to Google.
  if (typeof zone === 'string' && /^[A-Za-z]/.test(zone)) {
    try {
      Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
      return
    } catch {
      // Said below.
    }
  }
  throw new CalendarSyncError(
    'unknown_zone',
    'The time zone of the event is no name of the IANA time zone database, such as Europe/Paris.',
    { member: 'zone' },
  )
}

/** Throws `end_not_after_start`, and `invalid_event` where one of them is a day and the other is not. */
export function checkSpan(start: GoogleTime, end: GoogleTime): void {
  if ('date' in start !== 'date' in end) {
    throw new CalendarSyncError('invalid_event', 'Start and end are not both days, or not both moments.', {
      member: 'end',
    })
  }
  if (orderOf(end) > orderOf(start)) return
  throw new CalendarSyncError(
    'end_not_after_start',
    'The event does not end after it begins. Of whole days, the end is the day after the last.',
    { member: 'end' },
  )
}

/** Tells when a time is, for comparing it with another one of its kind. */
export function orderOf(time: { readonly date?: string; readonly dateTime?: string }): number {
  return Date.parse(time.dateTime ?? time.date ?? '')
}

function inZone(instant: Temporal.Instant, zone: string): GoogleTime {
  return write(instant.toZonedDateTimeISO(zone))
}

function write(time: Temporal.ZonedDateTime): GoogleTime {
  const { year } = time
  // Four digits: what RFC 3339, and so Google, can write.
  if (year < 1 || year > 9999) throw new RangeError('out of range')
  const options = { smallestUnit: 'second', timeZoneName: 'never', offset: 'auto' } as const
  return { dateTime: time.toString({ ...options, roundingMode: 'floor' }), timeZone: time.timeZoneId }
}

function unreadable(member: TimeMember): CalendarSyncError {
  return new CalendarSyncError(
    'invalid_event',
    `The ${member} of the event is no date that exists: give a Date, yyyy-mm-ddThh:mm:ss with or without an offset, or yyyy-mm-dd.`,
    { member },
  )
}
