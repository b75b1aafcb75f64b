import type { Told } from '../api/api-service.ts'
import type { ApiOperation } from '../api/api-spec.ts'
import type { Handlers, Json } from '../api/handler.ts'
import type { ApiInput } from '../api/read-input.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { CalendarBook } from './calendar-book.ts'
import { CalendarRefusal } from './calendar-refusal.ts'
import type { Person } from './calendar-state.ts'
import type { ChannelBook } from './channel-book.ts'
import type { ListBook } from './turn-pages.ts'

/** A request that passed the specification. */
export interface Ask extends ApiInput {
  readonly operation: ApiOperation
  readonly person: Person
  /** Whether the person administers the organisation. */
  readonly isAdmin: boolean
  readonly clientId: string
  readonly scopes: readonly string[]
  readonly origin: string
  readonly nowMs: number
  readonly random: SeededRandom
  readonly book: CalendarBook
  readonly lists: ListBook
  readonly channels: ChannelBook
}

export type CalendarHandlers = Handlers<Ask>

/** Answers with one thing and its etag, or with 304 where the caller has that version. */
export function tell(ask: Ask, etag: string, body: Json): Told {
  const headers = { etag }
  if (ask.operation.method === 'GET' && ask.headers['If-None-Match'] === etag) return { status: 304, headers }
  return { status: 200, headers, body }
}

/** Refuses to change another version than the one the caller has read. */
export function checkVersion({ headers }: Ask, etag: string): void {
  const wanted = headers['If-Match']
  if (wanted === undefined || wanted === '*' || wanted === etag) return
  const place = { location: 'If-Match', locationType: 'header' } as const
  throw new CalendarRefusal(412, 'conditionNotMet', 'Precondition Failed', place)
}

export function queryFlag({ query }: Pick<ApiInput, 'query'>, name: string): boolean {
  return query[name] === true
}

/** Returns a list of the query. */
export function queryTexts(query: ApiInput['query'], name: string): readonly string[] {
  const value = query[name]
  return Array.isArray(value) ? value.map(String) : []
}
