import type { Store } from '@grantkit/auth-core'
import { CalendarSyncError } from './errors.ts'

/** A record as it was read, with what a later write has to name. */
export interface Reading<T> {
  /** The store's clock, in epoch milliseconds. */
  readonly nowMs: number
  readonly version: string | null
  readonly value?: T
}

/** What becomes of a record: another value, nothing any more, or nothing changes. */
export type Change<T> = { readonly put: T; readonly expiresInMs?: number } | 'remove' | 'keep'

const format = 1

// Whoever loses gives way to somebody who has made progress, so this many losses in a row mean that something is wrong.
const mostConflicts = 100

/** Reads a record. Throws `store_failed`, and `store_value_invalid` for what this version did not write. */
export async function readRecord<T>(store: Store, key: string): Promise<Reading<T>> {
  const { nowMs, entry } = await orFail(() => store.read(key))
  if (entry === undefined) return { nowMs, version: null }
  return { nowMs, version: entry.version, value: parse<T>(key, entry.value) }
}

/** Writes or removes the version that was read, and gives what stands there now. Throws `store_failed`. */
export async function changeReading<T>(
  store: Store,
  key: string,
  reading: Reading<T>,
  change: Change<T>,
): Promise<Reading<T> | 'conflict'> {
  const { nowMs, version } = reading
  if (change === 'keep') return reading
  if (change === 'remove') {
    if (version === null) return reading
    const removed = await orFail(() => store.remove(key, { ifVersion: version }))
    return removed === 'conflict' ? removed : { nowMs, version: null }
  }
  const { put, ...expiry } = change
  const text = JSON.stringify({ format, ...put })
  const written = await orFail(() => store.write(key, text, { ifVersion: version, ...expiry }))
  return written === 'conflict' ? written : { nowMs, version: written.version, value: put }
}

/**
 * Changes a record in one step, whoever else changes it meanwhile: `decide` is asked again each time somebody was faster.
 * Throws as reading does. After `store_failed` the change may have been made: `decide` has to allow for being repeated.
 */
export async function changeRecord<T>(
  store: Store,
  key: string,
  decide: (value: T | undefined, nowMs: number) => Change<T>,
): Promise<T | undefined> {
  for (let conflicts = 0; conflicts < mostConflicts; conflicts += 1) {
    const reading = await readRecord<T>(store, key)
    const change = decide(reading.value, reading.nowMs)
    const changed = await changeReading(store, key, reading, change)
    if (changed !== 'conflict') return changed.value
  }
  throw new CalendarSyncError('store_failed', 'The store refused a write again and again as overtaken.', {
    retryable: true,
  })
}

/** Lists all keys that begin so, each once. Throws `store_failed`. */
export async function listKeys(store: Store, prefix: string): Promise<readonly string[]> {
  const keys = new Set<string>()
  let cursor: string | undefined
  do {
    const from = cursor
    const page = await orFail(() => store.list(prefix, from === undefined ? {} : { cursor: from }))
    for (const key of page.keys) keys.add(key)
    ;({ cursor } = page)
  } while (cursor !== undefined)
  return [...keys]
}

function parse<T>(key: string, text: string): T {
  try {
    const record = JSON.parse(text) as { format?: unknown }
    if (record.format === format) {
      const { format: _, ...value } = record
      return value as T
    }
  } catch {
    // Said below.
  }
  const problem = `Under "${key}" the store holds what this version of calendar-sync did not write.`
  throw new CalendarSyncError('store_value_invalid', `${problem} Update the package, or remove the entry.`)
}

async function orFail<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (cause) {
    throw new CalendarSyncError('store_failed', 'The store failed. The cause says why.', { cause, retryable: true })
  }
}
