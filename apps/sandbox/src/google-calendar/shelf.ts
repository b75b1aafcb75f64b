import { isDeepStrictEqual } from 'node:util'

/** Numbers all changes of all calendars in one row, so that a sync token can say what it has seen. */
export interface Versions {
  next(): number
  latest(): number
  reset(): void
}

export function createVersions(): Versions {
  let latest = 0
  return {
    next: () => (latest += 1),
    latest: () => latest,
    reset() {
      latest = 0
    },
  }
}

/** One state of a thing. */
export interface Shelved<T> {
  readonly id: string
  readonly value: T
  readonly version: number
  /** With its quotation marks. */
  readonly etag: string
}

/** Things of one kind by id. Nothing is ever taken away: what is deleted says so in its value. */
export interface Shelf<T> {
  /** Names it among all lists that can be synced and watched. */
  readonly topic: string
  find(id: string): Shelved<T> | undefined
  /** Puts a value down; one equal to what lies there changes nothing, neither its version nor its etag. */
  put(id: string, value: T): Shelved<T>
  /** In the order in which they came. */
  all(): Shelved<T>[]
  /** The etag of the list. */
  etag(): string
}

export interface ShelfOptions {
  readonly topic: string
  readonly versions: Versions
  readonly etag: (version: number) => string
  readonly changed: (topic: string) => void
}

export function createShelf<T>({ topic, versions, etag, changed }: ShelfOptions): Shelf<T> {
  const things = new Map<string, Shelved<T>>()
  let latest = 0

  return {
    topic,
    find: (id) => things.get(id),
    put(id, value) {
      const present = things.get(id)
      if (present !== undefined && isDeepStrictEqual(present.value, value)) return present
      latest = versions.next()
      const shelved = { id, value, version: latest, etag: etag(latest) }
      things.set(id, shelved)
      changed(topic)
      return shelved
    },
    all: () => [...things.values()],
    etag: () => `"p${String(latest).padStart(12, '0')}"`,
  }
}
