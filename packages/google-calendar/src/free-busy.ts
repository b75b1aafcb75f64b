import { unwrap } from '@grantkit/api-client'
import type { GoogleCalendar } from './google-calendar-client.ts'
import type { FreeBusyError, TimePeriod } from './schemas.ts'

export interface FreeBusyOptions {
  /** Any number of calendars. */
  readonly calendarIds: readonly string[]
  /** Start, as RFC 3339 with an offset. */
  readonly timeMin: string
  /** End; any time after the start. */
  readonly timeMax: string
  readonly signal?: AbortSignal
}

/** When a calendar is busy, or why that cannot be told. Not being told is not being free. */
export type FreeBusy =
  | { readonly kind: 'known'; readonly busy: readonly TimePeriod[] }
  | { readonly kind: 'unknown'; readonly errors: readonly FreeBusyError[] }

/** Google's limit (Discovery document, 2026). */
const calendarsAtOnce = 50
/** Seen in public clients: above about three months Google answers timeRangeTooLong. */
const spanMs = 90 * 24 * 3600 * 1000

/**
 * Asks when calendars are busy, in as many calls as Google's limits need, one after the other. Throws what a call throws
 * and an ApiError with Google's reason.
 */
export async function queryFreeBusy(
  calendar: GoogleCalendar,
  { calendarIds, timeMin, timeMax, signal }: FreeBusyOptions,
): Promise<ReadonlyMap<string, FreeBusy>> {
  const found = new Map<string, FreeBusy>()
  for (const ids of inGroups(calendarIds)) {
    for (const span of inSpans(timeMin, timeMax)) {
      const body = { ...span, items: ids.map((id) => ({ id })) }
      const { calendars = {} } = unwrap(await calendar.POST('/freeBusy', { body, signal: signal ?? null }))
      for (const id of ids) found.set(id, joined(found.get(id), calendars[id] ?? unanswered, span.timeMin))
    }
  }
  return found
}

interface Answer {
  readonly busy?: readonly TimePeriod[]
  readonly errors?: readonly FreeBusyError[]
}

const unanswered: Answer = { errors: [] }

/** One span that is unknown makes the whole unknown. */
function joined(before: FreeBusy | undefined, answer: Answer, border: string): FreeBusy {
  if (before?.kind === 'unknown') return before
  if (answer.errors !== undefined) return { kind: 'unknown', errors: answer.errors }
  const busy = [...(before?.busy ?? [])]
  for (const period of answer.busy ?? []) {
    const last = busy.at(-1)
    // What goes on over the border of two spans was cut in two there.
    const continues = last !== undefined && isSame(last.end, border) && isSame(period.start, border)
    if (continues) busy[busy.length - 1] = { ...last, ...(period.end !== undefined && { end: period.end }) }
    else busy.push(period)
  }
  return { kind: 'known', busy }
}

function isSame(a: string | undefined, b: string): boolean {
  return a !== undefined && Date.parse(a) === Date.parse(b)
}

function inGroups(ids: readonly string[]): (readonly string[])[] {
  const unique = [...new Set(ids)]
  const count = Math.ceil(unique.length / calendarsAtOnce)
  return Array.from({ length: count }, (_, index) =>
    unique.slice(index * calendarsAtOnce, (index + 1) * calendarsAtOnce),
  )
}

function inSpans(timeMin: string, timeMax: string): { timeMin: string; timeMax: string }[] {
  const [startMs, endMs] = [Date.parse(timeMin), Date.parse(timeMax)]
  const count = Math.max(1, Math.ceil((endMs - startMs) / spanMs))
  const borders = Array.from({ length: count - 1 }, (_, index) =>
    new Date(startMs + (index + 1) * spanMs).toISOString(),
  )
  return [timeMin, ...borders].map((from, index) => ({
    timeMin: from,
    timeMax: [...borders, timeMax][index] ?? timeMax,
  }))
}
