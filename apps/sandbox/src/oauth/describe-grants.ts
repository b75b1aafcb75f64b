import { type VendorId, vendorOf } from '../vendor.ts'
import type { GrantBook, RefreshToken, TokenState } from './grant-book.ts'

/** What one authorization gave, and what became of it. */
export interface GrantSummary {
  readonly family: string
  readonly vendor: VendorId
  readonly clientId: string
  readonly account: string
  readonly principal: string
  readonly scopes: readonly string[]
  readonly refreshTokens: readonly TokenSummary[]
  readonly accessTokens: readonly TokenSummary[]
}

export interface TokenSummary {
  /** Keyed hash of the token. */
  readonly hash: string
  /** Its number within the family. */
  readonly generation: number
  readonly state: 'current' | 'spent' | 'revoked' | 'expired'
  readonly issuedAtMs: number
  readonly expiresAtMs: number
}

/** Describes all grants, oldest first, without a secret. */
export function describeGrants(grants: GrantBook, nowMs: number): GrantSummary[] {
  const describe = (token: TokenState): TokenSummary => {
    const { hash, generation } = grants.trace(token)
    const { issuedAtMs, expiresAtMs } = token
    return { hash, generation, state: stateOf(token, nowMs), issuedAtMs, expiresAtMs }
  }
  return grants.list().map(({ grant, refresh, access }) => ({
    family: grant.family,
    vendor: vendorOf(grant.account),
    clientId: grant.clientId,
    account: grant.account.accountKey,
    principal: grant.account.principal,
    scopes: grant.scopes,
    refreshTokens: refresh.map(describe),
    accessTokens: access.map(describe),
  }))
}

/** In the order in which a presentation would be judged. */
function stateOf(token: TokenState | RefreshToken, nowMs: number): TokenSummary['state'] {
  if ('spentAtMs' in token && token.spentAtMs !== undefined) return 'spent'
  if (token.revoked) return 'revoked'
  return nowMs >= token.expiresAtMs ? 'expired' : 'current'
}
