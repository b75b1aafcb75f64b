import { randomBytes, randomUUID } from 'node:crypto'
import { AuthError, isAuthError } from '@grantkit/auth-core'
import type { Keychain, KeychainCallOptions } from './keychain.ts'

/** A key that seals a store, under the name it has in the keychain. */
export interface SealingKey {
  readonly id: string
  readonly bytes: Uint8Array
}

/** Where sealing keys are kept, and what to say when they cannot be had. */
export interface SealingKeys {
  readonly keychain: Keychain
  /** The file that the keys seal. */
  readonly path: string
  /** How long one call of the keychain may take. Default 3000 ms. */
  readonly limitMs?: number
}

const keyBytes = 32
const defaultLimitMs = 3000

/**
 * Puts a new key under a new name into the keychain, and reads it back before anything is sealed with it. No name is
 * ever written twice, so no key of anybody can get lost. Throws `keychain_unavailable`.
 */
export async function createSealingKey({ keychain, path, limitMs }: SealingKeys): Promise<SealingKey> {
  const key = { id: randomUUID(), bytes: randomBytes(keyBytes) }
  const secret = key.bytes.toString('base64')
  const kept = await ask(
    async (options) => {
      await keychain.set(key.id, secret, options)
      return await keychain.get(key.id, options)
    },
    { limitMs, advice: adviceWithoutKeychain(path) },
  )
  if (kept === secret) return key
  throw unavailable('it does not keep what it was given', adviceWithoutKeychain(path))
}

/** Reads a key. Throws `keychain_unavailable`, and `store_key_missing` when the keychain answers but has no such key. */
export async function readSealingKey({ keychain, path, limitMs }: SealingKeys, id: string): Promise<SealingKey> {
  const advice =
    `It keeps the key that the tokens in ${path} are sealed with. Unlock it, or start the program in the session of ` +
    `your desktop, and try again. ${adviceWithoutKey(path)}`
  const secret = await ask((options) => keychain.get(id, options), { limitMs, advice })
  const bytes = Buffer.from(secret ?? '', 'base64')
  if (bytes.length === keyBytes) return { id, bytes }
  throw new AuthError(
    'store_key_missing',
    `The keychain of this system does not have the key that the tokens in ${path} are sealed with ` +
      `(service "grantkit", account "${id}"). ${adviceWithoutKey(path)}`,
  )
}

/** Takes back a key that nothing was sealed with. A key that stays behind harms nobody. */
export async function discardSealingKey({ keychain, limitMs }: SealingKeys, id: string): Promise<void> {
  await within((options) => keychain.remove(id, options), limitMs).catch(() => undefined)
}

function adviceWithoutKeychain(path: string): string {
  return (
    `The key that seals the tokens in ${path} belongs there. To keep them unsealed instead, in that file which only ` +
    "your user can read, add one line to the options of signIn: fallback: 'file'. Or pass a store or keychain of your own."
  )
}

function adviceWithoutKey(path: string): string {
  return `If that key is lost, delete ${path} and the files beside it of that name, and sign in again.`
}

interface Question {
  readonly limitMs: number | undefined
  readonly advice: string
}

async function ask<T>(
  call: (options: KeychainCallOptions) => Promise<T>,
  { limitMs = defaultLimitMs, advice }: Question,
): Promise<T> {
  try {
    return await within(call, limitMs)
  } catch (error) {
    if (error === tookTooLong) throw unavailable(`it did not answer within ${limitMs / 1000} s`, advice)
    // Only our own text is told: a keychain of the caller may quote the key.
    throw unavailable(isAuthError(error, 'keychain_unavailable') ? error.message : 'it failed', advice)
  }
}

const tookTooLong = Symbol('took too long')

async function within<T>(
  call: (options: KeychainCallOptions) => Promise<T>,
  limitMs: number = defaultLimitMs,
): Promise<T> {
  const controller = new AbortController()
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    reject(tookTooLong)
    controller.abort(tookTooLong)
  }, limitMs)
  try {
    return await Promise.race([call({ signal: controller.signal }), promise])
  } finally {
    clearTimeout(timer)
  }
}

function unavailable(reason: string, advice: string): AuthError {
  return new AuthError('keychain_unavailable', `The keychain of this system cannot be used: ${reason}. ${advice}`)
}
