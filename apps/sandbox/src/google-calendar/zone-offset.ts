import { Temporal } from 'temporal-polyfill'

/** What a zone is ahead of UTC. */
export interface ZoneOffset {
  /** As RFC 3339 writes it. */
  readonly offset: string
  readonly offsetMs: number
}

/** From one change of the clocks to the next. */
interface OffsetSpan extends ZoneOffset {
  readonly fromMs: number
  readonly toMs: number
}

/** All that were asked for: a list of events asks a thousand times for one or two of them, and each takes its time. */
const spansOfZone = new Map<string, OffsetSpan[]>()

/** Tells what a zone is ahead of UTC at a moment. */
export function offsetAt(atMs: number, timeZone: string): ZoneOffset {
  const spans = spansOfZone.get(timeZone) ?? []
  spansOfZone.set(timeZone, spans)
  const known = spans.find(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs)
  if (known !== undefined) return known
  const found = findSpan(atMs, timeZone)
  spans.push(found)
  return found
}

function findSpan(atMs: number, timeZone: string): OffsetSpan {
  const there = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
  // One at this very moment has happened, too.
  const before = there.add({ milliseconds: 1 }).getTimeZoneTransition('previous')
  return {
    offset: there.offset,
    offsetMs: there.offsetNanoseconds / 1e6,
    fromMs: before?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    toMs: there.getTimeZoneTransition('next')?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
  }
}
