/** What a caller can do about an error. */
export type AuthErrorAction = 'reconnect' | 'retry' | 'fix-config' | 'more-scopes'

/** Which part of the work failed. */
export type AuthErrorFamily = 'config' | 'grant' | 'callback' | 'sign-in' | 'protocol' | 'transport' | 'storage'

interface CodeFacts {
  readonly family: AuthErrorFamily
  readonly action: AuthErrorAction
  readonly retryable: boolean
}

const config = { family: 'config', action: 'fix-config', retryable: false } as const
const grant = { family: 'grant', action: 'reconnect', retryable: false } as const
const callback = { family: 'callback', action: 'reconnect', retryable: false } as const
const signIn = { family: 'sign-in', action: 'fix-config', retryable: false } as const
const protocol = { family: 'protocol', action: 'retry', retryable: true } as const
const transport = { family: 'transport', action: 'retry', retryable: true } as const
const storage = { family: 'storage', action: 'retry', retryable: true } as const

/** Every code with its facts. Codes are a public contract: adding one is minor, changing a meaning is major. */
const codeFacts = {
  /** An option is unknown, missing or of the wrong kind. */
  invalid_option: config,
  /** No client id was given, or it is empty. */
  missing_client_id: config,
  /** An endpoint or origin is not https, and plain http was not allowed for this loopback address. */
  insecure_endpoint: config,
  /** The protocol times break `sendMs + requestMs + saveMs < claimMs`. */
  invalid_times: config,
  /** A rotating provider was combined with a store that forgets. */
  volatile_store: config,
  /** The account name cannot be used as part of a store key. */
  invalid_account: config,
  /** The provider offers no endpoint for what was asked. */
  unsupported_by_provider: config,
  /** A request would have carried the token to an origin outside the provider's audience. */
  origin_not_allowed: config,
  /** The authorization server refused the client itself, not the grant. */
  client_rejected: config,
  /** The authorization server refused a grant that no person can renew (client credentials). */
  grant_rejected: config,
  /** `autoRefresh` is off and the access token has ended. */
  access_token_expired: { family: 'config', action: 'retry', retryable: true },
  /** The auth client was disposed. */
  client_closed: config,

  /** Nothing is stored for this account, or it was disconnected. */
  not_connected: grant,
  /** The provider ended the grant; a person has to authorize again. */
  reconnect: grant,
  /** A different person signed in than the account belongs to. */
  account_mismatch: grant,
  /** The authorization server refused the authorization code. */
  code_rejected: grant,

  /** The callback does not go to the redirect URI of its attempt. */
  redirect_uri_mismatch: { ...callback, action: 'fix-config' },
  /** The callback carries no `state`. */
  state_missing: callback,
  /** The callback's `state` was never issued here, or it was already used. */
  state_unknown: callback,
  /** The authorization attempt is too old. */
  state_expired: callback,
  /** The callback arrived in another session than the attempt began in. */
  session_mismatch: callback,
  /** An OAuth parameter stands twice in the callback. */
  parameter_repeated: callback,
  /** The callback names another issuer, or lacks the issuer the provider promised. */
  issuer_mismatch: callback,
  /** The person, or the provider for them, said no. */
  access_denied: callback,
  /** The authorization server answered the attempt with an error. */
  authorization_failed: callback,
  /** The callback carries neither a code nor an error. */
  code_missing: callback,

  /** No client secret was given, or it is empty, and the client was not said to be public. */
  missing_client_secret: signIn,
  /** The redirect URI is not a loopback address with a port and a path, so no local program can answer on it. */
  invalid_redirect_uri: signIn,
  /** Another program, or another sign-in, listens on the port of the redirect URI. */
  port_in_use: signIn,
  /** Nobody here can see or open a browser. */
  no_browser: signIn,
  /** Nobody finished signing in within the time given. */
  sign_in_timeout: { ...signIn, action: 'reconnect' },
  /** Tokens would be stored unsealed, and nobody said that this is fine. */
  unsealed_store: signIn,

  /** The authorization server's answer cannot be used. */
  response_invalid: protocol,

  /** The token request was never sent: name lookup, connect or TLS failed. */
  provider_unreachable: transport,
  /** The token request got no answer in time, or the connection broke. */
  provider_no_answer: transport,
  /** The function that gives the client secret failed. */
  client_secret_unavailable: transport,
  /** The authorization server answered with a server error. */
  provider_unavailable: transport,
  /** The authorization server asked for fewer requests. */
  rate_limited: transport,
  /** An earlier attempt failed; the next one is scheduled at `retryAtMs`. */
  backing_off: transport,
  /** Another refresh did not end within the wait. */
  wait_timeout: transport,
  /** A 401 could not be repeated because the request's body can be read only once. */
  body_not_replayable: transport,

  /** The store could not be reached or did not answer. */
  store_failed: storage,
  /** The store is locked by somebody else for too long. */
  store_busy: storage,
  /** The store refuses writes. */
  store_read_only: { ...storage, action: 'fix-config', retryable: false },
  /** What the store holds is not a record of ours. */
  store_value_invalid: { ...storage, action: 'fix-config', retryable: false },
  /** What the store holds was written by a newer version of this library. */
  store_value_newer: { ...storage, action: 'fix-config', retryable: false },
} as const satisfies Record<string, CodeFacts>

export type AuthErrorCode = keyof typeof codeFacts

/** All error codes, for exhaustive handling and documentation. */
export const authErrorCodes: readonly AuthErrorCode[] = Object.keys(codeFacts) as AuthErrorCode[]

export interface AuthErrorDetails {
  /** The safe remainder of what went wrong below: never a body, never a header. */
  cause?: unknown
  provider?: string
  account?: string
  /** HTTP status of the authorization server's answer. */
  status?: number
  /** The `error` member of the authorization server's answer. */
  oauthError?: string
  /** When the next attempt is due, in epoch milliseconds of the store's clock. */
  retryAtMs?: number
}

const brand = Symbol.for('@grantkit/auth-error')

/**
 * Tells what failed, for what, and what to do about it. Test with {@link isAuthError}: `instanceof` fails when two
 * copies of the package meet. No message, cause or field ever holds a secret.
 */
export class AuthError extends Error {
  override readonly name = 'AuthError'
  readonly code: AuthErrorCode
  readonly family: AuthErrorFamily
  readonly action: AuthErrorAction
  readonly retryable: boolean
  declare readonly provider?: string
  declare readonly account?: string
  declare readonly status?: number
  declare readonly oauthError?: string
  declare readonly retryAtMs?: number

  constructor(code: AuthErrorCode, message: string, details: AuthErrorDetails = {}) {
    const { cause, ...fields } = details
    super(message, cause === undefined ? undefined : { cause })
    const facts: CodeFacts = codeFacts[code]
    this.code = code
    this.family = facts.family
    this.action = facts.action
    this.retryable = facts.retryable
    Object.assign(this, fields)
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Tells whether `error` is an {@link AuthError}, of the given code if one is named. Works across package copies. */
export function isAuthError(error: unknown, code?: AuthErrorCode): error is AuthError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false
  return code === undefined || ('code' in error && error.code === code)
}
