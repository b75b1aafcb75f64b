import type { Call } from '../call.ts'
import { decideRefresh, type RefreshDecision } from '../rotation.ts'
import { type ClientRequest, invalidGrant, oauthError, type Refused } from './authenticate-client.ts'
import { splitScopes } from './form.ts'
import type { RefreshToken } from './grant-book.ts'
import type { OAuthContext } from './oauth-context.ts'

export interface RedeemedRefreshToken {
  readonly token: RefreshToken
  readonly scopes: readonly string[]
  /** Whether another one takes its place. */
  readonly replace: boolean
}

/** Judges a refresh token by the rotation in force, notes the verdict in the ledger, and spends the token. */
export function redeemRefreshToken(
  call: Call,
  { client, form }: ClientRequest,
  { grants, clock, random, settings }: OAuthContext,
): Refused | RedeemedRefreshToken {
  const value = form.get('refresh_token')
  if (value === undefined) return { refused: oauthError(400, 'invalid_request', 'refresh_token is missing.') }
  const token = grants.findRefreshToken(value)
  if (token === undefined) {
    call.entry.presented = { hash: random.fingerprint(value), verdict: 'unknown' }
    return { refused: invalidGrant('The refresh token is not known.') }
  }
  if (token.grant.clientId !== client.id) {
    call.entry.presented = { ...grants.trace(token), verdict: 'wrong_client' }
    return { refused: invalidGrant('The refresh token belongs to another client.') }
  }

  const decision = decideRefresh(token, client.rotation ?? settings.rotation, clock.nowMs())
  call.entry.presented = { ...grants.trace(token), verdict: decision.verdict }
  if (decision.revokeFamily) grants.revokeFamily(token.grant.family)
  if (!decision.accepted) return { refused: invalidGrant(`The refresh token is ${describeVerdict(decision)}.`) }

  const scopes = splitScopes(form.get('scope') ?? token.grant.scopes.join(' '))
  if (scopes.some((scope) => !token.grant.scopes.includes(scope))) {
    return { refused: oauthError(400, 'invalid_scope', 'A refresh cannot widen the scope.') }
  }
  spend(token, decision, clock.nowMs())
  if (client.refreshKillsAccessToken ?? settings.refreshKillsAccessToken) {
    grants.revokeFamily(token.grant.family, 'access')
  }
  return { token, scopes, replace: decision.replace }
}

function describeVerdict({ verdict, revokeFamily }: RefreshDecision): string {
  if (verdict !== 'reuse') return verdict
  return revokeFamily ? 'spent; its whole family is revoked' : 'spent'
}

function spend(token: RefreshToken, { verdict, replace }: RefreshDecision, nowMs: number): void {
  if (verdict === 'spent_in_grace') token.graceUses += 1
  else if (replace) token.spentAtMs = nowMs
}
