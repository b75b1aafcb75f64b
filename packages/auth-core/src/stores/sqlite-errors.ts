import { AuthError, isAuthError } from '../errors.ts'

/** Primary result codes of SQLite: https://www.sqlite.org/rescode.html. */
const sqlite = { perm: 3, busy: 5, locked: 6, readOnly: 8, corrupt: 11, protocol: 15, notADatabase: 26 } as const
const waitAndTryAgain: readonly number[] = [sqlite.busy, sqlite.locked, sqlite.protocol]

/** Tells whether SQLite gave up because somebody else works on the file: surely nothing was done. */
export function isBusy(error: unknown): boolean {
  return waitAndTryAgain.includes(resultCode(error))
}

/** Turns what SQLite or the file system threw into an error of ours. Errors of ours pass unchanged. */
export function sqliteError(error: unknown, path: string): AuthError {
  if (isAuthError(error)) return error
  const cause = safeCause(error)
  const primary = resultCode(error)
  if (waitAndTryAgain.includes(primary)) {
    return new AuthError('store_busy', `Another process keeps the store ${path} locked. Try again later.`, { cause })
  }
  if (primary === sqlite.readOnly || primary === sqlite.perm || refusedByFileSystem(error)) {
    const message = `The store ${path} cannot be written. Allow this user to write the file, its folder, and the -wal and -shm files beside it.`
    return new AuthError('store_read_only', message, { cause })
  }
  if (primary === sqlite.corrupt || primary === sqlite.notADatabase) return damagedStore(path, cause)
  return new AuthError('store_failed', `The store ${path} failed: ${cause.message}.`, { cause })
}

/** Makes the error for a file that is not, or no longer, a store. Nothing repairs or replaces such a file by itself. */
export function damagedStore(path: string, cause: SafeCause): AuthError {
  const message = `${path} is not a store or is damaged (${cause.message}). Restore it or name another file; it was left as it is.`
  return new AuthError('store_value_invalid', message, { cause })
}

/** What may be told of a foreign error: its code and a fixed text, never what a statement or a row held. */
export interface SafeCause {
  readonly code: string
  readonly message: string
}

function safeCause(error: unknown): SafeCause {
  const { code, errcode, errstr } = fields(error)
  if (typeof errcode === 'number') return { code: `SQLITE_${errcode}`, message: String(errstr ?? 'unknown') }
  return { code: String(code ?? 'unknown'), message: typeof code === 'string' ? code : 'unknown error' }
}

function resultCode(error: unknown): number {
  const { errcode } = fields(error)
  // The low byte is the primary code; the rest says more of the same.
  return typeof errcode === 'number' ? errcode & 0xff : 0
}

function refusedByFileSystem(error: unknown): boolean {
  const { code } = fields(error)
  return code === 'EACCES' || code === 'EPERM' || code === 'EROFS'
}

function fields(error: unknown): { code?: unknown; errcode?: unknown; errstr?: unknown } {
  return typeof error === 'object' && error !== null ? error : {}
}
