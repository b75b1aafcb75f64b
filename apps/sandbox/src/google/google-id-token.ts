import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'
import { certify } from './certify.ts'

export interface IdTokenFacts {
  readonly issuer: string
  readonly clientId: string
  readonly account: SandboxAccount
  readonly scopes: readonly string[]
  readonly accessToken: string
  readonly nowMs: number
  readonly nonce?: string
}

const kid = 'sandbox'
const hourSeconds = 3600
let pair: { readonly privateKey: KeyObject; readonly publicKey: KeyObject } | undefined

/** The key that signs ID tokens, one a process; made when it is first asked for. */
function signingKey(): NonNullable<typeof pair> {
  pair ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
  return pair
}

/** The JWK set that ID tokens are verified with. */
export function publicKeys(): { readonly keys: readonly object[] } {
  return { keys: [{ ...signingKey().publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] }
}

/** The same key as certificates, by key id: Google's own Node library reads them only. */
export function publicCertificates(): Readonly<Record<string, string>> {
  return { [kid]: certify(signingKey()) }
}

/** Signs an ID token (OpenID Connect Core, section 2). */
export function signIdToken(facts: IdTokenFacts): string {
  const { issuer, clientId, account, scopes, accessToken, nowMs, nonce } = facts
  const iat = Math.floor(nowMs / 1000)
  const claims = {
    iss: issuer,
    azp: clientId,
    aud: clientId,
    sub: account.accountKey,
    ...(scopes.includes('email') ? { email: account.principal, email_verified: true } : {}),
    ...(scopes.includes('profile') && account.name !== undefined ? { name: account.name } : {}),
    ...(nonce === undefined ? {} : { nonce }),
    at_hash: createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url'),
    iat,
    exp: iat + hourSeconds,
  }
  return signClaims(claims)
}

/** Signs claims, whatever they say and whichever key the header names. */
export function signClaims(claims: object, header: object = {}): string {
  const signed = [{ alg: 'RS256', kid, typ: 'JWT', ...header }, claims].map(encode).join('.')
  return `${signed}.${sign('sha256', Buffer.from(signed), signingKey().privateKey).toString('base64url')}`
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
