import { checkOptions } from '../check-options.ts'
import { AuthError } from '../errors.ts'
import type { Store } from '../store.ts'
import { createKeyRing, type StoreKeys } from './encrypted-keys.ts'
import { countKeys, rotate, type KeyRotation, type KeysInUse, type RotateOptions } from './key-rotation.ts'
import { open, readHead, seal, type SealedHead } from './sealed-value.ts'
import { wellFormed } from './well-formed.ts'

export interface EncryptedStoreOptions {
  /** Where the sealed values lie. */
  readonly store: Store
  readonly keys: StoreKeys
  /**
   * `'accept'`: read values that are not sealed as they are, so that an existing store can be sealed with `rotateKeys`.
   * Take it out again then: with it, who can write into the store can put values of their own there. Refused by default.
   */
  readonly unsealed?: 'accept'
}

export interface EncryptedStore extends Store {
  /**
   * Seals every value anew that is not sealed with the current key, while the store is in use. Stopped or crashed, it
   * goes on where it was when it is called again. An entry that cannot be sealed is told among the `failures` and holds
   * up nothing. Rejects with the signal's reason, and with what the store itself fails with.
   */
  rotateKeys(options?: RotateOptions): Promise<KeyRotation>
  /** Counts the values sealed with each key. A key may be taken out of the ring once it is not among them. */
  keysInUse(options?: { readonly signal?: AbortSignal }): Promise<KeysInUse>
}

/**
 * Seals every value before it reaches the store: AES-256-GCM under a fresh 96-bit nonce, bound to its key of the store
 * and to the name of the sealing key. Keys of the store (which hold account names), sizes and times are not sealed.
 * Whoever can write into the store can put back an older value of the same key; no more. Durability, versions, expiry
 * and change notices are those of the store. Rotate before a key has sealed 2^32 values (NIST SP 800-38D section 8.3).
 *
 * Fails with `invalid_option` (unknown option, impossible key), `store_key_missing` (a value needs a key that was not
 * given, or another one is given under its name), `store_key_unavailable` (a function that gives a key failed),
 * `store_value_invalid` (tampered, moved, not sealed), `store_value_newer`, and as the store does.
 *
 * @example
 * createEncryptedStore({ store, keys: { current: 'k2', ring: { k1: oldKey, k2: () => readKey('k2') } } })
 */
export function createEncryptedStore(options: EncryptedStoreOptions): EncryptedStore {
  checkOptions('createEncryptedStore', options, ['store', 'keys', 'unsealed'])
  const { store, keys, unsealed } = options
  if (typeof store?.read !== 'function') refuse('createEncryptedStore needs a `store`.')
  checkOptions('createEncryptedStore, keys', keys ?? {}, ['current', 'ring'])
  if (unsealed !== undefined && unsealed !== 'accept') refuse("`unsealed` is 'accept' or absent.")
  const ring = createKeyRing(keys)

  const headOf = (stored: string): SealedHead | undefined => {
    const head = readHead(stored)
    if (head !== undefined || unsealed === 'accept') return head
    const message = "A value in the store is not sealed. To seal what is there: `unsealed: 'accept'` and rotateKeys()."
    throw new AuthError('store_value_invalid', message)
  }
  const openStored = async (key: string, stored: string): Promise<string> =>
    headOf(stored) === undefined ? stored : open(ring, key, stored)
  const sealFor = async (key: string, value: string, expiresAtMs?: number): Promise<string> =>
    seal(await ring.get(ring.current), key, value, expiresAtMs)

  return {
    durability: store.durability,
    async read(key) {
      const { nowMs, entry } = await store.read(wellFormed(key))
      return entry ? { nowMs, entry: { ...entry, value: await openStored(key, entry.value) } } : { nowMs }
    },
    async write(key, value, { ifVersion, expiresInMs }) {
      if (expiresInMs === undefined) {
        return store.write(wellFormed(key), await sealFor(key, wellFormed(value)), { ifVersion })
      }
      const { nowMs } = await store.read(wellFormed(key))
      const sealed = await sealFor(key, wellFormed(value), Math.ceil(nowMs + expiresInMs))
      return store.write(key, sealed, { ifVersion, expiresInMs })
    },
    remove: (key, { ifVersion }) => store.remove(wellFormed(key), { ifVersion }),
    list: (prefix, listOptions) => store.list(prefix, listOptions),
    ...(store.subscribe && { subscribe: (key, listener) => store.subscribe?.(key, listener) ?? nothing }),
    rotateKeys: (rotateOptions = {}) => rotate({ store, ring, headOf, openStored, sealFor }, rotateOptions),
    keysInUse: ({ signal } = {}) => countKeys(store, { signal }),
  }
}

function nothing(): void {}

function refuse(message: string): never {
  throw new AuthError('invalid_option', message)
}
