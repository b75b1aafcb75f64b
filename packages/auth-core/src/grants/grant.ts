import { checkOptions } from '../check-options.ts'
import { AuthError } from '../errors.ts'
import { sha256 } from '../store-key.ts'
import type { GrantRecord, Renewal } from '../refresh/grant-record.ts'
import type { NewTokens } from '../refresh/steps.ts'

/** What `connect` writes down for a grant that needs no person. Made by `clientCredentials` or `refreshToken`. */
export interface Grant {
  /** Gives the decision what to install: undefined when the stored grant already came from this one. */
  plan(): Promise<(stored: GrantRecord | undefined) => GrantPlan | undefined>
}

export interface GrantPlan {
  readonly renewal: Renewal
  readonly answer?: NewTokens
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
  // An answer without `scope` grants what was asked for (RFC 6749 §5.1).
  const answer: NewTokens = { usable: false, issuedAgoMs: 0, ...(scopes === undefined ? {} : { scopes }) }
  return {
    plan: () =>
      Promise.resolve((stored) =>
        isLive(stored) && sameJson(stored.renewal, renewal) ? undefined : { renewal, answer },
      ),
  }
}

/**
 * Imports a refresh token that was obtained elsewhere. Importing the same token again is a no-op, so that a program
 * may do so at every start: the stored, perhaps rotated, token is kept.
 */
export function refreshToken(token: string): Grant {
  if (token === '') throw new AuthError('invalid_option', 'The refresh token to import is empty.')
  const plan: Grant['plan'] = async () => {
    const renewal: Renewal = { grant: 'refresh_token', importedFrom: await sha256(token) }
    const answer: NewTokens = { usable: false, refreshToken: token, issuedAgoMs: 0 }
    return (stored) => (isLive(stored) && sameJson(stored.renewal, renewal) ? undefined : { renewal, answer })
  }
  // Not enumerable, so that printing the grant shows nothing.
  return Object.defineProperty({} as Grant, 'plan', { value: plan })
}

function isLive(stored: GrantRecord | undefined): stored is GrantRecord {
  return stored !== undefined && stored.state !== 'closed' && stored.state !== 'reauth'
}

function sameJson(a: object, b: object): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
