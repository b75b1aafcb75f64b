import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { AuthError } from '../errors.ts'
import type { StoreEntry } from '../store.ts'
import { damagedStore } from './sqlite-errors.ts'
import { prepareSqliteFile, type SqliteFile } from './sqlite-file.ts'

// `fatal`: damaged bytes are an error, not another text. `ignoreBOM`: a byte order mark is part of the text.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** An open database with its prepared statements. Every step is one statement, so each is atomic by itself. */
export interface SqliteConnection {
  /** Tells whether the path still names the file that is open. A deleted file would swallow every further write. */
  isCurrent(): boolean
  read(key: string): { nowMs: number; entry?: StoreEntry }
  /** Writes under `version` and tells whether it was applied. Writing what expires also clears some away. */
  write(change: EntryChange): boolean
  remove(key: string, ifVersion: string): boolean
  /** Lists at most `keysPerPage` keys that begin with `prefix` and come after `cursor`, a key with that prefix. */
  list(prefix: string, cursor: string | undefined): string[]
  close(): void
}

export interface EntryChange {
  readonly key: string
  readonly value: string
  readonly version: string
  readonly ifVersion: string | null
  readonly expiresInMs?: number | undefined
}

export const keysPerPage = 1000

/** "GrSt": marks the file as a store, so that no other program's database is ever taken for one. */
const storeId = 0x47725374
const schemaVersion = 1

// Keys and values are blobs: node:sqlite of Node 22.18 cuts text at the first NUL (tried 2026-11), and blobs compare
// byte by byte. Read them with CAST(key AS TEXT).
const schema = `
  CREATE TABLE entry (
    key BLOB PRIMARY KEY NOT NULL,
    value BLOB NOT NULL,
    version TEXT NOT NULL,
    expires_at_ms INTEGER
  ) STRICT;
  CREATE INDEX entry_expiry ON entry (expires_at_ms) WHERE expires_at_ms IS NOT NULL;
  PRAGMA application_id = ${storeId};
  PRAGMA user_version = ${schemaVersion};`

// SQLite's own clock; all uses within one statement give the same instant.
const nowMs = `CAST(round(unixepoch('subsec') * 1000) AS INTEGER)`
const live = `(expires_at_ms IS NULL OR expires_at_ms > ${nowMs})`

// Node 22.18 binds an empty blob as NULL (tried 2026-11).
const blob = (parameter: string): string => `coalesce(:${parameter}, x'')`

const sql = {
  // One statement, so that a store which is being created is seen before or after, never in between.
  identity: `SELECT application_id AS applicationId, user_version AS version,
    EXISTS (SELECT 1 FROM sqlite_schema) AS inUse FROM pragma_application_id, pragma_user_version`,
  read: `SELECT ${nowMs} AS nowMs, value, version FROM (SELECT 1) LEFT JOIN entry ON key = ${blob('key')} AND ${live}`,
  // The update branch is for an expired entry, which counts as absent.
  insert: `INSERT INTO entry (key, value, version, expires_at_ms)
    VALUES (${blob('key')}, ${blob('value')}, :version, ${nowMs} + :expiresInMs)
    ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version,
      expires_at_ms = excluded.expires_at_ms WHERE NOT ${live}`,
  update: `UPDATE entry SET value = ${blob('value')}, version = :version, expires_at_ms = ${nowMs} + :expiresInMs
    WHERE key = ${blob('key')} AND version = :ifVersion AND ${live}`,
  remove: `DELETE FROM entry WHERE key = ${blob('key')} AND version = :ifVersion AND ${live}`,
  list: `SELECT key FROM entry WHERE key >= ${blob('from')} AND key < ${blob('end')} AND ${live}
    ORDER BY key LIMIT ${keysPerPage}`,
  sweep: `DELETE FROM entry WHERE rowid IN
    (SELECT rowid FROM entry WHERE expires_at_ms <= ${nowMs} ORDER BY expires_at_ms LIMIT 100)`,
}

/**
 * Opens the database, creating it when missing. Nothing is written before the file is known to be empty or a store of
 * a version that this code understands.
 */
