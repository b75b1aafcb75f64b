import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AuthError } from '@grantkit/auth-core'
import type { Keychain } from '../src/index.ts'

/** A keychain in memory, which tests may look into. */
export function createMemoryKeychain(): Keychain & { readonly secrets: Map<string, string> } {
  const secrets = new Map<string, string>()
  return {
    secrets,
    get: async (name) => secrets.get(name),
    set: async (name, secret) => void secrets.set(name, secret),
    remove: async (name) => void secrets.delete(name),
  }
}

/** A keychain in a folder, for several processes: one file a secret. */
export function createFolderKeychain(folder: string): Keychain {
  mkdirSync(folder, { recursive: true })
  return {
    get: async (name) => (readdirSync(folder).includes(name) ? readFileSync(join(folder, name), 'utf8') : undefined),
    set: async (name, secret) => writeFileSync(join(folder, name), secret),
    remove: async (name) => rmSync(join(folder, name), { force: true }),
  }
}

/** A keychain that never answers, and heeds no signal. */
export const hangingKeychain: Keychain = {
  get: () => new Promise(() => undefined),
  set: () => new Promise(() => undefined),
  remove: () => new Promise(() => undefined),
}

/** A keychain that refuses every call. */
export function createRefusingKeychain(reason: unknown): Keychain {
  const refuse = (): Promise<never> => Promise.reject(reason)
  return { get: refuse, set: refuse, remove: refuse }
}

/** What the keychain of the system does on a machine without one. */
export const absentKeychain: Keychain = createRefusingKeychain(new AuthError('keychain_unavailable', 'no D-Bus here'))
