import { existsSync, mkdirSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AuthError, type Store } from '@grantkit/auth-core'
import { createEncryptedStore } from '@grantkit/auth-core/stores/encrypted'
import { createSqliteStore, type SqliteStore } from '@grantkit/auth-core/stores/sqlite'
import envPaths from 'env-paths'
import type { Environment } from './environment.ts'
import type { Keychain } from './keychain.ts'
import {
  createSealingKey,
  discardSealingKey,
  readSealingKey,
  type SealingKey,
  type SealingKeys,
} from './sealing-key.ts'
import { decideSealing, readSealing, type Sealing } from './sealing.ts'
import { findSetting, type SettingSource } from './setting.ts'
import { createSystemKeychain } from './system-keychain.ts'

export interface DefaultStoreOptions {
  readonly fallback?: 'file'
  readonly dataDirectory?: string
  readonly keychain?: Keychain
  readonly print: (line: string) => void
  readonly platform?: NodeJS.Platform
}

/** A store that ends with the connection it was opened for. */
export interface OpenStore {
  readonly store: Store
  /** What lies in it is sealed. Absent for a store of the caller. */
  readonly sealed?: boolean
  close(): Promise<void>
}

/** The place of the store and who may read it. */
interface Place {
  readonly path: string
  readonly folder: string
  readonly keys: SealingKeys
  /** A new store is kept unsealed: the caller accepts it, or only what a sandbox made up lies in it. */
  readonly acceptsUnsealed: boolean
  readonly warn: () => void
}

/**
 * Opens the store of this user, sealed with a key of the keychain: `grants.sqlite` in the data folder of the system, or
 * in `dataDirectory`, or in `GRANTKIT_DATA_DIR`. With `fallback: 'file'` a new store is not sealed; one that exists
 * stays as it is. What a sandbox issues lies in a folder of its own beside the real grants, and is sealed only with a
 * keychain of the caller. Throws `keychain_unavailable`, `store_key_missing`, and `unsealed_store` for a store that
 * was begun unsealed and is opened without `fallback: 'file'`.
 */
export async function openDefaultStore(
  options: DefaultStoreOptions,
  environment: Environment,
  sandbox: URL | undefined,
): Promise<OpenStore> {
  const place = placeOf(options, environment, sandbox)
  prepareFolder(place.folder, options.platform ?? process.platform)
  return await openFile(place.path, async (file) => {
    const found = await readSealing(file)
    return await openAs(file, place, found === undefined ? await begin(file, place) : { sealing: found })
  })
}

/** Opens the store only if somebody signed in with it before; nothing is created. Throws as opening it does. */
export async function openExistingStore(
  options: DefaultStoreOptions,
  environment: Environment,
  sandbox: URL | undefined,
): Promise<OpenStore | undefined> {
  const place = placeOf(options, environment, sandbox)
  if (!existsSync(place.path)) return undefined
  return await openFile(place.path, async (file) => {
    const found = await readSealing(file)
    if (found !== undefined) return await openAs(file, place, { sealing: found })
    await file.close()
    return undefined
  })
}

/** Finds out where the store of this user lies, or would lie. */
export function locateStore(
  options: Pick<DefaultStoreOptions, 'dataDirectory'>,
  environment: Environment,
  sandbox: URL | undefined,
): { readonly folder: string; readonly path: string; readonly source: SettingSource } {
  const { value, source } = findSetting(environment, {
    setting: 'dataDirectory',
    option: options.dataDirectory,
    variable: 'GRANTKIT_DATA_DIR',
  }) ?? { value: envPaths('grantkit', { suffix: '' }).data, source: { setting: 'dataDirectory', from: 'default' } }
  const folder = sandbox === undefined ? resolve(value) : resolve(value, `sandbox-${sandbox.port}`)
  return { folder, path: join(folder, 'grants.sqlite'), source }
}

function placeOf(options: DefaultStoreOptions, environment: Environment, sandbox: URL | undefined): Place {
  const { folder, path } = locateStore(options, environment, sandbox)
  const isMadeUp = sandbox !== undefined && options.keychain === undefined
  return {
    path,
    folder,
    keys: { keychain: options.keychain ?? createSystemKeychain(), path },
    acceptsUnsealed: options.fallback === 'file' || isMadeUp,
    warn: () => {
      if (!isMadeUp) options.print(`Tokens are stored unsealed in ${path}, which only your user can read.`)
    },
  }
}

interface Begun {
  readonly sealing: Sealing
  /** The key, if it is at hand already. */
  readonly key?: SealingKey
}

/** Decides how a new store is sealed. Of several that begin at once, all go on with the decision of the first. */
async function begin(store: Store, { keys, acceptsUnsealed, warn }: Place): Promise<Begun> {
  if (acceptsUnsealed) {
    warn()
    return { sealing: await decideSealing(store, { with: 'nothing' }) }
  }
  const key = await createSealingKey(keys)
  const sealing = await decideSealing(store, { with: 'keychain', keyId: key.id })
  if (sealing.with === 'keychain' && sealing.keyId === key.id) return { sealing, key }
  await discardSealingKey(keys, key.id)
  return { sealing }
}

async function openFile<T>(path: string, use: (file: SqliteStore) => Promise<T>): Promise<T> {
  const file = createSqliteStore({ path })
  try {
    return await use(file)
  } catch (error) {
    await file.close()
    throw error
  }
}

async function openAs(file: SqliteStore, place: Place, { sealing, key }: Begun): Promise<OpenStore> {
  const close = (): Promise<void> => file.close()
  if (sealing.with === 'keychain') {
    const { id, bytes } = key ?? (await readSealingKey(place.keys, sealing.keyId))
    return {
      store: createEncryptedStore({ store: file, keys: { current: id, ring: { [id]: bytes } } }),
      sealed: true,
      close,
    }
  }
  if (place.acceptsUnsealed) return { store: file, sealed: false, close }
  throw new AuthError(
    'unsealed_store',
    `The tokens in ${place.path} are stored unsealed, because that store was begun with fallback: 'file'. To go on ` +
      "like that, add one line to the options of signIn: fallback: 'file'. To have them sealed, sign out, delete the " +
      'file and sign in again.',
  )
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
