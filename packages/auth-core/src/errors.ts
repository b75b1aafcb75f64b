/** What went wrong. A public contract: adding a code is minor, changing a meaning is major. */
export type AuthErrorCode =
  /** An option is unknown, missing or of the wrong kind. */
  | 'invalid_option'
  /** No client id was given, or it is empty. */
  | 'missing_client_id'
  /** An endpoint or origin is not https, and plain http was not allowed for this loopback address. */
  | 'insecure_endpoint'
  /** A metadata document is not the issuer's own, or cannot be used. */
  | 'metadata_invalid'
  /** The protocol times break `sendMs + requestMs + saveMs < claimMs`. */
  | 'invalid_times'
  /** A rotating provider was combined with a store that forgets. */
  | 'volatile_store'
  /** The account name cannot be used as part of a store key. */
  | 'invalid_account'
  /** The provider offers no endpoint for what was asked. */
  | 'unsupported_by_provider'
  /** A request would have carried the token to an origin outside the provider's audience. */
  | 'origin_not_allowed'
  /** The authorization server refused the client itself, not the grant. */
  | 'client_rejected'
  /** The authorization server refused a grant that no person can renew (client credentials, a signed assertion). */
  | 'grant_rejected'
  /** This process was not given the key or token that renews the grant. */
  | 'renewal_not_supplied'
  /** `autoRefresh` is off and the access token has ended. */
  | 'access_token_expired'
  /** The auth client was disposed. */
  | 'client_closed'
  /** Nothing is stored for this account, or it was disconnected. */
  | 'not_connected'
  /** The provider ended the grant; a person has to authorize again. */
  | 'reconnect'
  /** A different person signed in than the account belongs to. */
  | 'account_mismatch'
  /** The authorization server refused the authorization code. */
  | 'code_rejected'
  /** The callback does not go to the redirect URI of its attempt. */
  | 'redirect_uri_mismatch'
  /** The callback carries no `state`. */
  | 'state_missing'
  /** The callback's `state` was never issued here, or it was already used. */
  | 'state_unknown'
  /** The authorization attempt is too old. */
  | 'state_expired'
  /** The callback arrived in another session than the attempt began in. */
  | 'session_mismatch'
  /** An OAuth parameter stands twice in the callback. */
  | 'parameter_repeated'
  /** The callback names another issuer, or lacks the issuer the provider promised. */
  | 'issuer_mismatch'
  /** The person, or the provider for them, said no. */
  | 'access_denied'
  /** The authorization server answered the attempt with an error. */
  | 'authorization_failed'
  /** The callback carries neither a code nor an error. */
  | 'code_missing'
  /** No client secret was given, or it is empty, and the client was not said to be public. */
  | 'missing_client_secret'
  /** The redirect URI is not a loopback address with a port and a path, so no local program can answer on it. */
  | 'invalid_redirect_uri'
  /** Another program, or another sign-in, listens on the port of the redirect URI. */
  | 'port_in_use'
  /** Nobody here can see or open a browser. */
  | 'no_browser'
  /** Nobody finished signing in within the time given. */
  | 'sign_in_timeout'
  /** Tokens would be stored unsealed, and nobody said that this is fine. */
  | 'unsealed_store'
  /** The keychain that keeps the key of the sealed store is absent, locked, denied or does not answer. */
  | 'keychain_unavailable'
  /** The authorization server's answer cannot be used. */
  | 'response_invalid'
  /** The ID token is missing, not valid, or names another person than before. */
  | 'id_token_invalid'
  /** The token request was never sent: name lookup, connect or TLS failed. */
  | 'provider_unreachable'
  /** The token request got no answer in time, or the connection broke. */
  | 'provider_no_answer'
  /** The app's function that gives a secret, a key or a token failed. */
  | 'client_secret_unavailable'
  /** The authorization server answered with a server error. */
  | 'provider_unavailable'
  /** The authorization server asked for fewer requests. */
  | 'rate_limited'
  /** An earlier attempt failed; the next one is scheduled at `retryAtMs`. */
  | 'backing_off'
  /** Another refresh did not end within the wait. */
  | 'wait_timeout'
  /** A 401 could not be repeated because the request's body can be read only once. */
  | 'body_not_replayable'
  /** The store could not be reached or did not answer. */
  | 'store_failed'
  /** The store is locked by somebody else for too long. */
  | 'store_busy'
  /** The store refuses writes. */
  | 'store_read_only'
  /** The store lacks what it needs: its table, a setting, or rights for this user. */
  | 'store_not_set_up'
  /** The key that sealed a stored value is not given, or another one is given under its name. */
  | 'store_key_missing'
  /** The function that gives a key of an encrypted store failed. */
  | 'store_key_unavailable'
  /** The store refuses new tokens, and they are in this process only. */
  | 'tokens_unsaved'
  /** What the store holds is not a record of ours. */
  | 'store_value_invalid'
  /** What the store holds was written by a newer version of this library. */
  | 'store_value_newer'

