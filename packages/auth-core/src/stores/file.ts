import { join, resolve } from 'node:path'
import { checkOptions } from '../check-options.ts'
import { systemClock, type Clock } from '../clock.ts'
import { AuthError } from '../errors.ts'
import type { Store } from '../store.ts'
import { createChangeNotices } from './change-notices.ts'
import { encodeEntry, type FileEntry } from './file-entry.ts'
import { fileError } from './file-errors.ts'
import { openFileFolder } from './file-folder.ts'
import { listKeys, sweep } from './file-listing.ts'
import { folderNameOf } from './file-names.ts'
import { readEntry, type FoundEntry } from './file-reading.ts'
import { begin, erase, follow, unmakeable } from './file-record.ts'
import { createInTurn } from './in-turn.ts'
import { wellFormed } from './well-formed.ts'

export interface FileStoreOptions {
  /**
   * The folder, of its own and on a local disk, relative to the working directory at creation. Created with mode 0700
   * when missing, as are the folders on the way.
   */
  readonly folder: string
  /** `'accept'`: use the folder even if it lies on a network file system, at your own risk. Refused by default. */
  readonly networkFolder?: 'accept'
  /** Gives the store's time; the clock of the host by default, which all its processes share. */
  readonly clock?: Pick<Clock, 'wallMs'>
}

/** Each round that is lost is another writer's success; so many in a row mean that something else is wrong. */
const roundsAtMost = 100

/**
 * Creates a store in a folder, for any number of processes of one host (durability `durable`: every write is synced,
 * bytes and names). An entry is a folder with one file, and one rename decides a write. There is no lock: a process
 * that is killed or stopped, at whatever point, holds nobody up and leaves nothing half-written. Time is that of the
 * host's clock. Change notices stay within the process. A step blocks the event loop for its own disk access; its syncs
 * do not. What is removed is unlinked, not overwritten. Tested on Linux.
 *
 * Fails with `invalid_option` (unknown option; a link, a foreign folder or one that others can enter; a network file
 * system), `store_read_only`, `store_busy`, `store_value_invalid` (damaged), `store_value_newer` and `store_failed` (disk
 * full). Only a failure with `store_failed` can have been applied.
 */
export function createFileStore(options: FileStoreOptions): Store {
  const { folder, acceptNetwork, clock } = validOptions(options)
  const storeFolder = openFileFolder(folder, { acceptNetwork })
  const notices = createChangeNotices()
  const inTurn = createInTurn()
  const isLive = ({ entry: { expiresAtMs } }: FoundEntry, nowMs = clock.wallMs()): boolean =>
    expiresAtMs === undefined || nowMs < expiresAtMs

  const run = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw fileError(error, folder)
    }
  }
  /** Of the writes of this process to one key, one at a time prepares its bytes: the others would do it in vain. */
  const runWrite = <T>(key: string, work: (record: string) => Promise<T>): Promise<T> =>
    run(async () => {
      const record = join(folder, folderNameOf(wellFormed(key)))
      const result = await inTurn(key, () => work(record))
      if (result !== 'conflict') notices.notify(key)
      return result
    })
  const liveEntry = async (record: string, key: string): Promise<FoundEntry | undefined> => {
    const present = await readEntry(record, key)
    return present && isLive(present) ? present : undefined
  }

  return {
    durability: 'durable',
    read: (key) =>
      run(async () => {
        const record = join(folder, folderNameOf(wellFormed(key)))
        const present = storeFolder.isThere() ? await readEntry(record, key) : undefined
        const nowMs = clock.wallMs()
        if (!present || !isLive(present, nowMs)) return { nowMs }
        return { nowMs, entry: { value: present.entry.value, version: present.head.version } }
      }),
    write: (key, value, { ifVersion, expiresInMs }) =>
      runWrite(key, async (record) => {
        const content = { key, value: wellFormed(value), ...expiry(expiresInMs, clock.wallMs()) }
        await storeFolder.make()
        const version = await put(folder, record, content, { ifVersion, isLive })
        if (version === 'conflict') return version
        // The write stands; what could not be cleared away now, a later write clears away.
        if (expiresInMs !== undefined) await sweep(folder, { nowMs: clock.wallMs(), isLive }).catch(() => undefined)
        return { version }
      }),
    remove: (key, { ifVersion }) =>
      runWrite(key, async (record) => {
        const present = storeFolder.isThere() ? await liveEntry(record, key) : undefined
        return present?.head.version === ifVersion ? erase(record, present.head) : 'conflict'
      }),
    list: (prefix, { cursor } = {}) =>
      run(async () => {
        if (!storeFolder.isThere()) return { keys: [] }
        return listKeys(folder, { prefix: wellFormed(prefix), cursor, isLive })
      }),
    subscribe: notices.subscribe,
  }
}

interface PutOptions {
  readonly ifVersion: string | null
  readonly isLive: (found: FoundEntry) => boolean
}

async function put(folder: string, record: string, content: FileEntry, options: PutOptions): Promise<string> {
  const { ifVersion, isLive } = options
  const bytes = encodeEntry(content)
  for (let round = 0; round < roundsAtMost; round++) {
    const present = await readEntry(record, content.key)
    const version = present && isLive(present) ? present.head.version : null
    if (version !== ifVersion) return 'conflict'
    const result = await (present ? follow(record, present.head, bytes) : begin(folder, record, bytes))
    if (result !== 'conflict' && result !== 'again') return result.version
    // Something has changed: look again who came first.
  }
  throw unmakeable(record)
}

function expiry(expiresInMs: number | undefined, nowMs: number): { expiresAtMs?: number } {
  if (expiresInMs === undefined) return {}
  const expiresAtMs = Math.ceil(nowMs + expiresInMs)
  if (!Number.isSafeInteger(expiresAtMs)) refuse('`expiresInMs` is a number of milliseconds.')
  return { expiresAtMs }
}

function validOptions(options: FileStoreOptions): {
  folder: string
  acceptNetwork: boolean
  clock: Pick<Clock, 'wallMs'>
} {
  checkOptions('createFileStore', options, ['folder', 'networkFolder', 'clock'])
  const { folder, networkFolder, clock = systemClock } = options
  if (typeof folder !== 'string' || folder === '' || folder.includes('\0')) refuse('createFileStore needs a `folder`.')
  if (networkFolder !== undefined && networkFolder !== 'accept') refuse("`networkFolder` is 'accept' or absent.")
  // Absolute from here on: a change of the working directory must not redirect it.
  return { folder: resolve(folder), acceptNetwork: networkFolder === 'accept', clock }
}

function refuse(message: string): never {
  throw new AuthError('invalid_option', message)
}
