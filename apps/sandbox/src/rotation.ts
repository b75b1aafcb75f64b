import { checkKeys, checkNumber, isObject } from './check-option.ts'
import type { RefreshVerdict } from './ledger.ts'
import { SandboxError } from './sandbox-error.ts'

/**
 * What the server does with the refresh token at a refresh: `none` keeps it; `sometimes` replaces it only late in its
 * life, as GoTo does; `strict` replaces it every time and takes a second presentation for theft; grace replaces it every
 * time and forgives so many further presentations within so many seconds.
 */
export type Rotation =
  | 'none'
  | 'sometimes'
  | 'strict'
  | { readonly grace: { readonly seconds: number; readonly uses: number } }

/** GoTo hands out a new refresh token after 60 % of the old one's life (seen by one client; not documented). */
const renewalShare = 0.6

export interface RefreshTokenState {
  readonly issuedAtMs: number
  readonly expiresAtMs: number
  /** When another token took its place. */
  readonly spentAtMs?: number
  /** Presentations forgiven since. */
  readonly graceUses: number
  readonly revoked: boolean
}

export interface RefreshDecision {
  readonly verdict: RefreshVerdict
  readonly accepted: boolean
  /** Hand out a new refresh token; the presented one is spent. */
  readonly replace: boolean
  readonly revokeFamily: boolean
}

/** Judges one presentation of a refresh token. */
export function decideRefresh(token: RefreshTokenState, rotation: Rotation, nowMs: number): RefreshDecision {
  // A spent token is reuse whatever happened to its family since: the ledger counts what clients do.
  if (token.spentAtMs !== undefined && !isForgiven(token, token.spentAtMs, rotation, nowMs)) {
    // Whether GoTo revokes the family is not recorded; its plain rotation is played without.
    return { ...refuse('reuse'), revokeFamily: rotation === 'strict' || isObject(rotation) }
  }
  if (token.revoked) return refuse('revoked')
  if (nowMs >= token.expiresAtMs) return refuse('expired')
  if (token.spentAtMs !== undefined) {
    return { verdict: 'spent_in_grace', accepted: true, replace: true, revokeFamily: false }
  }
  return { verdict: 'current', accepted: true, replace: isReplaced(token, rotation, nowMs), revokeFamily: false }
}

function isForgiven(token: RefreshTokenState, spentAtMs: number, rotation: Rotation, nowMs: number): boolean {
  if (!isObject(rotation)) return false
  return nowMs - spentAtMs <= rotation.grace.seconds * 1000 && token.graceUses < rotation.grace.uses
}

function refuse(verdict: RefreshVerdict): RefreshDecision {
  return { verdict, accepted: false, replace: false, revokeFamily: false }
}

function isReplaced(token: RefreshTokenState, rotation: Rotation, nowMs: number): boolean {
  if (rotation === 'none') return false
  if (rotation !== 'sometimes') return true
  return nowMs - token.issuedAtMs >= (token.expiresAtMs - token.issuedAtMs) * renewalShare
}

/** Returns `value` as a rotation or throws `invalid_option`. */
export function checkRotation(value: unknown): Rotation {
  if (value === 'none' || value === 'sometimes' || value === 'strict') return value
  if (isObject(value) && isObject(value.grace)) {
    checkKeys(value, ['grace'], 'rotation')
    checkKeys(value.grace, ['seconds', 'uses'], 'rotation.grace')
    checkNumber(value.grace.seconds, 'rotation.grace.seconds', 0)
    checkNumber(value.grace.uses, 'rotation.grace.uses', 0)
    return { grace: { seconds: Number(value.grace.seconds), uses: Number(value.grace.uses) } }
  }
  throw new SandboxError('invalid_option', 'rotation is none, sometimes, strict or { grace: { seconds, uses } }.')
}
