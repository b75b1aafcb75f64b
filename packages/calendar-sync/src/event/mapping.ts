import type { AppEvent } from './app-event.ts'
import { CalendarSyncError } from '../errors.ts'

/**
 * Says how an event of the app is read: a function, or for each member the name of the app's own one, a function, or
 * nothing if it is called the same. Both are used when an event is queued, never later.
 */
export type Mapping<Event> = ((event: Event) => AppEvent) | MemberMapping<Event>

/** By member; `id` is always there. */
export type MemberMapping<Event> = {
  readonly [Member in keyof AppEvent]?: keyof Event | ((event: Event) => AppEvent[Member])
}

const members: readonly (keyof AppEvent)[] = [
  'id',
  'title',
  'description',
  'location',
  'start',
  'end',
  'zone',
  'recurrence',
  'priority',
  'colorId',
]

/** Reads an event of the app. Throws `mapping_failed` and, where there is no event at all, `invalid_event`. */
export function readEvent<Event>(event: Event, mapping: Mapping<Event> = {}): AppEvent {
  if (typeof event !== 'object' || event === null) {
    throw new CalendarSyncError('invalid_event', 'There is no event.', {})
  }
  try {
    return typeof mapping === 'function' ? mapping(event) : mapMembers(event, mapping)
  } catch (cause) {
    // Without the cause's own message: it may quote the event.
    const name = cause instanceof Error ? cause.name : typeof cause
    throw new CalendarSyncError('mapping_failed', `The mapping of the event threw (${name}).`)
  }
}

function mapMembers<Event extends object>(event: Event, mapping: MemberMapping<Event>): AppEvent {
  const read: Record<string, unknown> = {}
  for (const member of members) {
    const from = mapping[member] ?? member
    const value = typeof from === 'function' ? from(event) : (event as Record<PropertyKey, unknown>)[from]
    // Databases write null for what is not there.
    if (value !== undefined && value !== null) read[member] = value
  }
  return read as unknown as AppEvent
}
