import { AuthError } from './errors.ts'
import type { Provider } from './provider.ts'

/**
 * Names the stored grant of one account. Injective. The issuer is part of it, because a client id means nothing at
 * another one (RFC 6749 §2.2): a grant must not be presented, nor its tokens sent, to another instance of the same vendor.
 */
export function grantKey({ id, issuer }: Pick<Provider, 'id' | 'issuer'>, clientId: string, account: string): string {
  const parts = { provider: id, issuer, 'client id': clientId, account }
  return ['grant', ...Object.entries(parts).map(([what, part]) => escape(what, part))].join('/')
}

/** Names the stored authorization attempt of a `state` by its SHA-256, so that the store never sees the state. */
export async function attemptKey(state: string): Promise<string> {
  return `attempt/${await sha256(state)}`
}

/** Hashes a high-entropy secret for comparison: lower-case hex. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function escape(what: string, part: string): string {
  if (part === '') throw new AuthError('invalid_account', `The ${what} is empty; it is part of the store key.`)
  if (!part.isWellFormed()) {
    throw new AuthError('invalid_account', `The ${what} contains half a surrogate pair; it is part of the store key.`)
  }
  // encodeURIComponent leaves ! ' ( ) * as they are; stores give some of them a meaning.
  return encodeURIComponent(part).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}
