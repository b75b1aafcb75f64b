import { omit } from '../api/handler.ts'
import type { Calendar, StoredEvent } from './calendar-state.ts'
import { shiftedEnd, type EventTime } from './event-times.ts'
import { expand, findStart, instanceSuffix, type Series, splitInstanceId, type StartWindow } from './recurrence.ts'
import type { Shelved } from './shelf.ts'

export function isSeries<T extends StoredEvent>(event: T): event is T & Series {
  return event.recurrence !== undefined
}

export function isCancelled({ value }: Shelved<StoredEvent>): boolean {
  return value.status === 'cancelled'
}

/** Finds an event, or an instance of a series that nobody has changed yet. */
export function findEvent({ events }: Calendar, id: string): Shelved<StoredEvent> | undefined {
  const kept = events.find(id)
  if (kept !== undefined) return kept
  const { seriesId = '', suffix = '' } = splitInstanceId(id) ?? {}
  const series = events.find(seriesId)
  if (series === undefined || !isSeries(series.value)) return undefined
  const start = findStart(series.value, suffix)
  return start === undefined ? undefined : makeInstance(series, start)
}

/** Lists the instances of a series that start within the window and that nobody has changed. */
export function plainInstances(
  { events }: Calendar,
  series: Shelved<StoredEvent>,
  window: StartWindow,
): Shelved<StoredEvent>[] {
  if (!isSeries(series.value)) return []
  return expand(series.value, window)
    .map((start) => makeInstance(series, start))
    .filter(({ id }) => events.find(id) === undefined)
}

function makeInstance(series: Shelved<StoredEvent>, start: EventTime): Shelved<StoredEvent> {
  const shared = omit(series.value, ['recurrence'])
  const end = shiftedEnd(series.value, start)
  const value = { ...shared, start, end, recurringEventId: series.id, originalStartTime: start }
  return { ...series, id: `${series.id}_${instanceSuffix(start)}`, value }
}
