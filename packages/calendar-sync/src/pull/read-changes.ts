import type { GoogleCalendar } from '@grantkit/google-calendar'
import { syncEvents, type EventChange, type SyncPoint } from '@grantkit/google-calendar/sync'
import type { CalendarChange } from './calendar-change.ts'
import { createKnownFinder, type KnownFinder } from './find-known.ts'
import { judgeChange } from './judge-change.ts'
import type { PullContext } from './pull-context.ts'
import type { PullRecord } from './pull-record.ts'
import { noteTold } from './told.ts'

/** What a whole pass came to. */
export interface Pass {
  readonly point: SyncPoint
  readonly newestCreatedMs: number | undefined
  readonly count: number
}

export interface PassOptions {
  readonly calendar: GoogleCalendar
  readonly signal: AbortSignal
  /** Hands changes over; awaited before anything more is read. */
  readonly deliver: (changes: readonly CalendarChange[]) => Promise<void>
}

/**
 * Reads what changed since the record's point, and hands it over page by page. The point of the pass is for keeping once
 * all was taken: whoever crashes before begins the pass again. Nothing if the signal ended it.
 */
export async function readChanges(
  context: PullContext,
  { user, point: from, newestCreatedMs: before }: PullRecord,
  { calendar, signal, deliver }: PassOptions,
): Promise<Pass | undefined> {
  const finder = createKnownFinder(context, user)
  const calendarId = await context.calendarIdOf(user)
  let newestCreatedMs = before
  let count = 0
  let missing: Map<string, string> | undefined
  // Told together with the first page, so that nobody forgets anything for a pass that fails at once.
  let reset: readonly CalendarChange[] = []
  const hand = async (changes: readonly CalendarChange[]): Promise<void> => {
    if (changes.length === 0) return
    await noteTold(context.store, user, changes)
    await deliver(changes)
    count += changes.length
  }
  for await (const step of syncEvents(calendar, calendarId, { ...(from === undefined ? {} : { from }), signal })) {
    if (step.kind === 'reset') {
      missing = new Map(await finder.present())
      reset = [{ kind: 'reset', reason: step.reason }]
    } else if (step.kind === 'page') {
      for (const change of step.changes) missing?.delete(googleIdOf(change))
      newestCreatedMs = newest(newestCreatedMs, step.changes)
      await hand([...reset, ...(await judgeAll(step.changes, finder, before))])
      reset = []
    } else {
      // A pass over everything says nothing of what is gone: what we wrote and is not there was deleted by somebody.
      const gone = [...(missing ?? [])].map(([id, eventId]) => ({ kind: 'deleted', id, eventId }) as const)
      await hand(gone)
      return { point: step.next, newestCreatedMs, count }
    }
  }
  return undefined
}

async function judgeAll(
  changes: readonly EventChange[],
  finder: KnownFinder,
  newestCreatedMs: number | undefined,
): Promise<CalendarChange[]> {
  const judged: CalendarChange[] = []
  // In turn: they are told in the order that Google tells them.
  for (const change of changes) {
    const told = await judgeChange(change, await finder.find(change), newestCreatedMs)
    if (told !== undefined) judged.push(told)
  }
  return judged
}

function googleIdOf(change: EventChange): string {
  return change.kind === 'changed' ? (change.event.id ?? '') : change.id
}

function newest(newestCreatedMs: number | undefined, changes: readonly EventChange[]): number {
  const created = changes.flatMap((change) =>
    change.kind === 'changed' && change.event.created !== undefined ? Date.parse(change.event.created) : [],
  )
  // What is found next in a calendar that is empty now is new.
  return Math.max(newestCreatedMs ?? 0, ...created)
}
