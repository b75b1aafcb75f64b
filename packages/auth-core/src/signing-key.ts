// This type stands for the platform's own, also where a project has no DOM types.
import type { CryptoKey } from 'oauth4webapi'
import { AuthError } from './errors.ts'

/** A private key that signs, with the id under which the other side knows its public half. */
export type SigningKey = CryptoKey | { readonly key: CryptoKey; readonly kid?: string }

/** A signing key, or a function that fetches it anew for each use. */
export type KeySource = SigningKey | (() => SigningKey | Promise<SigningKey>)

const algorithms = new Set(['RSASSA-PKCS1-v1_5', 'RSA-PSS', 'ECDSA', 'Ed25519'])
const shortestRsaBits = 2048

/** Refuses, before any use, a key that is given as it is and cannot sign. */
export function checkKeySource(source: KeySource): KeySource {
  if (typeof source !== 'function') checkKey(source)
  return source
}

/** Gives the key. Throws `client_secret_unavailable` when the app's function fails, `invalid_option` for a wrong key. */
export async function resolveKey(source: KeySource): Promise<{ key: CryptoKey; kid?: string }> {
  return checkKey(typeof source === 'function' ? await fetchKey(source) : source)
}

async function fetchKey(source: () => SigningKey | Promise<SigningKey>): Promise<SigningKey> {
  try {
    return await source()
  } catch {
    // The function is the app's own; its error may quote anything, so only the fact is passed on.
    throw new AuthError('client_secret_unavailable', 'The function that gives the signing key failed. Try again.')
  }
}

function checkKey(given: SigningKey): { key: CryptoKey; kid?: string } {
  const { key, kid } = isPair(given) ? given : { key: given as CryptoKey, kid: undefined }
  const { type, usages, algorithm } = (key ?? {}) as Partial<CryptoKey>
  if (type !== 'private' || !usages?.includes('sign')) {
    throw invalid('must be a private CryptoKey whose usages include "sign", or { key, kid } with one')
  }
  if (!algorithms.has(algorithm?.name ?? ''))
    throw invalid(`is of the kind ${algorithm?.name}, which signs no JWT here`)
  const { modulusLength } = algorithm as { modulusLength?: number }
  if (modulusLength !== undefined && modulusLength < shortestRsaBits) {
    throw invalid(`has ${modulusLength} bits; RSA keys need ${shortestRsaBits} or more`)
  }
  if (kid !== undefined && (typeof kid !== 'string' || kid === '')) throw invalid('has a kid that is no text')
  return kid === undefined ? { key } : { key, kid }
}

function isPair(given: SigningKey): given is { key: CryptoKey; kid?: string } {
  return typeof given === 'object' && given !== null && 'key' in given
}

function invalid(problem: string): AuthError {
  return new AuthError('invalid_option', `The signing key ${problem}.`)
}
