import { isObject } from '../check-option.ts'
import { queryTexts } from './ask.ts'
import type { StoredEvent } from './calendar-state.ts'
import { instantOf, secondOf } from './event-times.ts'
import type { Shelved } from './shelf.ts'
import type { Query } from './turn-pages.ts'

export interface TimeWindow {
  readonly minMs: number | undefined
  readonly maxMs: number | undefined
}

export function readWindow({ timeMin, timeMax }: Query): TimeWindow {
  return {
    minMs: timeMin === undefined ? undefined : secondOf(String(timeMin)),
    maxMs: timeMax === undefined ? undefined : secondOf(String(timeMax)),
  }
}

/** Tells whether an event is one that the query asks for; a series is not held against the window. */
export function eventFits({ value }: Shelved<StoredEvent>, query: Query, timeZone: string): boolean {
  const types = queryTexts(query, 'eventTypes')
  if (types.length > 0 && !types.includes(value.eventType)) return false
  if (query.iCalUID !== undefined && query.iCalUID !== value.iCalUID) return false
  if (query.updatedMin !== undefined && value.updated < new Date(String(query.updatedMin)).toISOString()) return false
  if (query.q !== undefined && !searchedTexts(value).some((text) => text.includes(String(query.q).toLowerCase()))) {
    return false
  }
  return hasProperties(value, query) && (value.recurrence !== undefined || isWithin(value, query, timeZone))
}

/** The window ends before an event that begins at its end, and begins after one that ends at its beginning. */
function isWithin({ start, end }: StoredEvent, query: Query, timeZone: string): boolean {
  const { minMs, maxMs } = readWindow(query)
  if (minMs !== undefined && instantOf(end, timeZone) <= minMs) return false
  return maxMs === undefined || instantOf(start, timeZone) < maxMs
}

/** With several constraints all must hold, as the discovery document says; the guide says any. */
function hasProperties({ extendedProperties }: StoredEvent, query: Query): boolean {
  const has = (kind: string, constraint: string): boolean => {
    const [name = '', value = ''] = constraint.split(/=(.*)/s)
    const properties = isObject(extendedProperties) ? extendedProperties[kind] : undefined
    return isObject(properties) && properties[name] === value
  }
  return (
    queryTexts(query, 'privateExtendedProperty').every((each) => has('private', each)) &&
    queryTexts(query, 'sharedExtendedProperty').every((each) => has('shared', each))
  )
}

/** What a free text search looks at. */
function searchedTexts({ summary, description, location, attendees = [], organizer }: StoredEvent): string[] {
  const people = [organizer, ...attendees].flatMap(({ email, displayName }) => [email, displayName])
  return [summary, description, location, ...people]
    .filter((text) => typeof text === 'string')
    .map((text) => text.toLowerCase())
}
