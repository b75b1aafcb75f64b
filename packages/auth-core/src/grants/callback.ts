import { AuthError } from '../errors.ts'
import type { Provider } from '../provider.ts'
import { safeText } from '../redact.ts'
import type { Attempt } from './attempt.ts'

// What other flows than the code flow would answer with (RFC 6749 §4.2.2, OpenID Connect, JARM).
const foreignParameters = ['response', 'access_token', 'id_token', 'token']
const oauthParameters = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', ...foreignParameters]

/** Gives the callback's state after refusing repeated parameters (RFC 6749 §3.1) and a missing state. */
export function readState(callback: URL): string {
  const repeated = oauthParameters.find((name) => callback.searchParams.getAll(name).length > 1)
  if (repeated !== undefined) {
    throw new AuthError(
      'parameter_repeated',
      `The callback carries "${repeated}" more than once. Begin the sign-in again.`,
    )
  }
  const state = callback.searchParams.get('state')
  if (state !== null && state !== '') return state
  throw new AuthError('state_missing', 'The callback carries no state. Begin the sign-in again.')
}

/** Checks redirect URI, issuer and outcome of a callback against its attempt. The text of errors is cleaned. */
export function checkCallback(callback: URL, attempt: Attempt, provider: Provider): void {
  const expected = new URL(attempt.redirectUri)
  // Not by origin: addresses of apps such as "com.example.app:/callback" have none.
  const parts = ['protocol', 'host', 'pathname'] as const
  if (parts.some((part) => callback[part] !== expected[part])) {
    throw new AuthError(
      'redirect_uri_mismatch',
      `The callback came to ${callback.protocol}//${callback.host}${safeText(callback.pathname)}, but the sign-in was begun for ${attempt.redirectUri}. ` +
        'Behind a proxy, rebuild the URL as the browser saw it.',
    )
  }
  const issuer = callback.searchParams.get('iss')
  const issuerIsWrong = issuer === null ? provider.sendsIssuerInCallback === true : issuer !== provider.issuer
  if (issuerIsWrong || attempt.issuer !== provider.issuer) {
    throw new AuthError(
      'issuer_mismatch',
      `The callback does not come from ${provider.issuer}: another authorization server may have mixed in. Begin again.`,
    )
  }
  const error = callback.searchParams.get('error')
  if (error !== null) throw refusal(callback.searchParams, provider)
  const foreign = foreignParameters.find((name) => callback.searchParams.has(name))
  if (foreign !== undefined) {
    throw new AuthError('authorization_failed', `The callback carries "${foreign}", but only a code was asked for.`)
  }
  if (callback.searchParams.get('code')) return
  throw new AuthError('code_missing', 'The callback carries neither a code nor an error. Begin the sign-in again.')
}

function refusal(parameters: URLSearchParams, provider: Provider): AuthError {
  const secrets = [parameters.get('state') ?? '', parameters.get('code') ?? '']
  const said = safeText(parameters.get('error_description'), secrets)
  const oauthError = safeText(parameters.get('error'), secrets)
  const details = { provider: provider.id, oauthError }
  return oauthError === 'access_denied'
    ? new AuthError('access_denied', `The access was denied${said && `: ${said}`}.`, details)
    : new AuthError(
        'authorization_failed',
        `The authorization server answered ${oauthError}${said && `: ${said}`}.`,
        details,
      )
}
