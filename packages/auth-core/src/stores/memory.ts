import { checkOptions } from '../check-options.ts'
import { systemClock, type Clock } from '../clock.ts'
import type { Store, StoreEntry } from '../store.ts'
import { createChangeNotices } from './change-notices.ts'

export interface MemoryStoreOptions {
  /** Gives the store's time; the system clock by default. */
  readonly clock?: Pick<Clock, 'wallMs'>
}

interface MemoryEntry extends StoreEntry {
  readonly expiresAtMs?: number
}

const keysPerPage = 1000
/** How many expired entries one write looks for at most: a write stays cheap however much has expired. */
const sweepLimit = 100

/**
 * Creates a store that lives and dies with this object (durability `volatile`). Two auth clients share grants only by
 * sharing the store. Steps are atomic because each runs in one turn of the event loop. An unknown option is refused
 * with `invalid_option`.
 */
export function createMemoryStore(options: MemoryStoreOptions = {}): Store {
  checkOptions('createMemoryStore', options, ['clock'])
  const clock = options.clock ?? systemClock
  const entries = new Map<string, MemoryEntry>()
  const expiring = new Set<string>()
  const notices = createChangeNotices()
  const nextVersion = createVersions()

  const live = (key: string, nowMs: number): MemoryEntry | undefined => {
    const entry = entries.get(key)
    return entry && isLive(entry, nowMs) ? entry : undefined
  }
  const drop = (key: string): void => {
    entries.delete(key)
    expiring.delete(key)
  }
  // Those looked at go to the end of the line, so that in the end every one is looked at.
  const sweep = (nowMs: number): void => {
    for (const key of expiring.values().take(sweepLimit).toArray()) {
      if (!live(key, nowMs)) drop(key)
      else if (expiring.delete(key)) expiring.add(key)
    }
  }

  return {
    durability: 'volatile',
    async read(key) {
      const nowMs = clock.wallMs()
      const entry = live(key, nowMs)
      return entry ? { nowMs, entry: { value: entry.value, version: entry.version } } : { nowMs }
    },
    async write(key, value, { ifVersion, expiresInMs }) {
      const nowMs = clock.wallMs()
      if ((live(key, nowMs)?.version ?? null) !== ifVersion) return 'conflict'
      drop(key)
      sweep(nowMs)
      const version = nextVersion()
      if (expiresInMs === undefined) entries.set(key, { value, version })
      else {
        entries.set(key, { value, version, expiresAtMs: nowMs + expiresInMs })
        expiring.add(key)
      }
      notices.notify(key)
      return { version }
    },
    async remove(key, { ifVersion }) {
      const entry = live(key, clock.wallMs())
      if (!entry || entry.version !== ifVersion) return 'conflict'
      drop(key)
      notices.notify(key)
      return 'removed'
    },
    async list(prefix, { cursor } = {}) {
      const nowMs = clock.wallMs()
      const keys = [...entries.keys()]
        .filter((key) => key.startsWith(prefix) && (cursor === undefined || key > cursor) && live(key, nowMs))
        .toSorted()
      const last = keys[keysPerPage - 1]
      if (last === undefined || keys.length === keysPerPage) return { keys }
      return { keys: keys.slice(0, keysPerPage), cursor: last }
    },
    subscribe: notices.subscribe,
  }
}

function isLive(entry: MemoryEntry, nowMs: number): boolean {
  return entry.expiresAtMs === undefined || nowMs < entry.expiresAtMs
}

/** A random start per store keeps versions of different stores apart; the count keeps those of one store apart. */
function createVersions(): () => string {
  const start = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
  let count = 0
  return () => `${start}.${++count}`
}
