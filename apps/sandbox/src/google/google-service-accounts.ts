import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import type { SandboxAccount, VendorAccounts } from '../accounts.ts'
import type { Call } from '../call.ts'
import { checkKeys, checkText, isObject } from '../check-option.ts'
import { omit } from '../api/handler.ts'
import { formText, invalidGrant, oauthError, type Refused } from '../oauth/authenticate-client.ts'
import { splitScopes } from '../oauth/form.ts'
import type { SandboxClock } from '../sandbox-clock.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { Kept } from '../state/kept.ts'

export const jwtBearerGrantType = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** An account of a program. */
export interface SandboxServiceAccount {
  /** `client_email` of its key file. */
  readonly email: string
  /** The numeric client id that an admin delegates to. */
  readonly clientId: string
  /** Public half of its key, as PEM (SPKI). */
  readonly publicKey: string
  /** What it may do in a person's name: exactly these scopes. Default: nothing. */
  readonly delegatedScopes?: readonly string[]
}

export interface ServiceAccountBook extends Kept {
  add(account: SandboxServiceAccount): void
  find(email: string): (SandboxServiceAccount & { readonly key: KeyObject }) | undefined
}

const keys = ['email', 'clientId', 'publicKey', 'delegatedScopes']

export function createServiceAccountBook(): ServiceAccountBook {
  const accounts = new Map<string, SandboxServiceAccount & { readonly key: KeyObject }>()

  function add(account: SandboxServiceAccount): void {
    checkKeys(account, keys, 'serviceAccount')
    for (const name of ['email', 'clientId', 'publicKey'] as const) checkText(account[name], `serviceAccount.${name}`)
    accounts.set(account.email, { ...account, key: readKey(account.publicKey) })
  }

  return {
    add,
    find: (email) => accounts.get(email),
    save: () => Array.from(accounts.values(), (account) => omit({ ...account }, ['key'])),
    load(saved) {
      accounts.clear()
      for (const account of saved as SandboxServiceAccount[]) add(account)
    },
    reset: () => accounts.clear(),
  }
}

function readKey(pem: string): KeyObject {
  try {
    return createPublicKey(pem)
  } catch {
    throw new SandboxError('invalid_option', 'serviceAccount.publicKey must be a public key as PEM.')
  }
}

export interface RedeemedAssertion {
  readonly account: SandboxAccount
  readonly clientId: string
  readonly scopes: readonly string[]
}

interface AssertionContext {
  readonly serviceAccounts: ServiceAccountBook
  readonly accounts: VendorAccounts
  readonly clock: SandboxClock
}

const hourSeconds = 3600
// Clocks may differ by minutes, not more; where Google draws the line is not recorded.
const skewSeconds = 300

/**
 * Judges a service account's assertion, with Google's words where they are known.
 * https://developers.google.com/identity/protocols/oauth2/service-account, read in 2026.
 */
export function redeemAssertion(call: Call, context: AssertionContext): Refused | RedeemedAssertion {
  const assertion = new URLSearchParams(formText(call)).get('assertion')
  if (assertion === null) return { refused: oauthError(400, 'invalid_request', 'assertion is missing.') }
  const token = readToken(assertion)
  const service = token === undefined ? undefined : context.serviceAccounts.find(String(token.claims.iss))
  if (token === undefined || service === undefined) return { refused: invalidGrant('Invalid JWT: unknown issuer.') }
  if (token.alg !== 'RS256' || !verify('sha256', token.signed, service.key, token.signature)) {
    return { refused: invalidGrant('Invalid JWT signature.') }
  }
  const problem = findTimeProblem(token.claims, Math.floor(context.clock.nowMs() / 1000))
  if (problem !== undefined) return { refused: invalidGrant(problem) }
  const audience = new URL(call.url.pathname, call.url.origin).href
  if (token.claims.aud !== audience && token.claims.aud !== 'https://oauth2.googleapis.com/token') {
    return { refused: invalidGrant('Invalid JWT: the audience is another server.') }
  }
  const scopes = splitScopes(String(token.claims.scope ?? ''))
  if (scopes.length === 0) return { refused: oauthError(400, 'invalid_scope', 'The assertion names no scope.') }
  return actFor(token.claims.sub, service, scopes, context.accounts)
}

function actFor(
  subject: unknown,
  service: SandboxServiceAccount,
  scopes: readonly string[],
  accounts: VendorAccounts,
): Refused | RedeemedAssertion {
  const { clientId, email, delegatedScopes = [] } = service
  if (subject === undefined) {
    return { account: { vendor: 'google', accountKey: clientId, principal: email, admin: false }, clientId, scopes }
  }
  // The delegation must name each scope, character by character.
  if (!scopes.every((scope) => delegatedScopes.includes(scope))) {
    return { refused: oauthError(401, 'unauthorized_client', 'The client is not delegated these scopes.') }
  }
  const account = accounts.find(String(subject))
  return account === undefined ? { refused: invalidGrant('Invalid email or User ID') } : { account, clientId, scopes }
}

function findTimeProblem({ iat, exp }: Record<string, unknown>, now: number): string | undefined {
  const isReasonable =
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    iat <= now + skewSeconds &&
    exp > now - skewSeconds &&
    exp - iat <= hourSeconds
  return isReasonable
    ? undefined
    : 'Invalid JWT: a token must be short-lived (60 minutes) and in a reasonable time frame: check iat and exp.'
}

interface ReadToken {
  readonly alg: unknown
  readonly claims: Record<string, unknown>
  readonly signed: Buffer
  readonly signature: Buffer
}

function readToken(assertion: string): ReadToken | undefined {
  const [header = '', claims = '', signature, ...more] = assertion.split('.')
  if (signature === undefined || more.length > 0) return undefined
  const [first, second] = [header, claims].map(readPart)
  if (first === undefined || second === undefined) return undefined
  const signed = Buffer.from(`${header}.${claims}`)
  return { alg: first.alg, claims: second, signed, signature: Buffer.from(signature, 'base64url') }
}

function readPart(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
