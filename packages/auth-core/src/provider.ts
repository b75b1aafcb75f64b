import { checkOptions } from './check-options.ts'
import { AuthError } from './errors.ts'
import type { Rotation } from './refresh/steps.ts'

/** How a client proves itself at the token endpoint, in RFC 8414's words. */
export type ClientAuthenticationMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'

/** How an ID token may be signed. None of them works without the server's private key. */
export type IdTokenAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'Ed25519'
  | 'EdDSA'

export const idTokenAlgorithms: readonly IdTokenAlgorithm[] = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'Ed25519',
  'EdDSA',
]

/** What a provider's token answer looks like once it was read as JSON. */
export interface TokenAnswer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
}

/** An authorization server with its quirks, as data. Times are in seconds, as in the standards. */
export interface ProviderData {
  /** Short lower-case name; part of every store key. */
  readonly id: string
  /** Issuer identifier of RFC 8414, compared character by character with `iss`. */
  readonly issuer: string
  readonly endpoints: {
    readonly authorization?: string
    readonly token: string
    readonly revocation?: string
    readonly introspection?: string
    readonly deviceAuthorization?: string
    /** Where given, each authorization request is pushed there first (RFC 9126). */
    readonly pushedAuthorizationRequest?: string
    /** The keys that sign ID tokens. */
    readonly jwks?: string
  }
  /** What the server accepts, the default first. */
  readonly clientAuthentication: readonly [ClientAuthenticationMethod, ...ClientAuthenticationMethod[]]
  /** The server promises `iss` in every callback (RFC 9207). Default false. */
  readonly sendsIssuerInCallback?: boolean
  /** The server takes pushed authorization requests only (RFC 9126 §5). Default false. */
  readonly requiresPushedAuthorizationRequest?: boolean
  /** `none` for a server that cannot take a code challenge; every other gets S256. Default `S256`. */
  readonly pkce?: 'S256' | 'none'
  /** Signature algorithms of ID tokens. Default RS256 alone. */
  readonly idTokenAlgorithms?: readonly [IdTokenAlgorithm, ...IdTokenAlgorithm[]]
  /** Redirect URIs on a loopback address match with any port (RFC 8252 §7.3). Default false. */
  readonly acceptsAnyLoopbackPort?: boolean
  /** Extra parameters of the authorization request. */
  readonly authorizationParameters?: Readonly<Record<string, string>>
  /** Scopes asked for when the caller names none; absent: the `scope` parameter is left out. */
  readonly defaultScopes?: readonly string[]
  /** Origins that may receive the access token; the first is the default. */
  readonly audience: readonly [string, ...string[]]
  /** What happens to a refresh token that was used. `unknown` is handled as `strict`. */
  readonly rotation: Rotation
  /** The introspection endpoint answers for refresh tokens. Default false. */
  readonly introspectsRefreshTokens?: boolean
  /** A 5xx of the token endpoint means the request was not processed. Default false. */
  readonly serverErrorMeansNotProcessed?: boolean
  /** Revoking any one token ends the whole grant. Default true, the careful assumption. */
  readonly revocationEndsGrant?: boolean
  /** Lifetimes used when the answer names none. */
  readonly lifetimes?: { readonly accessTokenSeconds?: number; readonly refreshTokenSeconds?: number }
  /** Members of the token answer worth keeping; all others are dropped. */
  readonly extras?: readonly string[]
  /** Which of the extras identifies the person who signed in. */
  readonly subject?: string
  /** Repairs an answer that breaks the standard. Pure. */
  readonly conform?: (answer: TokenAnswer) => TokenAnswer
  /** Allows plain http for the loopback addresses among the endpoints and the audience. Default false. */
  readonly allowLoopbackHttp?: boolean
}

/** Shared by all copies of the package. Not enumerable, so that a copy with other members is no provider. */
const checked: unique symbol = Symbol.for('@grantkit/provider') as never

/** A checked and frozen {@link ProviderData}. Made by {@link defineProvider}. */
export interface Provider extends ProviderData {
  readonly [checked]: true
}

/** Tells whether a value went through {@link defineProvider}, of whichever copy of the package. */
export function isProvider(value: unknown): value is Provider {
  return typeof value === 'object' && value !== null && checked in value
}

const members = [
  'id',
  'issuer',
  'endpoints',
  'clientAuthentication',
  'sendsIssuerInCallback',
  'requiresPushedAuthorizationRequest',
  'pkce',
  'idTokenAlgorithms',
  'acceptsAnyLoopbackPort',
  'authorizationParameters',
  'defaultScopes',
  'audience',
  'rotation',
  'introspectsRefreshTokens',
  'serverErrorMeansNotProcessed',
  'revocationEndsGrant',
  'lifetimes',
  'extras',
  'subject',
  'conform',
  'allowLoopbackHttp',
]

const endpointNames: readonly (keyof ProviderData['endpoints'])[] = [
  'authorization',
  'token',
  'revocation',
  'introspection',
  'deviceAuthorization',
  'pushedAuthorizationRequest',
  'jwks',
]

/**
 * Checks and freezes a provider's data. Throws `insecure_endpoint` for an address that is not https (plain http only
 * on loopback and only with `allowLoopbackHttp`) and `invalid_option` for anything else that cannot work.
 */
