import type { Call } from '../call.ts'
import type { SandboxClient } from './clients.ts'
import type { Grant } from './grant-book.ts'
import type { OAuthContext } from './oauth-context.ts'

export interface Issue {
  readonly client: Pick<SandboxClient, 'id' | 'accessTokenSeconds' | 'testing'>
  readonly grant: Grant
  readonly scopes: readonly string[]
  readonly withRefreshToken: boolean
  /** Default: what the vendor's settings say. */
  readonly refreshTokenSeconds?: number
}

export interface IssuedTokens {
  readonly accessToken: string
  /** Seconds. */
  readonly expiresIn: number
  readonly refreshToken?: string
}

/** Hands out tokens and notes them in the ledger. */
export function issueTokens(call: Call, issue: Issue, { grants, clock, settings }: OAuthContext): IssuedTokens {
  const { client, grant, scopes, withRefreshToken, refreshTokenSeconds = settings.refreshTokenSeconds } = issue
  const nowMs = clock.nowMs()
  const expiresIn = client.accessTokenSeconds ?? settings.accessTokenSeconds
  const accessToken = grants.issueAccessToken(grant, { nowMs, lifeMs: expiresIn * 1000, scopes })
  call.entry.account = grant.account.accountKey
  call.entry.issuedAccessToken = grants.trace(accessToken)
  if (!withRefreshToken) return { accessToken: accessToken.value, expiresIn }
  const refreshToken = grants.issueRefreshToken(grant, { nowMs, lifeMs: refreshTokenSeconds * 1000 })
  call.entry.issuedRefreshToken = grants.trace(refreshToken)
  return { accessToken: accessToken.value, expiresIn, refreshToken: refreshToken.value }
}
