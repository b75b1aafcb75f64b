import { resolve } from 'node:path'
import { checkOptions } from '../check-options.ts'
import { systemClock, type Clock } from '../clock.ts'
import { AuthError } from '../errors.ts'
import type { Store } from '../store.ts'
import { createChangeNotices } from './change-notices.ts'
import { keysPerPage, openSqliteConnection, type SqliteConnection } from './sqlite-connection.ts'
import { isBusy, sqliteError } from './sqlite-errors.ts'
import { wellFormed } from './well-formed.ts'

export interface SqliteStoreOptions {
  /**
   * The database file, relative to the working directory at creation. Created with mode 0600 when missing, folders on
   * the way with 0700. On a local disk: the locks of network file systems cannot be trusted.
   */
  readonly path: string
  /** How long a step waits for other processes before it fails with `store_busy`; 5000 ms by default. */
  readonly busyTimeoutMs?: number
  /** Measures and sleeps that wait. The store's time is SQLite's own clock, not this one. */
  readonly clock?: Pick<Clock, 'monotonicMs' | 'setTimer'>
}

export interface SqliteStore extends Store, AsyncDisposable {
  /** Closes the file. Steps that wait or come later fail with `store_failed`. Closing twice does nothing. */
  close(): Promise<void>
}

// Tried (2026-11, 16 processes writing without a pause on 2 busy cores): the longest wait was 2.5 s; with 25 ms, 4.1 s.
const longestPauseMs = 8

/**
 * Creates a store in a SQLite file, for any number of processes of one host (durability `durable`: write-ahead log,
 * every commit synced, each step one statement). Opens the file at the first step, and again should the path come to
 * name another file. A step blocks the event loop for its own disk access only; waiting for other processes does not.
 *
 * Needs `node:sqlite`, on which Node 22 prints one ExperimentalWarning at the first step; start Node with
 * `--disable-warning=ExperimentalWarning` there to hide it.
 *
 * Fails with `invalid_option` (unknown option; `:memory:`; a link, a foreign file or one that others can read),
 * `store_busy`, `store_read_only`, `store_value_invalid` (no store, or damaged), `store_value_newer` and `store_failed`
 * (disk full, closed). Only a failure with `store_failed` can have been applied.
 */
export function createSqliteStore(options: SqliteStoreOptions): SqliteStore {
  const { path, busyTimeoutMs, clock } = validOptions(options)
  const notices = createChangeNotices()
  let open: SqliteConnection | undefined
  let closed = false
  let module: ReturnType<typeof loadSqlite> | undefined
  let lastWrite: Promise<unknown> = Promise.resolve()

  const connect = (sqlite: typeof import('node:sqlite')): SqliteConnection => {
    if (closed) throw new AuthError('store_failed', `The store ${path} is closed.`)
    if (open && !open.isCurrent()) disconnect()
    return (open ??= openSqliteConnection(sqlite.DatabaseSync, path))
  }
  const disconnect = (): void => {
    const last = open
    open = undefined
    last?.close()
  }
  // The next step opens the file anew: it may have been repaired, or allowed to be written, by then.
  const failed = (error: unknown): AuthError => {
    try {
      disconnect()
    } catch {
      // What failed first says more.
    }
    return sqliteError(error, path)
  }
  const run = async <T>(
    step: (connection: SqliteConnection) => T,
    untilMs = clock.monotonicMs() + busyTimeoutMs,
  ): Promise<T> => {
    const sqlite = await (module ??= loadSqlite())
    for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        return step(connect(sqlite))
      } catch (error) {
        if (!isBusy(error)) throw failed(error)
        if (clock.monotonicMs() >= untilMs) throw sqliteError(error, path)
      }
      // Jitter, so that processes which met once do not meet for ever.
      await pause(clock, pauseMs * (0.5 + Math.random()))
    }
  }
  // One after the other: of all writes that wait for a lock, only the first asks for it. Waiting in line counts.
  const runWrite = <T>(step: (connection: SqliteConnection) => T): Promise<T> => {
    const untilMs = clock.monotonicMs() + busyTimeoutMs
    const result = lastWrite.then(() => run(step, untilMs))
    lastWrite = result.catch(() => undefined) // its caller gets the error
    return result
  }

  const store: SqliteStore = {
    durability: 'durable',
    read: (key) => run((connection) => connection.read(wellFormed(key))),
    async write(key, value, { ifVersion, expiresInMs }) {
      const version = crypto.randomUUID()
      const change = { key: wellFormed(key), value: wellFormed(value), version, ifVersion, expiresInMs }
      const applied = await runWrite((connection) => connection.write(change))
      if (!applied) return 'conflict'
      notices.notify(key)
      return { version }
    },
    async remove(key, { ifVersion }) {
      const removed = await runWrite((connection) => connection.remove(wellFormed(key), ifVersion))
      if (!removed) return 'conflict'
      notices.notify(key)
      return 'removed'
    },
    async list(prefix, { cursor } = {}) {
      const keys = await run((connection) => connection.list(wellFormed(prefix), cursor))
      const last = keys[keysPerPage - 1]
      return last === undefined ? { keys } : { keys, cursor: last }
    },
    subscribe: notices.subscribe,
    async close() {
      closed = true
      try {
        disconnect()
      } catch (error) {
        throw sqliteError(error, path)
      }
    },
    [Symbol.asyncDispose]: () => store.close(),
  }
  return store
}

function validOptions(options: SqliteStoreOptions): Required<SqliteStoreOptions> {
  checkOptions('createSqliteStore', options, ['path', 'busyTimeoutMs', 'clock'])
  const { path, busyTimeoutMs = 5000, clock = systemClock } = options
  if (typeof path !== 'string' || path === '' || path.includes('\0')) refuse('createSqliteStore needs a `path`.')
  if (path === ':memory:') refuse('A store in memory is `createMemoryStore()` of @grantkit/auth-core/stores/memory.')
  if (!(busyTimeoutMs >= 0)) refuse('`busyTimeoutMs` is 0 or more.')
  // Absolute from here on: neither a change of the working directory nor SQLite's file: URLs can redirect it.
  return { path: resolve(path), busyTimeoutMs, clock }
}

function refuse(message: string): never {
  throw new AuthError('invalid_option', message)
}

/** Loaded at the first step: naming the module already warns on Node 22, and fails where a runtime lacks it. */
async function loadSqlite(): Promise<typeof import('node:sqlite')> {
  try {
    return await import('node:sqlite')
  } catch {
    refuse('This runtime has no node:sqlite; Node has it from 22.18 on. Use another store.')
  }
}

function pause(clock: Pick<Clock, 'setTimer'>, delayMs: number): Promise<void> {
  return new Promise((wake) => void clock.setTimer(wake, delayMs))
}
