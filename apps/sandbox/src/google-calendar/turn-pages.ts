import type { Json } from '../api/handler.ts'
import type { QueryValue } from '../api/read-parameter.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Kept } from '../state/kept.ts'
import { CalendarRefusal, invalid } from './calendar-refusal.ts'
import type { Versions } from './shelf.ts'

export type Query = Readonly<Record<string, QueryValue>>

/** One line of a list. */
export interface Row {
  readonly id: string
  readonly version: number
  readonly isDeleted: boolean
  show(): Json
}

/** A list as one person sees it. */
export interface Listing {
  readonly topic: string
  readonly reader: string
  readonly query: Query
  readonly defaultSize: number
  readonly maxSize: number
  /** Sync tokens of before this version are dead. */
  readonly validSince: number
  /** Parameters that a sync token stands for: they may not come with one. */
  readonly notWithSyncToken: readonly string[]
  /** Parameters that a sync token keeps for the calls that come with it. */
  readonly keptBySyncToken: readonly string[]
  /** Whether the last page of a first pass ends with a sync token. */
  isSyncable(query: Query): boolean
  /** Lists what fits the query; `withDeleted` whatever the query says of deleted ones. */
  rows(query: Query, withDeleted: boolean): Row[]
  /** Shows that something which was in the list is no longer in it. */
  gone(id: string): Json
}

export interface Page {
  readonly items: readonly Json[]
  readonly nextPageToken?: string
  readonly nextSyncToken?: string
}

/** The page and sync tokens that were given out. */
export interface ListBook extends Kept {
  turn(listing: Listing): Page
  /** Lets all sync tokens age. */
  expireSyncTokens(): void
  /** Makes the next pages empty although more follow, as Google's sometimes are. */
  addEmptyPages(count: number): void
}

interface SyncPoint {
  readonly topic: string
  readonly version: number
  readonly number: number
  readonly kept: Query
  /** What the list held. */
  readonly ids: ReadonlySet<string>
}

interface Reading {
  readonly rows: readonly Row[]
  /** Absent where the reading ends without a sync token. */
  readonly end?: ReadingEnd
}

/** What the sync token at the end of a reading stands for. */
interface ReadingEnd extends Omit<SyncPoint, 'number' | 'ids'> {
  /** All that was in the list; most readings of thousands are not read to their end. */
  readonly rows: readonly Row[]
}

interface ListBookState {
  readonly points: Map<string, SyncPoint>
  readonly expiredUpTo: number
  readonly emptyPages: number
}

interface Bookmark {
  readonly reading: Reading
  readonly offset: number
  readonly asked: string
}

const pageParameters = ['pageToken', 'maxResults', 'fields', 'quotaUser']

export function createListBook(versions: Versions, random: SeededRandom): ListBook {
  const bookmarks = new Map<string, Bookmark>()
  let points = new Map<string, SyncPoint>()
  let expiredUpTo = 0
  let emptyPages = 0

  function read(listing: Listing): Reading {
    const { query } = listing
    if (query.syncToken === undefined) {
      const rows = listing.rows(query, false)
      return { rows, ...(listing.isSyncable(query) ? { end: endOf(listing, query, rows) } : {}) }
    }
    checkWithSyncToken(listing)
    const point = points.get(String(query.syncToken))
    if (point === undefined || point.topic !== listing.topic) throw invalid('syncToken', 'Invalid sync token value.')
    if (point.number <= expiredUpTo || point.version < listing.validSince) throw fullSyncRequired()
    const wanted = { ...query, ...point.kept }
    const rows = listing.rows(wanted, true)
    return { rows: changesSince(point, rows, listing), end: endOf(listing, wanted, rows) }
  }

  function endOf(listing: Listing, query: Query, rows: readonly Row[]): ReadingEnd {
    return { topic: listing.topic, version: versions.latest(), kept: pickQuery(query, listing.keptBySyncToken), rows }
  }

  function resume(token: string, asked: string): Bookmark {
    const bookmark = bookmarks.get(token)
    if (bookmark?.asked === asked) return bookmark
    throw invalid('pageToken', 'Invalid page token value.')
  }

  function addBookmark(bookmark: Bookmark): string {
    const token = random.token('page token')
    bookmarks.set(token, bookmark)
    return token
  }

  function addPoint({ rows, ...end }: ReadingEnd): string {
    const token = random.token('sync token')
    const ids = new Set(rows.filter((row) => !row.isDeleted).map((row) => row.id))
    points.set(token, { ...end, ids, number: points.size + 1 })
    return token
  }

  return {
    turn(listing) {
      const { query, defaultSize, maxSize } = listing
      const asked = JSON.stringify([listing.topic, listing.reader, withoutPageParameters(query)])
      const { pageToken, maxResults } = query
      const { reading, offset } =
        pageToken === undefined ? { reading: read(listing), offset: 0 } : resume(String(pageToken), asked)
      const isEmpty = emptyPages > 0 && offset < reading.rows.length
      if (isEmpty) emptyPages -= 1
      const size = Math.min(typeof maxResults === 'number' ? maxResults : defaultSize, maxSize)
      const next = isEmpty ? offset : offset + size
      const items = reading.rows.slice(offset, next).map((row) => row.show())
      if (next < reading.rows.length) {
        return { items, nextPageToken: addBookmark({ reading, offset: next, asked }) }
      }
      return reading.end === undefined ? { items } : { items, nextSyncToken: addPoint(reading.end) }
    },
    expireSyncTokens() {
      expiredUpTo = points.size
    },
    addEmptyPages(count) {
      emptyPages += count
    },
    // A page is a reading that goes on, which only this process can.
    save: (): ListBookState => ({ points, expiredUpTo, emptyPages }),
    load(saved) {
      bookmarks.clear()
      ;({ points, expiredUpTo, emptyPages } = saved as ListBookState)
    },
    reset() {
      bookmarks.clear()
      points = new Map()
      expiredUpTo = 0
      emptyPages = 0
    },
  }
}

function changesSince(point: SyncPoint, rows: readonly Row[], listing: Listing): Row[] {
  const changed = rows.filter((row) => row.version > point.version || (!row.isDeleted && !point.ids.has(row.id)))
  const present = new Set(rows.map((row) => row.id))
  const gone = [...point.ids].filter((id) => !present.has(id))
  const isDeleted = true
  const version = point.version
  return [...changed, ...gone.map((id) => ({ id, version, isDeleted, show: () => listing.gone(id) }))]
}

function checkWithSyncToken({ query, notWithSyncToken }: Listing): void {
  const wrong = notWithSyncToken.find((name) => query[name] !== undefined)
  if (wrong !== undefined) throw invalid(wrong, `${wrong} cannot be combined with a sync token.`)
  const hiding = ['showDeleted', 'showHidden'].find((name) => query[name] === false)
  if (hiding !== undefined) throw invalid(hiding, `${hiding} cannot be false with a sync token.`)
}

function fullSyncRequired(): CalendarRefusal {
  const place = { location: 'syncToken', locationType: 'parameter' } as const
  const message = 'Sync token is no longer valid, a full sync is required.'
  return new CalendarRefusal(410, 'fullSyncRequired', message, place)
}

function withoutPageParameters(query: Query): readonly (readonly [string, QueryValue])[] {
  return Object.entries(query)
    .filter(([name]) => !pageParameters.includes(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function pickQuery(query: Query, names: readonly string[]): Query {
  return Object.fromEntries(Object.entries(query).filter(([name]) => names.includes(name)))
}
