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
}

/** Writes an attempt down and gives the URL to open. A new PKCE verifier (S256) and state each time. */
export async function beginAuthorization(
  wire: Wire,
  store: Store,
  account: string,
  options: AuthorizationOptions,
): Promise<URL> {
  checkOptions('beginAuthorization', options, ['redirectUri', 'session', 'scopes'])
  const { provider, clientId } = wire
  const { authorization } = provider.endpoints
  if (authorization === undefined) {
    throw new AuthError('unsupported_by_provider', `"${provider.id}" has no authorization endpoint.`)
  }
  const redirectUri = checkRedirectUri(options.redirectUri)
  const scopes = options.scopes ?? provider.defaultScopes
  const state = generateRandomState()
  const verifier = generateRandomCodeVerifier()
  const url = new URL(authorization)
  const parameters = {
    ...provider.authorizationParameters,
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    ...(provider.pkce === 'none' ? {} : await challengeOf(verifier)),
    ...(scopes === undefined || scopes.length === 0 ? {} : { scope: scopes.join(' ') }),
  }
  const nonce = wire.idTokenCheck && scopes?.includes('openid') ? generateRandomNonce() : undefined
  if (nonce !== undefined) Object.assign(parameters, { nonce })
  const isPushed = provider.endpoints.pushedAuthorizationRequest !== undefined
  const shown = isPushed ? await pushAuthorization(wire, account, parameters) : parameters
  for (const [name, value] of Object.entries(shown)) url.searchParams.set(name, value)
  await saveAttempt(store, state, {
    account,
    issuer: provider.issuer,
    clientId,
    redirectUri,
    session: options.session,
    verifier,
    ...(nonce === undefined ? {} : { nonce }),
    ...(scopes === undefined ? {} : { scopes }),
  })
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

async function challengeOf(verifier: string): Promise<Record<string, string>> {
  return { code_challenge: await calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }
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
