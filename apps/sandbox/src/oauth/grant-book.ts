import type { SandboxAccount } from '../accounts.ts'
import type { TokenTrace } from '../ledger.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Kept } from '../state/kept.ts'
import { type VendorId, vendorOf } from '../vendor.ts'
import type { Parameters } from './form.ts'

/** What one authorization gave: a family of tokens. */
export interface Grant {
  readonly family: string
  readonly clientId: string
  readonly account: SandboxAccount
  readonly scopes: readonly string[]
  /** Refresh tokens handed out so far. */
  refreshTokens: number
  /** Access tokens handed out so far. */
  accessTokens: number
}

export interface TokenState {
  readonly value: string
  readonly grant: Grant
  readonly generation: number
  readonly issuedAtMs: number
  expiresAtMs: number
  revoked: boolean
}

export interface RefreshToken extends TokenState {
  spentAtMs?: number
  graceUses: number
}

export interface AccessToken extends TokenState {
  readonly scopes: readonly string[]
}

export interface AuthorizationCode {
  readonly value: string
  readonly clientId: string
  readonly account: SandboxAccount
  readonly scopes: readonly string[]
  /** Those of the authorization request. */
  readonly parameters: Parameters
  /** Whether a person was asked. */
  readonly pageShown: boolean
  /** Where the code was sent. */
  readonly redirectUri: string
  /** Whether the authorization request named it; then the token request must too. */
  readonly redirectUriSent: boolean
  readonly codeChallenge?: string
  readonly expiresAtMs: number
  used: boolean
  /** What it was exchanged for. */
  grant?: Grant
}

/** Picks grants; all named members must fit. */
export interface GrantMatch {
  /** Account key or login e-mail. */
  readonly account?: string
  readonly clientId?: string
  readonly family?: string
  readonly vendor?: VendorId
}

/** Everything the authorization server has given out. */
export interface GrantBook extends Kept {
  addCode(code: Omit<AuthorizationCode, 'value' | 'used' | 'grant'>): AuthorizationCode
  findCode(value: string): AuthorizationCode | undefined
  open(grant: Pick<Grant, 'clientId' | 'account' | 'scopes'>): Grant
  issueAccessToken(grant: Grant, o: { nowMs: number; lifeMs: number; scopes: readonly string[] }): AccessToken
  issueRefreshToken(grant: Grant, o: { nowMs: number; lifeMs: number }): RefreshToken
  /** Lists all grants with their tokens, oldest first. */
  list(): { grant: Grant; refresh: readonly RefreshToken[]; access: readonly AccessToken[] }[]
  /** Lists the grants of a client and person that still have a living token. */
  living(match: GrantMatch, nowMs: number): Grant[]
  /** Lists the refresh tokens of a client and person that are neither spent nor revoked nor expired, oldest first. */
  livingRefreshTokens(match: GrantMatch, nowMs: number): RefreshToken[]
  findAccessToken(value: string): AccessToken | undefined
  findRefreshToken(value: string): RefreshToken | undefined
  /** Ends all tokens of a family; with `only: 'access'` its access tokens. Returns whether any was alive. */
  revokeFamily(family: string, only?: 'access'): boolean
  /** Returns the number of grants that were ended. */
  revoke(match: GrantMatch): number
  /** Lets all living access tokens that fit expire now. Returns how many. */
  expireAccessTokens(match: GrantMatch, nowMs: number): number
  trace(token: TokenState): Required<TokenTrace>
}

