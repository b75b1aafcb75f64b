import type { Verdict } from '@grantkit/history'
import type { Scenario } from './scenario.ts'

export interface IssuedTokens {
  readonly accessToken: string
  readonly refreshToken?: string
}

export interface Judgement {
  readonly verdict: Verdict
  readonly family: string
  /** Absent: refused with invalid_grant. */
  readonly tokens?: IssuedTokens
}

/** The scripted authorization server: it rotates, forgives, and ends a family when a spent token comes back. */
export interface TokenServer {
  /** A person authorizes: a new family. */
  authorize(nowMs: number): { accessToken: string; refreshToken: string }
  present(refreshToken: string, nowMs: number): Judgement
  introspect(refreshToken: string): boolean
  revoke(token: string): void
  /** Ends every grant without being asked. */
  endGrants(): void
  /** Makes the API refuse every access token there is. */
  refuseAccessTokens(): void
  accepts(accessToken: string, nowMs: number): boolean
  /** The refresh tokens that would be taken. */
  current(): string[]
}

interface Family {
  readonly name: string
  alive: boolean
}

interface RefreshToken {
  readonly family: Family
  spentAtMs?: number
  uses: number
}

export function createTokenServer({ rotation, lifetimeMs = Infinity, revocationEndsGrant }: Scenario): TokenServer {
  const families: Family[] = []
  const refreshTokens = new Map<string, RefreshToken>()
  const accessTokens = new Map<string, { family: Family; endsAtMs: number }>()
  let issued = 0

  function issueAccess(family: Family, nowMs: number): string {
    const accessToken = `A${++issued}`
    accessTokens.set(accessToken, { family, endsAtMs: nowMs + lifetimeMs })
    return accessToken
  }

  function issueRefresh(family: Family): string {
    const refreshToken = `R${family.name}.${issued}`
    refreshTokens.set(refreshToken, { family, uses: 0 })
    return refreshToken
  }

  function isForgiven(token: RefreshToken, nowMs: number): boolean {
    if (typeof rotation !== 'object' || token.spentAtMs === undefined) return false
    return nowMs - token.spentAtMs <= rotation.graceSeconds * 1000 && token.uses < rotation.uses
  }

  function spend(token: RefreshToken, nowMs: number): Verdict {
    if (token.spentAtMs !== undefined && !isForgiven(token, nowMs)) return 'reuse'
    if (!token.family.alive) return 'revoked'
    if (token.spentAtMs === undefined) {
      if (rotation !== 'none') token.spentAtMs = nowMs
      return 'current'
    }
    token.uses += 1
    return 'spent_in_grace'
  }

  return {
    authorize(nowMs) {
      const family = { name: `${families.length + 1}`, alive: true }
      families.push(family)
      return { accessToken: issueAccess(family, nowMs), refreshToken: issueRefresh(family) }
    },
    present(refreshToken, nowMs) {
      const token = refreshTokens.get(refreshToken)
      if (token === undefined) return { verdict: 'revoked', family: 'none' }
      const { family } = token
      const verdict = spend(token, nowMs)
      if (verdict === 'reuse') family.alive = false
      if (verdict === 'reuse' || verdict === 'revoked') return { verdict, family: family.name }
      const accessToken = issueAccess(family, nowMs)
      const replaced = rotation === 'none' ? {} : { refreshToken: issueRefresh(family) }
      return { verdict, family: family.name, tokens: { accessToken, ...replaced } }
    },
    introspect(refreshToken) {
      const token = refreshTokens.get(refreshToken)
      return token !== undefined && token.family.alive && token.spentAtMs === undefined
    },
    revoke(token) {
      const family = (refreshTokens.get(token) ?? accessTokens.get(token))?.family
      if (family !== undefined && revocationEndsGrant) family.alive = false
      refreshTokens.delete(token)
      accessTokens.delete(token)
    },
    endGrants() {
      for (const family of families) family.alive = false
    },
    refuseAccessTokens: () => accessTokens.clear(),
    accepts(accessToken, nowMs) {
      const token = accessTokens.get(accessToken)
      return token !== undefined && token.family.alive && nowMs < token.endsAtMs
    },
    current: () =>
      [...refreshTokens].flatMap(([name, { family, spentAtMs }]) =>
        family.alive && spentAtMs === undefined ? [name] : [],
      ),
  }
}
