import type { Kind } from '../state/graph.ts'
import { notFound } from './vendor-refusal.ts'

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

interface CollectionState<T> {
  readonly items: Map<string, { readonly number: number; item: T }>
  added: number
}

const states = new WeakMap<object, CollectionState<unknown>>()

/** How a collection is kept in a snapshot. */
export const collectionKind: Kind<Collection<unknown>, CollectionState<unknown>> = {
  name: '$collection',
  is: (value): value is Collection<unknown> => typeof value === 'object' && value !== null && states.has(value),
  members: (collection) => states.get(collection) ?? { items: new Map(), added: 0 },
  make: (state) => createCollection(state),
}

export function createCollection<T>(state: CollectionState<T> = { items: new Map(), added: 0 }): Collection<T> {
  const { items } = state

  function require(id: string): T {
    const found = items.get(id)
    if (found === undefined) throw notFound()
    return found.item
  }

  const collection: Collection<T> = {
    add(id, item) {
      state.added += 1
      items.set(id, { number: state.added, item })
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
  states.set(collection, state as CollectionState<unknown>)
  return collection
}