export function defineProvider(data: ProviderData): Provider {
  checkOptions('provider', data, members)
  if (typeof data.id !== 'string' || !/^[a-z][a-z0-9-]*$/.test(data.id)) {
    throw invalid(`id "${data.id}" must be lower-case letters, digits and dashes, starting with a letter.`)
  }
  checkOptions('provider.endpoints', data.endpoints, endpointNames)
  if (data.endpoints.token === undefined) throw invalid('endpoints.token is missing.')
  for (const [name, address] of [['issuer', data.issuer], ...Object.entries(data.endpoints)]) {
    checkAddress(`provider.${name}`, address, data.allowLoopbackHttp)
  }
  if (data.audience.length === 0) throw invalid('audience must name at least one origin.')
  for (const origin of data.audience) {
    if (checkAddress('provider.audience', origin, data.allowLoopbackHttp).origin !== origin) {
      throw invalid(`audience "${origin}" must be an origin such as "https://api.example.com", without a path.`)
    }
  }
  checkAuthorization(data)
  if (data.subject !== undefined && !data.extras?.includes(data.subject)) {
    throw invalid(`subject "${data.subject}" must be one of extras.`)
  }
  const copies = Object.entries(data).map(([name, member]) => [name, frozenCopy<unknown>(member)])
  return Object.freeze(Object.defineProperty(Object.fromEntries(copies), checked, { value: true })) as Provider
}

function checkAuthorization({ endpoints, ...data }: ProviderData): void {
  if (data.requiresPushedAuthorizationRequest === true && endpoints.pushedAuthorizationRequest === undefined) {
    throw invalid('requiresPushedAuthorizationRequest is set, but endpoints.pushedAuthorizationRequest is missing.')
  }
  if (data.pkce !== undefined && data.pkce !== 'S256' && data.pkce !== 'none') {
    throw invalid("pkce must be 'S256' or, for a server that cannot take a challenge, 'none'.")
  }
  const unknown = data.idTokenAlgorithms?.find((name) => !idTokenAlgorithms.includes(name))
  if (unknown !== undefined || data.idTokenAlgorithms?.length === 0) {
    throw invalid(`idTokenAlgorithms must be of ${idTokenAlgorithms.join(', ')}.`)
  }
}

/**
 * Replaces members of a provider, such as lifetimes that were agreed with the vendor. `endpoints` and `lifetimes` are
 * merged, so that one of them can be changed.
 */
export function providerWith(provider: Provider, changes: ProviderChanges): Provider {
  const { endpoints, lifetimes, ...others } = changes
  return defineProvider({
    ...provider,
    ...others,
    endpoints: { ...provider.endpoints, ...endpoints },
    ...(provider.lifetimes || lifetimes ? { lifetimes: { ...provider.lifetimes, ...lifetimes } } : {}),
  })
}

/** What {@link providerWith} replaces. */
export type ProviderChanges = Partial<Omit<ProviderData, 'endpoints'>> & {
  readonly endpoints?: Partial<ProviderData['endpoints']>
}

/**
 * Moves every endpoint and audience origin of a provider to one other origin, such as a sandbox or a proxy. A loopback
 * http origin switches plain http on for it.
 */
export function providerAt(provider: Provider, origin: string): Provider {
  const target = checkAddress('origin', origin, true)
  const move = (address: string): string => target.origin + new URL(address).pathname.replace(/^\/$/, '')
  const endpoints = Object.fromEntries(
    Object.entries(provider.endpoints).map(([name, address]) => [name, move(address)]),
  ) as unknown as ProviderData['endpoints']
  return defineProvider({
    ...provider,
    issuer: move(provider.issuer),
    endpoints,
    audience: [target.origin],
    allowLoopbackHttp: target.protocol === 'http:',
  })
}

const loopbackHosts = new Set(['localhost', '[::1]'])

function isLoopback(hostname: string): boolean {
  return loopbackHosts.has(hostname) || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** Gives an address that may be asked: https, or http on loopback where allowed; without credentials. */
export function checkAddress(name: string, address: unknown, allowLoopbackHttp: boolean | undefined): URL {
  const url = typeof address === 'string' && URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined) throw invalid(`${name} is not an absolute URL.`)
  if (url.username !== '' || url.password !== '') throw invalid(`${name} must not contain credentials.`)
  if (url.protocol === 'https:') return url
  if (url.protocol === 'http:' && allowLoopbackHttp === true && isLoopback(url.hostname)) return url
  throw new AuthError(
    'insecure_endpoint',
    `${name} must use https, but is ${url.protocol}//${url.host}. Plain http is possible for loopback addresses only, ` +
      'with allowLoopbackHttp: true.',
  )
}

function invalid(problem: string): AuthError {
  return new AuthError('invalid_option', `provider: ${problem}`)
}

function frozenCopy<T>(value: T): T {
  if (Array.isArray(value)) return Object.freeze(value.map(frozenCopy)) as T
  if (typeof value !== 'object' || value === null) return value
  const copies = Object.entries(value).map(([name, member]) => [name, frozenCopy<unknown>(member)])
  return Object.freeze(Object.fromEntries(copies)) as T
}
