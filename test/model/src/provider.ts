import { grace, type Configuration } from './configuration.ts'
import type { Answer } from './state.ts'

/** What the authorization server remembers. Refresh tokens are named `R<family>.<number>`. */
export interface Provider {
  readonly families: readonly Family[]
  /** Number of the token set issued last, over all families. */
  readonly issued: number
}

export interface Family {
  readonly alive: boolean
  /** The refresh tokens that may be used. */
  readonly current: readonly string[]
  /** The token spent last, while a grace server remembers it. */
  readonly spent?: { readonly token: string; readonly atMs: number; readonly uses: number }
}

export function newProvider(): Provider {
  return { families: [{ alive: true, current: ['R1.1'] }], issued: 1 }
}

export function familyOf(provider: Provider, token: string): Family | undefined {
  return provider.families[familyIndex(token)]
}

export function isCurrent(provider: Provider, token: string | undefined): boolean {
  const family = token === undefined ? undefined : familyOf(provider, token)
  return family !== undefined && family.alive && family.current.includes(token ?? '')
}

/** A person authorizes again: a new family. */
export function authorizeAnew(provider: Provider): { provider: Provider; refreshToken: string; access: number } {
  const access = provider.issued + 1
  const refreshToken = `R${provider.families.length + 1}.${access}`
  const families = [...provider.families, { alive: true, current: [refreshToken] }]
  return { provider: { families, issued: access }, refreshToken, access }
}

export interface Presented {
  readonly provider: Provider
  readonly answer: Answer
  /** The presentation was recognised as reuse and ended the family. */
  readonly killed?: Family
}

/** Processes one refresh request. `usable: false`: the new access token comes in a form nobody can use. */
export function present(
  provider: Provider,
  token: string,
  nowMs: number,
  { rotation }: Configuration,
  usable = true,
): Presented {
  const family = familyOf(provider, token)
  if (family === undefined || !family.alive) return { provider, answer: { kind: 'invalid_grant' } }
  const access = provider.issued + 1
  if (rotation === 'none') {
    return { provider: { ...provider, issued: access }, answer: { kind: 'tokens', access, usable } }
  }
  const next = spendToken(family, token, `R${familyIndex(token) + 1}.${access}`, nowMs, rotation === 'grace')
  if (next === undefined) {
    return {
      provider: replaceFamily(provider, token, { alive: false, current: [] }, provider.issued),
      answer: { kind: 'invalid_grant' },
      killed: family,
    }
  }
  return {
    provider: replaceFamily(provider, token, next.family, access),
    answer: { kind: 'tokens', access, refreshToken: next.successor, usable },
  }
}

function spendToken(
  family: Family,
  token: string,
  successor: string,
  nowMs: number,
  hasGrace: boolean,
): { family: Family; successor: string } | undefined {
  if (family.current.includes(token)) {
    const spent = hasGrace ? { spent: { token, atMs: nowMs, uses: 0 } } : {}
    return { family: { alive: true, current: [successor], ...spent }, successor }
  }
  const { spent } = family
  if (spent === undefined || spent.token !== token) return undefined
  if (spent.uses >= grace.uses || nowMs > spent.atMs + grace.graceSeconds * 1_000) return undefined
  const again = { ...spent, uses: spent.uses + 1 }
  return { family: { alive: true, current: [...family.current, successor], spent: again }, successor }
}

function replaceFamily(provider: Provider, token: string, family: Family, issued: number): Provider {
  return { families: provider.families.with(familyIndex(token), family), issued }
}

function familyIndex(token: string): number {
  return Number(token.slice(1, token.indexOf('.'))) - 1
}
