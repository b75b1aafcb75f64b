import { isDeepStrictEqual } from 'node:util'
import type { Kept } from '../state/kept.ts'

/** Numbers all changes of all calendars in one row, so that a sync token can say what it has seen. */
export interface Versions extends Kept {
  next(): number
  latest(): number
}

export function createVersions(): Versions {
  let latest = 0
  return {
    next: () => (latest += 1),
    latest: () => latest,
    save: () => latest,
    load(saved) {
      latest = Number(saved)
    },
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
  state(): ShelfState<T>
}

/** What lies on a shelf, and the version of what came last. */
export interface ShelfState<T> {
  readonly things: Map<string, Shelved<T>>
  latest: number
}

export interface ShelfOptions {
  readonly topic: string
  readonly versions: Versions
  readonly etag: (version: number) => string
  readonly changed: (topic: string) => void
}

export function createShelf<T>(
  { topic, versions, etag, changed }: ShelfOptions,
  state: ShelfState<T> = { things: new Map(), latest: 0 },
): Shelf<T> {
  const { things } = state

  return {
    topic,
    find: (id) => things.get(id),
    put(id, value) {
      const present = things.get(id)
      if (present !== undefined && isDeepStrictEqual(present.value, value)) return present
      state.latest = versions.next()
      const shelved = { id, value, version: state.latest, etag: etag(state.latest) }
      things.set(id, shelved)
      changed(topic)
      return shelved
    },
    all: () => [...things.values()],
    etag: () => `"p${String(state.latest).padStart(12, '0')}"`,
    state: () => state,
  }
}
