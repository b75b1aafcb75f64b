import { AuthError } from '../errors.ts'
import { fromBase64Url, toBase64Url } from './base64url.ts'
import type { KeyRing, SealingKey } from './encrypted-keys.ts'

/** The visible part of a sealed value. */
export interface SealedHead {
  readonly keyId: string
  readonly fingerprint: string
  /** When the entry expires, in the store's time: whoever seals it anew has to say so again. */
  readonly expiresAtMs?: number
}

interface SealedValue extends SealedHead {
  readonly text: string
}

const schemaVersion = 1
// NIST SP 800-38D section 8.2: 96 bits is the length that GCM takes as it is.
const nonceBytes = 12
const headPattern = /^sealed\.1\.([A-Za-z0-9][A-Za-z0-9_-]{0,63})\.([A-Za-z0-9_-]{8})\.(-|\d{1,16})\./
const versionPattern = /^sealed\.(\d{1,9})\./
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Seals a value for one key of the store under a fresh nonce. Moved to another key, it cannot be opened. */
export async function seal(
  { id, key, fingerprint }: SealingKey,
  storeKey: string,
  value: string,
  expiresAtMs?: number,
): Promise<string> {
  const head = { keyId: id, fingerprint, ...(expiresAtMs !== undefined && { expiresAtMs }) }
  const nonce = crypto.getRandomValues(new Uint8Array(nonceBytes))
  const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: associatedData(storeKey, head) }
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, new TextEncoder().encode(value)))
  const bytes = new Uint8Array(nonceBytes + sealed.length)
  bytes.set(nonce)
  bytes.set(sealed, nonceBytes)
  return `sealed.${schemaVersion}.${id}.${fingerprint}.${expiresAtMs ?? '-'}.${toBase64Url(bytes)}`
}

/**
 * Reads the head of a stored value; `undefined` when it is not sealed. Fails with `store_value_newer` for what a newer
 * version of this library sealed.
 */
export function readHead(stored: string): SealedHead | undefined {
  const version = versionPattern.exec(stored)?.[1]
  if (version === undefined) return undefined
  if (Number(version) > schemaVersion) {
    const message = 'A value in the store was sealed by a newer version of this library. Update the library.'
    throw new AuthError('store_value_newer', message)
  }
  return parse(stored)
}

/** Opens a sealed value, whole or not at all. */
export async function open(ring: KeyRing, storeKey: string, stored: string): Promise<string> {
  const { text, ...head } = parse(stored)
  const { id, key, fingerprint } = await ring.get(head.keyId)
  if (fingerprint !== head.fingerprint) {
    const message = `A value in the store is sealed with another key than the one given as "${id}". Give the right one.`
    throw new AuthError('store_key_missing', message)
  }
  const bytes = fromBase64Url(text)
  if (bytes === undefined || bytes.length < nonceBytes) throw tampered()
  const algorithm = {
    name: 'AES-GCM',
    iv: bytes.subarray(0, nonceBytes),
    additionalData: associatedData(storeKey, head),
  }
  try {
    return utf8.decode(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(nonceBytes)))
  } catch {
    throw tampered()
  }
}

function parse(stored: string): SealedValue {
  const [head, keyId, fingerprint, expiry] = headPattern.exec(stored) ?? []
  if (head === undefined || keyId === undefined || fingerprint === undefined) throw tampered()
  const expires = expiry === '-' ? {} : { expiresAtMs: Number(expiry) }
  return { keyId, fingerprint, ...expires, text: stored.slice(head.length) }
}

/** JSON, so that no two lists of parts are ever the same bytes. */
function associatedData(storeKey: string, { keyId, fingerprint, expiresAtMs }: SealedHead): Uint8Array<ArrayBuffer> {
  const parts = ['grantkit-sealed', schemaVersion, storeKey, keyId, fingerprint, expiresAtMs ?? null]
  return new TextEncoder().encode(JSON.stringify(parts))
}

function tampered(): AuthError {
  const message = 'A sealed value in the store was changed, or belongs to another key of the store. Restore it.'
  return new AuthError('store_value_invalid', message)
}
