import { AuthError } from '../errors.ts'

/** The token fields of a grant. Instants are in the store's clock. */
export interface GrantTokens {
  readonly accessToken?: string
  readonly scopes?: readonly string[]
  readonly obtainedAtMs?: number
  readonly expiresAtMs?: number
  readonly refreshToken?: string
  readonly refreshTokenExpiresAtMs?: number
  /** When the refresh token was issued; only beside a known end. */
  readonly refreshTokenObtainedAtMs?: number
  /** Who signed in: `sub` of the ID token that was checked. */
  readonly subject?: string
  /** Members of the token answer that the provider's data allows to keep. */
  readonly extras?: Readonly<Record<string, string | number | boolean>>
}

/** How the next token set is obtained. Holds no secret. */
export type Renewal =
  | { readonly grant: 'refresh_token'; readonly importedFrom?: string }
  | {
      readonly grant: 'client_credentials'
      readonly scopes?: readonly string[]
      readonly parameters?: Readonly<Record<string, string>>
    }
  | {
      /** A key or token that the app holds is exchanged; while there is a refresh token, that renews. */
      readonly grant: 'exchange'
      /** The kind of exchange. */
      readonly by: string
      readonly scopes?: readonly string[]
      readonly parameters?: Readonly<Record<string, string>>
      readonly importedFrom?: string
    }

/** Tells whether the next token set takes a key or token that the app has to supply. */
export function needsExchange({ renewal, tokens }: Pick<GrantRecord, 'renewal' | 'tokens'>): boolean {
  return renewal.grant === 'exchange' && tokens.refreshToken === undefined
}

/** The durable, exclusive intention to send one token request. */
export interface Claim {
  readonly id: string
  readonly generation: number
  readonly atMs: number
  readonly deadlineMs: number
}

export type GrantState = 'active' | 'claimed' | 'reauth' | 'closed'

/** What the store keeps for one connection. Specified in docs/architecture.md, "The grant record". */
export interface GrantRecord {
  readonly v: 1
  /** Random, new for each sign-in. */
  readonly lineage: string
  /** Grows by one with each new token set. */
  readonly generation: number
  readonly state: GrantState
  /** When `state` was entered. */
  readonly sinceMs: number
  readonly renewal: Renewal
  readonly tokens: GrantTokens
  readonly claim?: Claim
  /** No attempt before this instant; 0 for none. */
  readonly retryAtMs: number
  readonly failures: number
  /** Presentations of this generation's refresh token whose outcome is unknown. */
  readonly unresolved: number
  /** When the first of them was claimed. */
  readonly unresolvedSinceMs?: number
  /** An API answered 401 to this generation's access token. */
  readonly refused: boolean
  /** Why a person has to authorize again. */
  readonly reason?: string
}

/** Reads a stored value. Unknown members are carried through; a newer format is refused, never rewritten. */
export function parseGrantRecord(value: string): GrantRecord {
  const record = parseJson(value)
  if (typeof record['v'] === 'number' && record['v'] > 1) {
    throw new AuthError(
      'store_value_newer',
      `The stored grant has format ${record['v']}, this version of auth-core reads format 1. Upgrade @grantkit/auth-core.`,
    )
  }
  if (!isGrantRecord(record)) throw invalidValue()
  return record
}

export function serializeGrantRecord(record: GrantRecord): string {
  return JSON.stringify(record)
}

function parseJson(value: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(value)
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>
  } catch {
    // The parser's message may quote the value, which holds tokens: it is left behind on purpose.
  }
  throw invalidValue()
}

function invalidValue(): AuthError {
  return new AuthError(
    'store_value_invalid',
    'The store holds something that is not a grant record (truncated, foreign or damaged). It was left as it is: ' +
      'restore it from a backup, or remove it and connect the account again.',
  )
}

const states: ReadonlySet<unknown> = new Set<GrantState>(['active', 'claimed', 'reauth', 'closed'])
const numbers = ['generation', 'sinceMs', 'retryAtMs', 'failures', 'unresolved'] as const

function isGrantRecord(record: object): record is GrantRecord {
  const r = record as Record<string, unknown>
  return (
    r['v'] === 1 &&
    typeof r['lineage'] === 'string' &&
    states.has(r['state']) &&
    numbers.every((name) => Number.isFinite(r[name])) &&
    typeof r['refused'] === 'boolean' &&
    isObject(r['tokens']) &&
    isGrantTokens(r['tokens']) &&
    isObject(r['renewal']) &&
    (r['state'] === 'claimed') === isClaim(r['claim'])
  )
}

const tokenTexts = ['accessToken', 'refreshToken']
const tokenNumbers = ['obtainedAtMs', 'expiresAtMs', 'refreshTokenExpiresAtMs']

/** A token of another type would be sent, and a time of another type would never be over. */
function isGrantTokens(tokens: Readonly<Record<string, unknown>>): boolean {
  return (
    tokenTexts.every((name) => tokens[name] === undefined || typeof tokens[name] === 'string') &&
    tokenNumbers.every((name) => tokens[name] === undefined || Number.isFinite(tokens[name]))
  )
}

function isClaim(value: unknown): boolean {
  return (
    isObject(value) &&
    typeof value['id'] === 'string' &&
    ['generation', 'atMs', 'deadlineMs'].every((name) => Number.isFinite(value[name]))
  )
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