export function createGrantBook(random: SeededRandom): GrantBook {
  const codes = new Map<string, AuthorizationCode>()
  const grants: Grant[] = []
  const families = new Map<string, { access: AccessToken[]; refresh: RefreshToken[] }>()
  const accessTokens = new Map<string, AccessToken>()
  const refreshTokens = new Map<string, RefreshToken>()
  const kept = { codes, grants, families, accessTokens, refreshTokens }

  function reset(): void {
    for (const book of [codes, families, accessTokens, refreshTokens]) book.clear()
    grants.length = 0
  }

  function revokeFamily(family: string, only?: 'access'): boolean {
    const { access = [], refresh = [] } = families.get(family) ?? {}
    const alive = [...access, ...(only === 'access' ? [] : refresh)].filter((token) => !token.revoked)
    for (const token of alive) token.revoked = true
    return alive.length > 0
  }

  function tokensOf({ family }: Grant): TokenState[] {
    const { access = [], refresh = [] } = families.get(family) ?? {}
    return [...access, ...refresh]
  }

  return {
    addCode(code) {
      const added = { ...code, value: random.token('code'), used: false }
      codes.set(added.value, added)
      return added
    },
    findCode: (value) => codes.get(value),
    open(grant) {
      const opened = { ...grant, family: `family-${grants.length + 1}`, refreshTokens: 0, accessTokens: 0 }
      grants.push(opened)
      families.set(opened.family, { access: [], refresh: [] })
      return opened
    },
    issueAccessToken(grant, { nowMs, lifeMs, scopes }) {
      grant.accessTokens += 1
      const life = { issuedAtMs: nowMs, expiresAtMs: nowMs + lifeMs, revoked: false }
      const token = { value: random.token('access'), grant, generation: grant.accessTokens, ...life, scopes }
      accessTokens.set(token.value, token)
      families.get(grant.family)?.access.push(token)
      return token
    },
    issueRefreshToken(grant, { nowMs, lifeMs }) {
      grant.refreshTokens += 1
      const life = { issuedAtMs: nowMs, expiresAtMs: nowMs + lifeMs, revoked: false, graceUses: 0 }
      const token = { value: random.token('refresh'), grant, generation: grant.refreshTokens, ...life }
      refreshTokens.set(token.value, token)
      families.get(grant.family)?.refresh.push(token)
      return token
    },
    list: () => grants.map((grant) => ({ grant, ...(families.get(grant.family) ?? { refresh: [], access: [] }) })),
    living: (match, nowMs) =>
      grants.filter((grant) => fits(grant, match) && tokensOf(grant).some((token) => isAlive(token, nowMs))),
    livingRefreshTokens: (match, nowMs) =>
      [...refreshTokens.values()].filter(
        (token) => fits(token.grant, match) && token.spentAtMs === undefined && isAlive(token, nowMs),
      ),
    findAccessToken: (value) => accessTokens.get(value),
    findRefreshToken: (value) => refreshTokens.get(value),
    revokeFamily,
    revoke(match) {
      return grants.filter((grant) => fits(grant, match) && revokeFamily(grant.family)).length
    },
    expireAccessTokens(match, nowMs) {
      const alive = [...accessTokens.values()].filter((token) => !token.revoked && token.expiresAtMs > nowMs)
      const hit = alive.filter((token) => fits(token.grant, match))
      for (const token of hit) token.expiresAtMs = nowMs
      return hit.length
    },
    trace: (token) => ({
      hash: random.fingerprint(token.value),
      family: token.grant.family,
      generation: token.generation,
    }),
    save: () => kept,
    load(saved) {
      reset()
      const before = saved as typeof kept
      grants.push(...before.grants)
      refill(codes, before.codes)
      refill(families, before.families)
      refill(accessTokens, before.accessTokens)
      refill(refreshTokens, before.refreshTokens)
    },
    reset,
  }
}

function refill<T>(book: Map<string, T>, entries: ReadonlyMap<string, T>): void {
  for (const [key, value] of entries) book.set(key, value)
}

function isAlive(token: TokenState, nowMs: number): boolean {
  return !token.revoked && nowMs < token.expiresAtMs
}

function fits(grant: Grant, match: GrantMatch): boolean {
  const { account, clientId, family, vendor } = match
  if (account !== undefined && account !== grant.account.accountKey && account !== grant.account.principal) return false
  if (vendor !== undefined && vendor !== vendorOf(grant.account)) return false
  if (clientId !== undefined && clientId !== grant.clientId) return false
  return family === undefined || family === grant.family
}