export function openSqliteConnection(Database: typeof DatabaseSync, path: string): SqliteConnection {
  const file = prepareSqliteFile(path)
  // No waiting inside SQLite: it would stop the event loop.
  const db = new Database(path, { timeout: 0 })
  try {
    assertWhole(db, path, file)
    const empty = isEmpty(db, path)
    if (db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'] !== 'wal') {
      throw new AuthError('store_failed', `The store ${path} lies where no write-ahead log works. Use a local disk.`)
    }
    // Survives a crash of the host: every commit is synced (fullfsync: on macOS, down to the platter).
    db.exec('PRAGMA synchronous = FULL; PRAGMA fullfsync = ON; PRAGMA secure_delete = ON')
    if (empty) create(db, path)
    return connection(db, path, file)
  } catch (error) {
    db.close()
    throw error
  }
}

function assertWhole(db: DatabaseSync, path: string, { wholeBytes = 0 }: SqliteFile): void {
  if (wholeBytes === 0 || wholeBytes % Number(db.prepare('PRAGMA page_size').get()?.['page_size']) === 0) return
  throw damagedStore(path, { code: 'cut_page', message: 'the file ends within a page' })
}

function isEmpty(db: DatabaseSync, path: string): boolean {
  const { applicationId, version, inUse } = db.prepare(sql.identity).get() ?? {}
  if (applicationId === storeId) {
    if (Number(version) <= schemaVersion) return false
    const message = `The store ${path} was written by a newer version of this library (${version} > ${schemaVersion}).`
    throw new AuthError('store_value_newer', `${message} Update the library; the file was left as it is.`)
  }
  if (inUse !== 0 || version !== 0) {
    throw damagedStore(path, { code: 'foreign_database', message: 'a database of another program' })
  }
  return true
}

function create(db: DatabaseSync, path: string): void {
  db.exec('BEGIN IMMEDIATE')
  try {
    // Another process may have created it before our transaction began.
    if (isEmpty(db, path)) db.exec(schema)
    db.exec('COMMIT')
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

function connection(db: DatabaseSync, path: string, file: SqliteFile): SqliteConnection {
  const read = db.prepare(sql.read)
  const insert = db.prepare(sql.insert)
  const update = db.prepare(sql.update)
  const remove = db.prepare(sql.remove)
  const list = db.prepare(sql.list)
  const sweep = db.prepare(sql.sweep)
  const decode = (stored: SQLOutputValue | undefined): string => {
    try {
      if (stored instanceof Uint8Array) return utf8.decode(stored)
    } catch {
      // Told below, together with what is no blob.
    }
    throw damagedStore(path, { code: 'not_utf8', message: 'a key or value that is not UTF-8' })
  }
  const tidy = (): void => {
    try {
      sweep.run()
    } catch {
      // The write before it stands; what could not be cleared away now, a later write clears away.
    }
  }
  return {
    isCurrent: file.isCurrent,
    read(key) {
      const row = read.get({ key: encode(key) })
      const now = { nowMs: Number(row?.['nowMs']) }
      const version = row?.['version']
      return typeof version === 'string' ? { ...now, entry: { value: decode(row?.['value']), version } } : now
    },
    write({ key, value, version, ifVersion, expiresInMs }) {
      const change = { key: encode(key), value: encode(value), version, expiresInMs: expiresInMs ?? null }
      const done = ifVersion === null ? insert.run(change) : update.run({ ...change, ifVersion })
      if (done.changes === 1 && expiresInMs !== undefined) tidy()
      return done.changes === 1
    },
    remove: (key, ifVersion) => remove.run({ key: encode(key), ifVersion }).changes === 1,
    list(prefix, cursor) {
      // Nothing lies between a key and the same key with one NUL more. No byte of UTF-8 is 0xff, so every key with the
      // prefix lies below the prefix followed by one.
      const from = cursor === undefined ? encode(prefix) : followedBy(encode(cursor), 0)
      return list.all({ from, end: followedBy(encode(prefix), 0xff) }).map((row) => decode(row['key']))
    },
    close: () => db.close(),
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function followedBy(bytes: Uint8Array, byte: number): Uint8Array {
  const longer = new Uint8Array(bytes.length + 1)
  longer.set(bytes)
  longer[bytes.length] = byte
  return longer
}
