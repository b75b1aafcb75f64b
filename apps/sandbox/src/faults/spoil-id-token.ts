import { signClaims } from '../google/google-id-token.ts'
import type { Fault } from './fault.ts'

export type IdTokenFault = Pick<Extract<Fault, { type: 'wrong_id_token' }>, 'claims' | 'keyId' | 'signature'>

/** Writes an ID token anew. The signature stays good unless the fault says otherwise. */
export function spoilIdToken(idToken: string, { claims, keyId, signature }: IdTokenFault): string {
  const spoiled = without({ ...readClaims(idToken), ...claims })
  const kid = keyId === null ? { kid: undefined } : keyId === undefined ? {} : { kid: keyId }
  if (signature === 'none') return signClaims(spoiled, { ...kid, alg: 'none' }).replace(/[^.]*$/, '')
  const signed = signClaims(spoiled, kid)
  return signature === 'broken' ? turnFirstCharacter(signed) : signed
}

function readClaims(idToken: string): Record<string, unknown> {
  const [, claims = ''] = idToken.split('.')
  return JSON.parse(Buffer.from(claims, 'base64url').toString())
}

function without(claims: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null))
}

/** Of the signature: its last character may hold bits that nobody reads. */
function turnFirstCharacter(jwt: string): string {
  const at = jwt.lastIndexOf('.') + 1
  return `${jwt.slice(0, at)}${jwt[at] === 'A' ? 'B' : 'A'}${jwt.slice(at + 1)}`
}
