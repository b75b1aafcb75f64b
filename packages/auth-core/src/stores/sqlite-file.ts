import { closeSync, lstatSync, mkdirSync, openSync, statSync, type BigIntStats } from 'node:fs'
import { dirname } from 'node:path'
import { AuthError } from '../errors.ts'
import { damagedStore } from './sqlite-errors.ts'

/** What is known of the database file before SQLite opens it. */
export interface SqliteFile {
  /** Tells whether the path still names the same file. */
  isCurrent(): boolean
  /** Bytes in the file when no write-ahead log lay beside it: then the file alone must be whole. */
  readonly wholeBytes?: number
}

/**
 * Makes sure that the file exists and is ours alone: a plain file (no link) of this user with mode 0600. Creates it,
 * and the folders on the way with mode 0700, when it is missing.
 */
export function prepareSqliteFile(path: string): SqliteFile {
  // The log first: a store gets its first page before its first log, so an empty file beside a log has lost its pages.
  const logBytes = statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0
  const found = lstatSync(path, { bigint: true, throwIfNoEntry: false })
  if (logBytes > 0 && !found?.size) {
    throw damagedStore(path, { code: 'missing_pages', message: 'a write-ahead log without its database' })
  }
  const stats = found ?? createFile(path)
  assertOurs(path, stats)
  const { dev, ino } = stats
  return {
    isCurrent() {
      const now = statSync(path, { bigint: true, throwIfNoEntry: false })
      return now?.ino === ino && now.dev === dev
    },
    ...(logBytes === 0 && { wholeBytes: Number(stats.size) }),
  }
}

function createFile(path: string): BigIntStats {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    // SQLite gives the log and the shared memory the mode of this file.
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    // Another process was faster; its file is checked like any other.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
  return lstatSync(path, { bigint: true })
}

function assertOurs(path: string, stats: BigIntStats): void {
  if (!stats.isFile()) {
    throw new AuthError('invalid_option', `The store path ${path} is a link or no plain file. Name the file itself.`)
  }
  // Absent on Windows, where the folder's access list protects the file and modes say nothing.
  const uid = process.getuid?.()
  if (uid === undefined) return
  if (Number(stats.uid) !== uid) {
    throw new AuthError('invalid_option', `The store ${path} belongs to another user. Name a file of this user.`)
  }
  if ((Number(stats.mode) & 0o077) !== 0) {
    throw new AuthError('invalid_option', `Others have access to the store ${path}. Take it from them: chmod 600.`)
  }
}
