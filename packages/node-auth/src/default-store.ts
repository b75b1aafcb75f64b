import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AuthError } from '@grantkit/auth-core'
import { createSqliteStore, type SqliteStore } from '@grantkit/auth-core/stores/sqlite'
import envPaths from 'env-paths'
import type { Environment } from './environment.ts'

export interface DefaultStoreOptions {
  readonly fallback?: 'file'
  readonly dataDirectory?: string
  readonly print: (line: string) => void
  readonly platform?: NodeJS.Platform
}

/**
 * Opens the store of this user: `grants.sqlite` in the data folder of the system, or in `dataDirectory`, or in
 * `GRANTKIT_DATA_DIR`. What a sandbox issues lies in a folder of its own, beside the real grants. Throws
 * `unsealed_store` unless `fallback` is `'file'`.
 */
export function openDefaultStore(
  options: DefaultStoreOptions,
  environment: Environment,
  sandbox: URL | undefined,
): SqliteStore {
  const base =
    options.dataDirectory ?? environment.read('GRANTKIT_DATA_DIR') ?? envPaths('grantkit', { suffix: '' }).data
  const folder = sandbox === undefined ? resolve(base) : resolve(base, `sandbox-${sandbox.port}`)
  const path = join(folder, 'grants.sqlite')
  if (options.fallback !== 'file') {
    throw new AuthError(
      'unsealed_store',
      `The tokens would be stored unsealed in ${path}. To accept a file that only your user can read, add one line to ` +
        "the options of signIn: fallback: 'file'. Or pass a store of your own.",
    )
  }
  prepareFolder(folder, options.platform ?? process.platform)
  if (!existsSync(path)) options.print(`Tokens are stored unsealed in ${path}, which only your user can read.`)
  return createSqliteStore({ path })
}

function prepareFolder(folder: string, platform: NodeJS.Platform): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { mode } = statSync(folder)
  const othersCanWrite = (mode & 0o022) !== 0
  const onlyOwnersReplace = (mode & 0o1000) !== 0
  // On Windows the folder's access list decides, and modes say nothing.
  if (platform === 'win32' || !othersCanWrite || onlyOwnersReplace) return
  throw new AuthError('invalid_option', `Others can write to ${folder}. Take that from them: chmod 700.`)
}
