import { checkOptions } from '../check-options.ts'
import { AuthError } from '../errors.ts'
import type { GrantRecord, Renewal } from '../refresh/grant-record.ts'
import type { TokensOutcome } from '../refresh/outcome.ts'
import type { NewTokens } from '../refresh/steps.ts'
import type { Stopwatch } from '../stopwatch.ts'
import { sha256 } from '../store-key.ts'
import type { Exchange } from './exchange.ts'
import type { Wire } from './token-endpoint.ts'

/** What `connect` writes down, before any request: the first call that needs a token fetches it, once for all. */
export interface StandingGrant {
  /** Gives the decision what to install: undefined when the stored grant already came from this one. */
  plan(): Promise<(stored: GrantRecord | undefined) => GrantPlan | undefined>
  /** What this process renews the grant with, where a key or a token is needed that nobody stores. */
  readonly exchange?: Exchange
}

/** A grant that a person gives while `connect` waits. */
export interface AwaitedGrant {
  obtain(wire: Wire, account: string): Promise<Obtained>
}

/** What `connect` takes. Made by `clientCredentials`, `refreshToken`, `jwtBearer`, `vendorGrant` or `deviceCode`. */
export type Grant = StandingGrant | AwaitedGrant

export interface GrantPlan {
  readonly renewal: Renewal
  readonly answer?: NewTokens
}

/** Tokens that were just answered, not stored yet. */
export interface Obtained {
  readonly outcome: TokensOutcome
  /** Started before the request that brought them. */
  readonly watch: Stopwatch
  /** What was asked for, if anything. */
  readonly scopes?: readonly string[]
  /** What the ID token has to repeat. */
  readonly nonce?: string
  /** Lets another person take the account over. */
  readonly allowOtherPerson: boolean
}

/**
 * Connects the client itself (RFC 6749 §4.4). The first token is fetched by the first call that needs one, once for
 * all processes; there is no refresh token, each renewal is a new request.
 */
export function clientCredentials(
  options: { scopes?: readonly string[]; parameters?: Readonly<Record<string, string>> } = {},
): Grant {
  checkOptions('clientCredentials', options, ['scopes', 'parameters'])
  const { scopes, parameters } = options
  // In one order, whatever order the caller wrote: two programs must agree on what is stored.
  const renewal: Renewal = {
    grant: 'client_credentials',
    ...(scopes === undefined ? {} : { scopes }),
    ...(parameters === undefined ? {} : { parameters }),
  }
  return { plan: () => Promise.resolve(planFor({ renewal, answer: nothingYet(scopes) })) }
}

/**
 * Imports a refresh token that was obtained elsewhere. Importing the same token again is a no-op, so that a program
 * may do so at every start: the stored, perhaps rotated, token is kept. So is the end of the grant: a token that the
 * provider refused is not sent again until the account was disconnected.
 */
export function refreshToken(token: string): Grant {
  if (token === '') throw new AuthError('invalid_option', 'The refresh token to import is empty.')
  const plan: StandingGrant['plan'] = async () => {
    const renewal: Renewal = { grant: 'refresh_token', importedFrom: await sha256(token) }
    return planFor({ renewal, answer: { ...nothingYet(), refreshToken: token } })
  }
  // Not enumerable, so that printing the grant shows nothing.
  return Object.defineProperty({} as StandingGrant, 'plan', { value: plan })
}

/** Installs a plan unless the stored grant came from the same one. */
export function planFor(plan: GrantPlan): (stored: GrantRecord | undefined) => GrantPlan | undefined {
  const text = JSON.stringify(plan.renewal)
  return (stored) => (isInPlace(stored) && JSON.stringify(stored.renewal) === text ? undefined : plan)
}

/** No token so far. An answer without `scope` grants what was asked for (RFC 6749 §5.1). */
export function nothingYet(scopes?: readonly string[]): NewTokens {
  return { usable: false, issuedAgoMs: 0, ...(scopes === undefined ? {} : { scopes }) }
}

/** A grant that ended is put in place anew only where there is something else to exchange than what was refused. */
function isInPlace(stored: GrantRecord | undefined): stored is GrantRecord {
  if (stored === undefined || stored.state === 'closed') return false
  return stored.state !== 'reauth' || stored.renewal.grant === 'refresh_token'
}
