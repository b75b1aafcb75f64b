import { readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { isAuthError } from '../errors.ts'
import { newFolderName, newId, parseFolderName } from './file-names.ts'
import { readEntry, type FoundEntry } from './file-reading.ts'
import { erase } from './file-record.ts'

const keysPerPage = 500
/** How many records one sweep looks at: a write stays cheap however many there are. */
const sweepLimit = 32
/** Making a record takes milliseconds; one that is this old was left behind by a process that was killed. */
const abandonedAfterMs = 3_600_000

interface ListOptions {
  readonly prefix: string
  readonly cursor: string | undefined
  readonly isLive: (found: FoundEntry) => boolean
}

/** Lists a page of keys in their order; the last one is the cursor of the next page. */
export async function listKeys(
  folder: string,
  { prefix, cursor, isLive }: ListOptions,
): Promise<{ keys: readonly string[]; cursor?: string }> {
  const names = new Map<string, string>()
  for await (const { name, key = await keyIn(join(folder, name)) } of recordsIn(folder)) {
    if (key?.startsWith(prefix) && (cursor === undefined || key > cursor)) names.set(key, name)
  }
  const keys: string[] = []
  for (const key of [...names.keys()].toSorted()) {
    if (await isListed(join(folder, names.get(key) ?? ''), isLive)) keys.push(key)
    if (keys.length === keysPerPage) return { keys, cursor: key }
    if (keys.length % 50 === 0) await setImmediate() // others get their turn
  }
  return { keys }
}

/**
 * Clears away what expired, of a few records from a random place on, and what killed processes left unfinished. In the
 * long run every record is looked at.
 */
export async function sweep(folder: string, options: { nowMs: number; isLive: ListOptions['isLive'] }): Promise<void> {
  clearAbandoned(folder, options.nowMs)
  const records = [...recordsIn(folder)]
  const start = Math.floor(Math.random() * records.length)
  const chosen = [...records.slice(start), ...records.slice(0, start)].slice(0, sweepLimit)
  for (const { name } of chosen) {
    const found = await readEntry(join(folder, name)).catch(() => undefined) // its readers are told
    if (found && !options.isLive(found)) await erase(join(folder, name), found.head)
  }
}

function* recordsIn(folder: string): Generator<{ name: string; key?: string }> {
  for (const name of readdirSync(folder)) {
    const parsed = parseFolderName(name)
    if (parsed?.is === 'record') yield { name, ...(parsed.key !== undefined && { key: parsed.key }) }
  }
}

/** The key of a record whose name tells only its hash. */
async function keyIn(record: string): Promise<string | undefined> {
  return (await readEntry(record))?.entry.key
}

/** A damaged entry is listed: it is there, and who reads it is told. */
async function isListed(record: string, isLive: ListOptions['isLive']): Promise<boolean> {
  try {
    const found = await readEntry(record)
    return found !== undefined && isLive(found)
  } catch (error) {
    if (isAuthError(error)) return true
    throw error
  }
}

function clearAbandoned(folder: string, nowMs: number): void {
  for (const name of readdirSync(folder)) {
    if (parseFolderName(name)?.is !== 'new') continue
    const taken = join(folder, newFolderName(newId()))
    try {
      if (nowMs - statSync(join(folder, name)).mtimeMs < abandonedAfterMs) continue
      // Taken away under its maker's hands at once: if the maker still lives, it finds its folder gone and begins anew.
      renameSync(join(folder, name), taken)
      rmSync(taken, { recursive: true })
    } catch {
      // Its maker, or another sweep, was faster.
    }
  }
}
