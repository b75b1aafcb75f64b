import { AuthError } from '../errors.ts'
import type { Provider } from '../provider.ts'
import { safeText } from '../redact.ts'
import type { Attempt } from './attempt.ts'

const oauthParameters = ['code', 'state', 'iss', 'error', 'error_description', 'error_uri', 'response']

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
  if (callback.origin !== expected.origin || callback.pathname !== expected.pathname) {
    throw new AuthError(
      'redirect_uri_mismatch',
      `The callback came to ${callback.origin}${safeText(callback.pathname)}, but the sign-in was begun for ${attempt.redirectUri}. ` +
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
  if (error !== null) throw refusal(error, callback.searchParams.get('error_description'), provider)
  if (callback.searchParams.get('code')) return
  throw new AuthError('code_missing', 'The callback carries neither a code nor an error. Begin the sign-in again.')
}

function refusal(error: string, description: string | null, provider: Provider): AuthError {
  const said = safeText(description ?? '')
  const oauthError = safeText(error)
  const details = { provider: provider.id, oauthError }
  return error === 'access_denied'
    ? new AuthError('access_denied', `The access was denied${said && `: ${said}`}.`, details)
    : new AuthError(
        'authorization_failed',
        `The authorization server answered ${oauthError}${said && `: ${said}`}.`,
        details,
      )
}
