import type { Collection } from '../api/collection.ts'
import { badRequest } from './connect-refusals.ts'

/** GoTo's lists have 50 items a page unless asked otherwise. */
const defaultPageSize = 50

export interface PageQuery {
  readonly pageMarker: string | undefined
  readonly pageSize?: number | undefined
}

export interface Page<T> {
  readonly items: T[]
  readonly nextPageMarker?: string
}

export function emptyPage(): Page<never> {
  return { items: [] }
}

export interface PageOptions<T, R> {
  /** The list's name; a marker of another list is refused. */
  readonly list: string
  readonly query: PageQuery
  readonly keep?: (item: T) => boolean
  readonly show: (item: T) => R
}

/** Cuts one page out of a collection. The marker names the last item, so that nothing is skipped or repeated when items go. */
export function cutPage<T, R>(collection: Collection<T>, options: PageOptions<T, R>): Page<R> {
  const { list, query, keep = () => true, show } = options
  const pageSize = query.pageSize ?? defaultPageSize
  const items: R[] = []
  let last = readMarker(list, query.pageMarker)
  for (const [number, item] of collection.after(last)) {
    if (!keep(item)) continue
    if (items.length === pageSize) return { items, nextPageMarker: writeMarker(list, last) }
    items.push(show(item))
    last = number
  }
  return { items }
}

function writeMarker(list: string, last: number): string {
  return Buffer.from(`${list}:${last}`).toString('base64url')
}

function readMarker(list: string, marker: string | undefined): number {
  if (marker === undefined) return 0
  const match = /^(\w+):(\d{1,15})$/.exec(Buffer.from(marker, 'base64url').toString('utf8'))
  if (match === null || match[1] !== list) throw badRequest('pageMarker', 'INVALID')
  return Number(match[2])
}
