import type { Json } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { isObject } from '../check-option.ts'
import type { Item } from './carthooks-state.ts'

/** What is asked of a list, in either of its two ways. */
export interface ItemQuery {
  readonly filters?: unknown
  readonly sort?: readonly string[]
  readonly start: number
  readonly limit: number
}

/** What the SDKs ask for; how many the vendor gives by itself is not known. */
const defaultLimit = 20

type Operator = (value: unknown, wanted: unknown) => boolean

/** Those that were seen; no others are played. */
const operators: Readonly<Record<string, Operator>> = {
  $eq: (value, wanted) => value !== undefined && compare(value, wanted) === 0,
  $ne: (value, wanted) => value === undefined || compare(value, wanted) !== 0,
  $gt: (value, wanted) => value !== undefined && compare(value, wanted) > 0,
  $gte: (value, wanted) => value !== undefined && compare(value, wanted) >= 0,
  $lte: (value, wanted) => value !== undefined && compare(value, wanted) <= 0,
  $like: (value, wanted) => value !== undefined && isLike(String(value), String(wanted)),
}

/** Finds one page of the items that fit, and says which one it is. */
export function queryItems(
  items: readonly Item[],
  query: ItemQuery,
): { readonly page: Item[]; readonly pagination: Json } {
  const { start, limit } = query
  const found = sortItems(filterItems(items, query.filters), query.sort ?? [])
  const pagination = {
    page: Math.floor(start / limit) + 1,
    pageSize: limit,
    total: found.length,
    totalPages: Math.ceil(found.length / limit),
  }
  return { page: found.slice(start, start + limit), pagination }
}

/** Reads either way to choose a page: a position and a number of items, or the number of a page and its size. */
export function readPaging(pagination: unknown): Pick<ItemQuery, 'start' | 'limit'> {
  const { start = 0, limit, page, pageSize } = isObject(pagination) ? pagination : {}
  const size = Number(pageSize ?? limit ?? defaultLimit)
  const from = page === undefined ? Number(start) : (Number(page) - 1) * size
  if (size < 1 || from < 0) throw badRequest('A page has at least one item, and none is before the first.')
  return { start: from, limit: size }
}

/** All conditions must hold. */
function filterItems(items: readonly Item[], filters: unknown): readonly Item[] {
  const conditions = Object.entries(isObject(filters) ? filters : {}).flatMap(([key, condition]) =>
    Object.entries(isObject(condition) ? condition : {}).map(([name, wanted]) => {
      const operator = Object.hasOwn(operators, name) ? operators[name] : undefined
      if (operator === undefined) throw badRequest(`There is no operator ${name}.`)
      return (item: Item): boolean => operator(valueOf(item, key), wanted)
    }),
  )
  return items.filter((item) => conditions.every((holds) => holds(item)))
}

/** Each is a key, with `:asc` or `:desc` behind it or neither. */
function sortItems(items: readonly Item[], sort: readonly string[]): readonly Item[] {
  const orders = sort.map((text) => {
    const [, key = '', direction = 'asc'] = /^(.+?)(?::(asc|desc))?$/.exec(text) ?? []
    return { key, sign: direction === 'desc' ? -1 : 1 }
  })
  if (orders.length === 0) return items
  return items.toSorted((a, b) => {
    for (const { key, sign } of orders) {
      const order = compare(valueOf(a, key) ?? '', valueOf(b, key) ?? '')
      if (order !== 0) return sign * order
    }
    return 0
  })
}

/** Columns of every record, and the fields of the collection. */
function valueOf({ id, title, createdAt, updatedAt, creator, fields }: Item, key: string): unknown {
  const columns: Json = { id, title, created_at: createdAt, updated_at: updatedAt, creator }
  return Object.hasOwn(columns, key) ? columns[key] : Object.hasOwn(fields, key) ? fields[key] : undefined
}

/** Numbers are compared as numbers, also where a query can only write them as text. */
function compare(a: unknown, b: unknown): number {
  const [first, second] = [Number(a), Number(b)]
  const areNumbers = [a, b].every((each) => each !== '' && each !== null && typeof each !== 'object')
  if (areNumbers && !Number.isNaN(first) && !Number.isNaN(second)) return first - second
  const [text, other] = [String(a), String(b)]
  return text === other ? 0 : text < other ? -1 : 1
}

function isLike(text: string, pattern: string): boolean {
  const [first = '', ...others] = pattern.split('%')
  if (others.length === 0) return text === first
  if (!text.startsWith(first)) return false
  const last = others.pop() ?? ''
  let from = first.length
  for (const part of others) {
    const at = text.indexOf(part, from)
    if (at < 0) return false
    from = at + part.length
  }
  return text.length - last.length >= from && text.endsWith(last)
}
