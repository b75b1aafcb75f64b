// This type stands for the platform's own, also where a project has no DOM types.
import type { CryptoKey } from 'oauth4webapi'
import { AuthError } from '../errors.ts'
import { toBase64Url } from './base64url.ts'

/** A key: 32 random bytes, or a `CryptoKey` for AES-GCM of 256 bits that may encrypt and decrypt. */
export type StoreKey = Uint8Array | CryptoKey

export interface StoreKeys {
  /** The name of the key that seals what is written. */
  readonly current: string
  /**
   * Every key that stored values may be sealed with, by name: letters, digits, `-` and `_`, 64 at most. A function is
   * called at the first need, and again after it failed; what it gave is kept.
   */
  readonly ring: Readonly<Record<string, StoreKey | (() => StoreKey | Promise<StoreKey>)>>
}

/** A key that is ready for use. */
export interface SealingKey {
  readonly id: string
  readonly key: CryptoKey
  /** Tells this key from another one under the same name, and nothing else of it. */
  readonly fingerprint: string
}

export interface KeyRing {
  readonly current: string
  /** The named key. Fails with `store_key_missing` or `store_key_unavailable`. */
  get(id: string): Promise<SealingKey>
}

const keyBytes = 32
const keyIdPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/

export function createKeyRing(keys: StoreKeys): KeyRing {
  const sources = new Map(Object.entries(keys?.ring ?? {}))
  for (const [id, source] of sources) {
    if (!keyIdPattern.test(id)) refuse('The name of a key is of letters, digits, - and _, 64 at most.')
    if (typeof source === 'function') continue
    const problem = problemOf(source)
    if (problem !== undefined) refuse(`The key "${id}" ${problem}.`)
    // Of its own: the bytes that were given may be cleared by now.
    if (source instanceof Uint8Array) sources.set(id, source.slice())
  }
  if (!sources.has(keys?.current)) refuse('`keys.current` names a key of `keys.ring`.')
  const ready = new Map<string, Promise<SealingKey>>()

  return {
    current: keys.current,
    async get(id) {
      const source = sources.get(id)
      if (source === undefined) {
        const message = `A value in the store is sealed with the key "${id}", which was not given. Add it to the ring.`
        throw new AuthError('store_key_missing', message)
      }
      const loading = ready.get(id) ?? load(id, source)
      ready.set(id, loading)
      try {
        return await loading
      } catch (error) {
        if (ready.get(id) === loading) ready.delete(id)
        throw error
      }
    },
  }
}

async function load(id: string, source: StoreKeys['ring'][string]): Promise<SealingKey> {
  const given = typeof source === 'function' ? await ask(id, source) : source
  const problem = problemOf(given)
  if (problem !== undefined) refuse(`The key "${id}" ${problem}.`)
  const key = given instanceof Uint8Array ? await importKey(given) : given
  return { id, key, fingerprint: await fingerprintOf(key) }
}

async function ask(id: string, source: () => StoreKey | Promise<StoreKey>): Promise<StoreKey> {
  try {
    return await source()
  } catch {
    // What it threw is not told: it may quote the key.
    throw new AuthError('store_key_unavailable', `The function that gives the key "${id}" failed. Try again.`)
  }
}

function problemOf(key: StoreKey): string | undefined {
  if (key instanceof Uint8Array) return key.length === keyBytes ? undefined : `has ${key.length} bytes instead of 32`
  const { algorithm, usages = [] } = key ?? {}
  const fits = algorithm?.name === 'AES-GCM' && 'length' in algorithm && algorithm.length === keyBytes * 8
  if (!fits) return 'is neither 32 bytes nor a CryptoKey for AES-GCM of 256 bits'
  return usages.includes('encrypt') && usages.includes('decrypt') ? undefined : 'may not encrypt and decrypt'
}

function importKey(bytes: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes.slice(), 'AES-GCM', false, ['encrypt', 'decrypt'])
}

/**
 * The hash of the authentication tag of a fixed text. A fixed nonce is harmless here: no value is sealed under it but
 * by a chance of 1 in 2^96, and the tag itself is never shown.
 */
async function fingerprintOf(key: CryptoKey): Promise<string> {
  const additionalData = new TextEncoder().encode('grantkit-sealed fingerprint')
  const tag = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: new Uint8Array(12), additionalData },
    key,
    new Uint8Array(),
  )
  return toBase64Url(new Uint8Array(await crypto.subtle.digest('SHA-256', tag)).subarray(0, 6))
}

function refuse(message: string): never {
  throw new AuthError('invalid_option', message)
}
