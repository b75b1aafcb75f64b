import type { CalendarEventPatch } from '../schemas.ts'

/** A whole day, as yyyy-mm-dd. As an end, the day after the last one. Never turn it into a `Date`: it has no zone. */
export interface EventDay {
  readonly date: string
  readonly dateTime?: never
}

/** A moment: with an offset, or with an IANA zone beside it. */
export interface EventMoment {
  readonly dateTime: string
  readonly timeZone?: string
  readonly date?: never
}

/** Start and end are of one kind, and a recurring event says in which zone it recurs. */
export type EventTimes =
  | { readonly start: EventDay; readonly end: EventDay; readonly recurrence?: readonly string[] }
  | { readonly start: EventMoment; readonly end: EventMoment; readonly recurrence?: never }
  | {
      readonly start: EventMoment & { readonly timeZone: string }
      readonly end: EventMoment & { readonly timeZone: string }
      readonly recurrence: readonly string[]
    }

/**
 * Completes changes of start and end: Google merges them member by member, so an event that was timed and becomes a
 * whole day, or the other way round, needs the other kind taken away.
 */
export function withoutOtherKind(changes: CalendarEventPatch): CalendarEventPatch {
  const { start, end } = changes
  return { ...changes, ...(start && { start: ofOneKind(start) }), ...(end && { end: ofOneKind(end) }) }
}

type TimePatch = NonNullable<CalendarEventPatch['start']>

function ofOneKind(time: TimePatch): TimePatch {
  if (typeof time.date === 'string') return { dateTime: null, timeZone: null, ...time }
  return typeof time.dateTime === 'string' ? { date: null, ...time } : time
}
