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

/** Reads a query once, for lists of thousands: tells of an event whether it is asked for. */
export function eventFilter(query: Query, timeZone: string): (event: Shelved<StoredEvent>) => boolean {
  const types = queryTexts(query, 'eventTypes')
  const updatedMin = query.updatedMin === undefined ? '' : new Date(String(query.updatedMin)).toISOString()
  const wanted = query.q === undefined ? undefined : String(query.q).toLowerCase()
  const isInWindow = windowFilter(readWindow(query), timeZone)
  const hasProperties = propertyFilter(query)
  return ({ value }) =>
    (types.length === 0 || types.includes(value.eventType)) &&
    (query.iCalUID === undefined || query.iCalUID === value.iCalUID) &&
    value.updated >= updatedMin &&
    (wanted === undefined || searchedTexts(value).some((text) => text.includes(wanted))) &&
    hasProperties(value) &&
    // A series is not held against the window.
    (value.recurrence !== undefined || isInWindow(value))
}

/** The window ends before an event that begins at its end, and begins after one that ends at its beginning. */
function windowFilter({ minMs, maxMs }: TimeWindow, timeZone: string): (event: StoredEvent) => boolean {
  return ({ start, end }) =>
    (minMs === undefined || instantOf(end, timeZone) > minMs) &&
    (maxMs === undefined || instantOf(start, timeZone) < maxMs)
}

/** With several constraints all must hold, as the discovery document says; the guide says any. */
function propertyFilter(query: Query): (event: StoredEvent) => boolean {
  const constraints = (['private', 'shared'] as const).flatMap((kind) =>
    queryTexts(query, `${kind}ExtendedProperty`).map((constraint) => {
      const [name = '', value = ''] = constraint.split(/=(.*)/s)
      return { kind, name, value }
    }),
  )
  return ({ extendedProperties }) =>
    constraints.every(({ kind, name, value }) => {
      const properties = isObject(extendedProperties) ? extendedProperties[kind] : undefined
      return isObject(properties) && properties[name] === value
    })
}

/** What a free text search looks at. */
function searchedTexts({ summary, description, location, attendees = [], organizer }: StoredEvent): string[] {
  const people = [organizer, ...attendees].flatMap(({ email, displayName }) => [email, displayName])
  return [summary, description, location, ...people]
    .filter((text) => typeof text === 'string')
    .map((text) => text.toLowerCase())
}
