import type { Told } from '../api/api-service.ts'
import { bodyOf, type Json, queryText } from '../api/handler.ts'
import { isObject } from '../check-option.ts'
import {
  type CarthooksAsk,
  type CarthooksHandlers,
  done,
  nowSeconds,
  requireCollection,
  requireItem,
  withData,
} from './carthooks-ask.ts'
import type { Item } from './carthooks-state.ts'
import { isFree } from './item-locks.ts'
import { queryItems, readPaging } from './item-query.ts'

export const itemHandlers: CarthooksHandlers = {
  listItems(ask) {
    const { filters, pagination, sort, fields } = ask.query
    const lockId = queryText(ask, 'unlockedOrLockedBy')
    const mayGive = (item: Item): boolean => lockId === undefined || isFree(item, lockId, ask.nowMs)
    return listItems(ask, { filters, pagination, sort, fields }, mayGive)
  },

  queryItems: (ask) => listItems(ask, bodyOf(ask)),

  getItem: (ask) => withData(showItem(requireItem(ask), ask.query.fields)),

  createItem(ask) {
    const { items } = requireCollection(ask)
    const { title, ...fields } = dataOf(ask)
    const seconds = nowSeconds(ask)
    const item = {
      id: ask.tenant.nextId('item'),
      title: title === undefined ? '' : String(title),
      createdAt: seconds,
      updatedAt: seconds,
      creator: ask.person.id,
      fields,
    }
    return withData(showItem(items.add(String(item.id), item)))
  },

  // What is not sent stays: the samples of the SDKs send what changes.
  updateItem(ask) {
    const item = requireItem(ask)
    const { title, ...fields } = dataOf(ask)
    const named = title === undefined ? {} : { title: String(title) }
    return withData(showItem(replaceItem(ask, { ...item, ...named, fields: { ...item.fields, ...fields } })))
  },

  deleteItem(ask) {
    const { id } = requireItem(ask)
    requireCollection(ask).items.remove(String(id))
    return done()
  },
}

/** Keeps a changed item, with the time of the change. */
export function replaceItem(ask: CarthooksAsk, item: Item): Item {
  return requireCollection(ask).items.replace(String(item.id), { ...item, updatedAt: nowSeconds(ask) })
}

/** The members of `data` in the body: `title` and field keys side by side. */
export function dataOf(ask: CarthooksAsk): Json {
  const { data } = bodyOf(ask)
  return isObject(data) ? data : {}
}

function listItems(ask: CarthooksAsk, asked: Json, mayGive: (item: Item) => boolean = () => true): Told {
  const { filters, pagination, sort, fields } = asked
  const items = requireCollection(ask).items.values().filter(mayGive)
  const query = { filters, ...(Array.isArray(sort) ? { sort: sort.map(String) } : {}), ...readPaging(pagination) }
  const { page, pagination: where } = queryItems(items, query)
  return withData(
    page.map((item) => showItem(item, fields)),
    { pagination: where },
  )
}

/** Where fields are chosen, an item has its id, the chosen ones and nothing else. */
function showItem({ id, title, createdAt, updatedAt, creator, fields }: Item, chosen?: unknown): Json {
  const columns = { title, created_at: createdAt, updated_at: updatedAt, creator }
  if (!Array.isArray(chosen)) return { id, ...columns, fields }
  const pick = (from: Json): Json => Object.fromEntries(Object.entries(from).filter(([name]) => chosen.includes(name)))
  return { id, ...pick(columns), fields: pick(fields) }
}
