import { ApiError, unwrap, type Result } from '@grantkit/api-client'
import { toEventChange, type EventChange } from './event-change.ts'
import type { GoogleCalendar } from '../google-calendar-client.ts'
import type { GoogleCalendarError, ListEventsQuery } from '../schemas.ts'

/**
 * What a sync may ask for. Left out is what Google refuses beside a sync token, and what makes a list end without one.
 * `timeMin` and `timeMax` limit the first full pass; the token remembers them.
 */
export type SyncQuery = Pick<
  ListEventsQuery,
  | 'eventTypes'
  | 'maxAttendees'
  | 'maxResults'
  | 'showHiddenInvitations'
  | 'singleEvents'
  | 'timeMax'
  | 'timeMin'
  | 'timeZone'
>

/** Where a sync ended and the next one goes on. Plain JSON: keep it with the data that it belongs to. */
export interface SyncPoint {
  readonly token: string
  readonly query: SyncQuery
}

export type SyncStart = { readonly signal?: AbortSignal } & (
  | { readonly query?: SyncQuery; readonly from?: never }
  | { readonly from: SyncPoint; readonly query?: never }
)

export type SyncStep =
  /** Forget every event of this calendar: all of them follow. */
  | { readonly kind: 'reset'; readonly reason: 'first' | 'token_expired' }
  /** Apply these. May be empty. */
  | { readonly kind: 'page'; readonly changes: readonly EventChange[] }
  /** Keep this for the next sync, in one transaction with the changes: before, they might be lost. */
  | { readonly kind: 'done'; readonly next: SyncPoint }

/**
 * Tells what changed in a calendar since `from`, page by page; without it, everything. When Google has forgotten the
 * token (410, or 400 for a damaged one), it says `reset` and goes on with everything, by itself. The last step is `done`
 * with the point to go on from. Leaving the loop early fetches no more and loses nothing: begin again at the same point.
 *
 * Throws what a call throws, an ApiError for a page that failed, `paging_loop` when Google names the same page twice, and
 * `sync_token_missing` when the last page names none.
 *
 * ```ts
 * for await (const step of syncEvents(calendar, 'primary', { from })) {
 *   if (step.kind === 'page') for (const change of step.changes) console.log(change.kind)
 * }
 * ```
 */
export async function* syncEvents(
  calendar: GoogleCalendar,
  calendarId: string,
  { from, query = {}, signal }: SyncStart = {},
): AsyncGenerator<SyncStep, void, void> {
  const pass: Pass = { calendar, calendarId, query: from?.query ?? query, signal: signal ?? null }
  const expired = from === undefined || (yield* walk(pass, from.token)) === 'expired'
  if (!expired) return
  yield { kind: 'reset', reason: from === undefined ? 'first' : 'token_expired' }
  yield* walk(pass)
}

interface Pass {
  readonly calendar: GoogleCalendar
  readonly calendarId: string
  readonly query: SyncQuery
  readonly signal: AbortSignal | null
}

async function* walk(pass: Pass, syncToken?: string): AsyncGenerator<SyncStep, 'done' | 'expired', void> {
  const { calendar, calendarId, query, signal } = pass
  const { timeMin: _min, timeMax: _max, ...lasting } = query
  const fixed = syncToken === undefined ? query : { ...lasting, syncToken }
  const seen = new Set<string>()
  for (let pageToken: string | undefined; ;) {
    const result = await calendar.GET('/calendars/{calendarId}/events', {
      params: { path: { calendarId }, query: { ...fixed, ...(pageToken !== undefined && { pageToken }) } },
      signal,
    })
    if (syncToken !== undefined && isExpired(result)) return 'expired'
    const { items = [], nextPageToken, nextSyncToken } = unwrap(result)
    yield { kind: 'page', changes: items.map(toEventChange) }
    if (nextPageToken === undefined) {
      if (nextSyncToken === undefined) throw failure('sync_token_missing', 'the last page has no sync token')
      yield { kind: 'done', next: { token: nextSyncToken, query } }
      return 'done'
    }
    if (seen.has(nextPageToken)) throw failure('paging_loop', 'Google named the same next page twice')
    seen.add(nextPageToken)
    pageToken = nextPageToken
  }
}

/** 410 for a token that has aged (fullSyncRequired), 400 that blames the token for one that is damaged. */
function isExpired({ error, response }: Result<unknown, GoogleCalendarError>): boolean {
  if (response.status === 410) return true
  if (response.status !== 400) return false
  const { errors = [], message = '' } = error?.error ?? {}
  return errors.some(({ location }) => location === 'syncToken') || /sync token/i.test(message)
}

function failure(code: string, problem: string): ApiError {
  return new ApiError(code, `google-calendar listEvents: ${problem}.`, { api: 'google-calendar' })
}
