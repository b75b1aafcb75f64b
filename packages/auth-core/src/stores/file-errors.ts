import { AuthError, isAuthError } from '../errors.ts'

const refusals: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS']

/** The code that the operating system gave, if it was its error. */
export function systemCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

/** Tells whether the system said that this user may not. */
export function isRefusal(error: unknown): boolean {
  return refusals.includes(systemCode(error))
}

/** Turns what the file system threw into an error of ours. Errors of ours pass unchanged. */
export function fileError(error: unknown, folder: string): AuthError {
  if (isAuthError(error)) return error
  const code = systemCode(error)
  // The code alone: the message of the system holds paths, and a path holds the key.
  const cause = { code: typeof code === 'string' ? code : 'unknown' }
  if (isRefusal(error)) {
    const message = `The store ${folder} cannot be used. Allow this user to read and write the folder and all in it.`
    return new AuthError('store_read_only', message, { cause })
  }
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new AuthError('store_failed', `The disk of the store ${folder} is full. Free some space.`, { cause })
  }
  return new AuthError('store_failed', `The store ${folder} failed: ${cause.code}.`, { cause })
}

/**
 * Makes the error for what is not, or no longer, an entry of a store. Nothing repairs or removes such an entry. Names it
 * by its version; the path would tell the key.
 */
export function damagedEntry(problem: string, version?: string): AuthError {
  const message = `An entry of the store is damaged: ${problem}. Restore it or remove its folder; it was left as it is.`
  return new AuthError('store_value_invalid', message, version === undefined ? {} : { cause: { version } })
}
