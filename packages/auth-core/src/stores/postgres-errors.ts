import { AuthError, isAuthError, type AuthErrorCode } from '../errors.ts'

type Facts = readonly [code: AuthErrorCode, message: string]

/** SQLSTATE codes and classes: https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const states: Readonly<Record<string, Facts>> = {
  '25006': ['store_read_only', 'The PostgreSQL server or session takes no writes. Connect to the primary, read-write.'],
  '40001': ['store_busy', 'PostgreSQL gave the step up in favour of another; nothing was done. Try again.'],
  '40P01': ['store_busy', 'PostgreSQL gave the step up in favour of another; nothing was done. Try again.'],
  '55P03': ['store_busy', 'Somebody else keeps the entry locked in PostgreSQL for too long. Try again later.'],
  '57014': ['store_busy', 'PostgreSQL canceled the step after its time limit. Try again later.'],
  '42501': ['store_not_set_up', 'The PostgreSQL user may not read and write the table of the store. Grant it that.'],
  '3D000': ['store_not_set_up', 'The PostgreSQL database does not exist. Create it, or name another.'],
  '22P05': ['store_not_set_up', 'The PostgreSQL database cannot keep every character. Use one with encoding UTF8.'],
  '54000': ['invalid_option', 'The store key is too long for an index of PostgreSQL (about 2,700 bytes).'],
  '53100': ['store_failed', 'The disk of the PostgreSQL server is full. Free some space.'],
  '53300': ['store_failed', 'The PostgreSQL server has no connection left. Use fewer, or a pooler.'],
}
const classes: Readonly<Record<string, Facts>> = {
  '28': ['store_not_set_up', 'The PostgreSQL server refused the user or password.'],
}
/** No such schema, table or column. */
const missing: readonly string[] = ['42P01', '3F000', '42703', '42P10']

/** Turns what a client threw into an error of ours. Errors of ours pass unchanged. */
export function postgresError(error: unknown, schema: string): AuthError {
  if (isAuthError(error)) return error
  const code = codeOf(error)
  if (missing.includes(code)) {
    const message = `PostgreSQL has no table for the store, or one with other columns. Create it:\n\n${schema}\n`
    return new AuthError('store_not_set_up', message, { cause: { code, message: 'undefined table or column' } })
  }
  const unknown: Facts = ['store_failed', 'The PostgreSQL server could not be asked, or did not answer.']
  const [authCode, message] = states[code] ?? classes[code.slice(0, 2)] ?? unknown
  // Never the text: PostgreSQL and its clients quote rows and parameters.
  return new AuthError(authCode, message, { cause: { code, message: errorName(error) } })
}

function codeOf(error: unknown): string {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
  return typeof code === 'string' ? code : 'unknown'
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error'
}
