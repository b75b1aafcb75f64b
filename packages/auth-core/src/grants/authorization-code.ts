import {
  authorizationCodeGrantRequest,
  calculatePKCECodeChallenge,
  generateRandomCodeVerifier,
  generateRandomNonce,
  generateRandomState,
  nopkce,
  validateAuthResponse,
} from 'oauth4webapi'
import { checkOptions } from '../check-options.ts'
import { AuthError } from '../errors.ts'
import { checkAddress } from '../provider.ts'
import { classify, type TokensOutcome } from '../refresh/outcome.ts'
import type { Store } from '../store.ts'
import { saveAttempt, takeAttempt, type Attempt } from './attempt.ts'
import { checkCallback, readState } from './callback.ts'
import { pushAuthorization } from './pushed-authorization.ts'
import { exchange, toServer, type Wire } from './token-endpoint.ts'

export interface AuthorizationOptions {
  readonly redirectUri: string
  /** The browser session (or process) that begins; the callback must come back to the same one. */
  readonly session: string
  readonly scopes?: readonly string[]
  /** Asks the vendor for the address to open, where that takes a call of its own, instead of writing one. */
  readonly address?: (request: AuthorizationRequest) => Promise<string>
}

/** What an authorization begins with. */
export interface AuthorizationRequest {
  readonly clientId: string
  readonly redirectUri: string
  /** Has to come back in the callback. Known to nobody else. */
  readonly state: string
  readonly scopes?: readonly string[]
  /** S256; absent where the provider takes none. */
  readonly codeChallenge?: string
  readonly nonce?: string
}

/**
 * Writes an attempt down and gives the URL to open, and the state that its callback carries. A new PKCE verifier (S256)
 * and state each time.
 */
export async function beginAuthorization(
  wire: Wire,
  store: Store,
  account: string,
  options: AuthorizationOptions,
): Promise<{ url: URL; state: string }> {
  checkOptions('beginAuthorization', options, ['redirectUri', 'session', 'scopes', 'address'])
  const { provider, clientId } = wire
  const scopes = options.scopes ?? provider.defaultScopes
  const verifier = generateRandomCodeVerifier()
  const facts = {
    clientId,
    redirectUri: checkRedirectUri(options.redirectUri),
    ...(scopes === undefined ? {} : { scopes }),
    ...(wire.idTokenCheck && scopes?.includes('openid') ? { nonce: generateRandomNonce() } : {}),
  }
  const state = generateRandomState()
  const challenge = provider.pkce === 'none' ? {} : { codeChallenge: await calculatePKCECodeChallenge(verifier) }
  const request = { ...facts, ...challenge, state }
  const url =
    options.address === undefined
      ? await writeAddress(wire, account, request)
      : checkAddress('address', await options.address(request), true)
  await saveAttempt(store, state, { ...facts, account, issuer: provider.issuer, session: options.session, verifier })
  return { url, state }
}

async function writeAddress(wire: Wire, account: string, request: AuthorizationRequest): Promise<URL> {
  const { provider } = wire
  const { authorization, pushedAuthorizationRequest } = provider.endpoints
  if (authorization === undefined) {
    throw new AuthError('unsupported_by_provider', `"${provider.id}" has no authorization endpoint.`)
  }
  const { clientId, redirectUri, state, scopes = [], codeChallenge, nonce } = request
  const parameters = {
    ...provider.authorizationParameters,
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    ...(codeChallenge === undefined ? {} : { code_challenge: codeChallenge, code_challenge_method: 'S256' }),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
    ...(nonce === undefined ? {} : { nonce }),
  }
  const isPushed = pushedAuthorizationRequest !== undefined
  const shown = isPushed ? await pushAuthorization(wire, account, parameters) : parameters
  const url = new URL(authorization)
  for (const [name, value] of Object.entries(shown)) url.searchParams.set(name, value)
  return url
}

/** What a callback came to: the tokens to install for which account. */
export interface Authorized {
  readonly attempt: Attempt
  readonly outcome: TokensOutcome
}

/**
 * Checks a callback, uses its attempt up and redeems the code, once. An answer that is lost is not asked for again:
 * the code may be spent (RFC 6749 §10.5).
 */
export async function redeemCallback(
  wire: Wire,
  store: Store,
  callback: URL,
  options: { session: string; limit: AbortSignal },
): Promise<Authorized> {
  const attempt = await takeAttempt(store, readState(callback), { session: options.session, clientId: wire.clientId })
  checkCallback(callback, attempt, wire.provider)
  const { clientId } = wire
  const code = callback.searchParams.get('code') ?? ''
  const parameters = validateAuthResponse(
    toServer(wire.provider),
    { client_id: clientId },
    callback.searchParams,
    readState(callback),
  )
  const prepared = await wire.authentication.prepare()
  const reply = await exchange(
    wire,
    prepared,
    (server, client, auth, wireOptions) =>
      authorizationCodeGrantRequest(
        server,
        client,
        auth,
        parameters,
        attempt.redirectUri,
        wire.provider.pkce === 'none' ? nopkce : attempt.verifier,
        wireOptions,
      ),
    { signal: options.limit },
  )
  const secrets = [...prepared.secrets, code, attempt.verifier]
  const outcome = classify(reply, { provider: wire.provider, account: attempt.account, secrets })
  if (outcome.kind === 'tokens') return { attempt, outcome }
  throw outcome.kind === 'rejected' ? codeRejected(outcome.error) : outcome.error
}

function codeRejected(error: AuthError): AuthError {
  const { provider, account, status, oauthError } = error
  return new AuthError(
    'code_rejected',
    'The authorization code was refused: it was used before, or it is too old. Begin the sign-in again.',
    {
      ...(provider === undefined ? {} : { provider }),
      ...(account === undefined ? {} : { account }),
      ...(status === undefined ? {} : { status }),
      ...(oauthError === undefined ? {} : { oauthError }),
    },
  )
}

function checkRedirectUri(redirectUri: string): string {
  const url = URL.canParse(redirectUri) ? new URL(redirectUri) : undefined
  if (url === undefined || url.hash !== '') {
    throw new AuthError('invalid_option', `redirectUri "${redirectUri}" must be an absolute URL without a fragment.`)
  }
  return redirectUri
}
