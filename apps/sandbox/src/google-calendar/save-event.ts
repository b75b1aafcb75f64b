import { isDeepStrictEqual } from 'node:util'
import type { CalendarBook } from './calendar-book.ts'
import type { Calendar, StoredEvent } from './calendar-state.ts'
import { findEvent, isCancelled, isSeries } from './find-event.ts'
import { deliver } from './invitations.ts'
import { findStart, splitInstanceId } from './recurrence.ts'
import type { Shelved } from './shelf.ts'

export interface SaveContext {
  readonly book: CalendarBook
  readonly nowMs: number
}

/** Keeps an event; a write that changes nothing leaves it as it is. Copies of attendees follow. */
export function saveEvent(
  calendar: Calendar,
  id: string,
  next: StoredEvent,
  { book, nowMs }: SaveContext,
): Shelved<StoredEvent> {
  const before = findEvent(calendar, id)
  if (before !== undefined && changed(before.value, next).length === 0) return before
  const updated = new Date(nowMs).toISOString()
  const saved = calendar.events.put(id, { ...next, ...revisionOf(before?.value, next, updated) })
  cancelOrphans(calendar, saved, updated)
  deliver(book, calendar, { id, before: before?.value, after: saved.value })
  return saved
}

/** Names the members that differ, apart from those that only count. */
function changed(before: StoredEvent, next: StoredEvent): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(next)])
  for (const name of ['updated', 'sequence']) names.delete(name)
  return [...names].filter((name) => !isDeepStrictEqual(before[name], next[name]))
}

/** Other reminders are no update; another time is a new sequence. */
function revisionOf(
  before: StoredEvent | undefined,
  next: StoredEvent,
  updated: string,
): Pick<StoredEvent, 'updated' | 'sequence'> {
  if (before === undefined) return { updated, sequence: next.sequence }
  const names = changed(before, next)
  const isReminder = names.every((name) => name === 'reminders')
  const isMove = names.some((name) => ['start', 'end', 'recurrence'].includes(name))
  return {
    updated: isReminder ? before.updated : updated,
    sequence: Math.max(before.sequence, next.sequence) + (isMove ? 1 : 0),
  }
}

/** Changed instances end with their series, or when it no longer has them. */
function cancelOrphans({ events }: Calendar, { id, value }: Shelved<StoredEvent>, updated: string): void {
  for (const each of events.all()) {
    if (each.value.recurringEventId !== id || isCancelled(each)) continue
    const suffix = splitInstanceId(each.id)?.suffix ?? ''
    const lives = value.status !== 'cancelled' && isSeries(value) && findStart(value, suffix) !== undefined
    if (!lives) events.put(each.id, { ...each.value, status: 'cancelled', updated })
  }
}
