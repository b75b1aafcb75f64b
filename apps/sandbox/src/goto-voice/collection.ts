import { badRequest, notFound } from './vendor-refusal.ts'

/** Things of one kind in the order in which they came, each with a number that is never used again. */
export interface Collection<T> {
  add(id: string, item: T): T
  find(id: string): T | undefined
  /** Returns the item or refuses with 404. */
  require(id: string): T
  replace(id: string, item: T): T
  remove(id: string): boolean
  values(): T[]
  /** Items that come after the one with number `after`, with their numbers. */
  after(after: number): Iterable<readonly [number, T]>
}

export function createCollection<T>(): Collection<T> {
  const items = new Map<string, { readonly number: number; item: T }>()
  let added = 0

  function require(id: string): T {
    const found = items.get(id)
    if (found === undefined) throw notFound()
    return found.item
  }

  return {
    add(id, item) {
      added += 1
      items.set(id, { number: added, item })
      return item
    },
    find: (id) => items.get(id)?.item,
    require,
    replace(id, item) {
      const found = items.get(id)
      if (found !== undefined) found.item = item
      return item
    },
    remove: (id) => items.delete(id),
    values: () => Array.from(items.values(), ({ item }) => item),
    *after(after) {
      for (const { number, item } of items.values()) if (number > after) yield [number, item]
    },
  }
}

/** GoTo's lists have 50 items a page unless asked otherwise. */
const defaultPageSize = 50

export interface PageQuery {
  readonly pageMarker?: string
  readonly pageSize?: number
}

export interface Page<T> {
  readonly items: T[]
  readonly nextPageMarker?: string
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