/** What a caller can do about an error. */
export type AuthErrorAction = 'reconnect' | 'retry' | 'fix-config' | 'more-scopes'

/** Which part of the work failed. */
export type AuthErrorFamily = 'config' | 'grant' | 'callback' | 'sign-in' | 'protocol' | 'transport' | 'storage'

interface CodeFacts {
  readonly family: AuthErrorFamily
  readonly action: AuthErrorAction
  readonly retryable: boolean
}

const config: CodeFacts = { family: 'config', action: 'fix-config', retryable: false }
const grant: CodeFacts = { family: 'grant', action: 'reconnect', retryable: false }
const callback: CodeFacts = { family: 'callback', action: 'reconnect', retryable: false }
const signIn: CodeFacts = { family: 'sign-in', action: 'fix-config', retryable: false }
const protocol: CodeFacts = { family: 'protocol', action: 'retry', retryable: true }
const transport: CodeFacts = { family: 'transport', action: 'retry', retryable: true }
const storage: CodeFacts = { family: 'storage', action: 'retry', retryable: true }

const codeFacts: Readonly<Record<AuthErrorCode, CodeFacts>> = {
  invalid_option: config,
  missing_client_id: config,
  insecure_endpoint: config,
  metadata_invalid: config,
  invalid_times: config,
  volatile_store: config,
  invalid_account: config,
  unsupported_by_provider: config,
  origin_not_allowed: config,
  client_rejected: config,
  grant_rejected: config,
  renewal_not_supplied: config,
  access_token_expired: { family: 'config', action: 'retry', retryable: true },
  client_closed: config,
  not_connected: grant,
  reconnect: grant,
  account_mismatch: grant,
  code_rejected: grant,
  redirect_uri_mismatch: { ...callback, action: 'fix-config' },
  state_missing: callback,
  state_unknown: callback,
  state_expired: callback,
  session_mismatch: callback,
  parameter_repeated: callback,
  issuer_mismatch: callback,
  access_denied: callback,
  authorization_failed: callback,
  code_missing: callback,
  missing_client_secret: signIn,
  invalid_redirect_uri: signIn,
  port_in_use: signIn,
  no_browser: signIn,
  sign_in_timeout: { ...signIn, action: 'reconnect' },
  unsealed_store: signIn,
  keychain_unavailable: signIn,
  response_invalid: protocol,
  id_token_invalid: { ...protocol, action: 'reconnect', retryable: false },
  provider_unreachable: transport,
  provider_no_answer: transport,
  client_secret_unavailable: transport,
  provider_unavailable: transport,
  rate_limited: transport,
  backing_off: transport,
  wait_timeout: transport,
  body_not_replayable: transport,
  store_failed: storage,
  store_busy: storage,
  store_read_only: { ...storage, action: 'fix-config', retryable: false },
  store_not_set_up: { ...storage, action: 'fix-config', retryable: false },
  store_key_missing: { ...storage, action: 'fix-config', retryable: false },
  store_key_unavailable: storage,
  tokens_unsaved: storage,
  store_value_invalid: { ...storage, action: 'fix-config', retryable: false },
  store_value_newer: { ...storage, action: 'fix-config', retryable: false },
}

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
    // First, so that what is copied from another error gives way to what this code means.
    Object.assign(this, fields)
    const facts: CodeFacts = codeFacts[code]
    this.code = code
    this.family = facts.family
    this.action = facts.action
    this.retryable = facts.retryable
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Tells whether `error` is an {@link AuthError}, of the given code if one is named. Works across package copies. */
export function isAuthError(error: unknown, code?: AuthErrorCode): error is AuthError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false
  return code === undefined || ('code' in error && error.code === code)
}
