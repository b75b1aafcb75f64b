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
