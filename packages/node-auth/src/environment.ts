import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { AuthError } from '@grantkit/auth-core'

/** Names and values as in `process.env`. */
export type Variables = Readonly<Record<string, string | undefined>>

/** The settings a program finds around itself. */
export interface Environment {
  /** The real environment alone: for what a file in the working directory must not decide. */
  readonly real: Variables
  /** Reads one value: the real environment first, then the `.env` file. */
  read(name: string): string | undefined
  /** The same, and which of the two it was. */
  find(name: string): { readonly value: string; readonly from: 'environment' | 'env-file' } | undefined
}

/**
 * Reads the environment and the `.env` file once. The real environment wins, also with an empty value. A missing file
 * is no error; one that cannot be read is `invalid_option`.
 */
export function readEnvironment(options: { env?: Variables; envFile?: string | false } = {}): Environment {
  const { env: real = process.env, envFile = '.env' } = options
  const file = envFile === false ? {} : readEnvFile(envFile)
  const find: Environment['find'] = (name) => {
    const [value, hidden] = [own(real, name), own(file, name)]
    if (value !== undefined) return { value, from: 'environment' }
    return hidden === undefined ? undefined : { value: hidden, from: 'env-file' }
  }
  return { real, find, read: (name) => find(name)?.value }
}

function own(variables: Variables, name: string): string | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined
}

function readEnvFile(path: string): Variables {
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    if (code === 'ENOENT') return {}
    throw new AuthError('invalid_option', `The environment file ${JSON.stringify(path)} cannot be read (${code}).`)
  }
}
