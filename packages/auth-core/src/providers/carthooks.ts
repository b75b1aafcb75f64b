import { AuthError } from '../errors.ts'
import type { StandingGrant } from '../grants/grant.ts'
import { vendorGrant, type VendorToken } from '../grants/vendor-grant.ts'
import { defineProvider, type Provider, type TokenAnswer } from '../provider.ts'

const daySeconds = 24 * 3600
// At its root this one host has what instances have below the path (read from the SDKs and the server's route table).
const rootHost = 'api.carthooks.com'
const instancePath = '/open/api'

/**
 * Describes the authorization server of a Carthooks instance: `https://api.carthooks.com`, or an instance's own address,
 * which gets `/open/api` where it has no path. Everything here was read from the vendor's public SDKs
 * (https://github.com/carthooks, 2026); there is no metadata document and no reference.
 */
export function carthooksAt(baseUrl: string): Provider {
  const base = carthooksBaseUrl(baseUrl)
  const { origin, protocol } = new URL(base)
  return defineProvider({
    id: 'carthooks',
    // No document names an issuer; `iss` is never sent either.
    issuer: origin,
    endpoints: { token: `${base}/oauth/token` },
    // Both SDKs send id and secret in the form.
    clientAuthentication: ['client_secret_post'],
    // No SDK sends a code challenge, and the token endpoint has no field for the verifier (decision 0007).
    pkce: 'none',
    audience: [origin],
    // A refresh answers with a new refresh token. What the old one does then is not known.
    rotation: 'unknown',
    revocationEndsGrant: true,
    // The SDKs' README: 24 hours, 12 months.
    lifetimes: { accessTokenSeconds: daySeconds, refreshTokenSeconds: 365 * daySeconds },
    allowLoopbackHttp: protocol === 'http:',
    conform,
  })
}

/** Describes the authorization server of `https://api.carthooks.com`. */
export const carthooks: Provider = carthooksAt('https://api.carthooks.com')

/**
 * Connects as the person behind a user token of the vendor's front end. Renewed by the refresh token that comes with
 * it; when that is refused, by a new exchange of what the function gives; `reconnect` when it gives none.
 */
export function userAccessToken(token: VendorToken): StandingGrant {
  return vendorGrant({
    name: 'user_access_token',
    grantType: 'client_credentials',
    parameter: 'user_access_token',
    token,
  })
}

/**
 * Gives the address that all paths of the API begin with, without a slash at its end: an instance's own address gets
 * `/open/api` where it has no path. Throws `invalid_option`.
 */
export function carthooksBaseUrl(address: string): string {
  const url = URL.canParse(address) ? new URL(address) : undefined
  if (url === undefined || url.username + url.password + url.search + url.hash !== '') {
    throw new AuthError(
      'invalid_option',
      'The address of Carthooks must be an absolute URL without credentials, query and fragment, such as ' +
        'https://api.carthooks.com or https://your-instance.carthooks.com.',
    )
  }
  const path = url.pathname.replace(/\/+$/, '')
  return url.origin + (path === '' && url.hostname !== rootHost ? instancePath : path)
}

/** Takes the standard's members out of the vendor's envelope, `{ data }` or `{ error: { key, message } }`. */
function conform({ status, body }: TokenAnswer): TokenAnswer {
  const { data, error } = body
  if (error !== undefined && error !== null) return conformError(status, error)
  return isObject(data) ? { status, body: data } : { status, body }
}

function conformError(status: number, error: unknown): TokenAnswer {
  const { key, message } = isObject(error) ? error : { key: error, message: undefined }
  const texts = [key, message].filter((text) => typeof text === 'string')
  // An error may come with 200, which must not be read as an answer without tokens.
  const refused = status < 400 ? 400 : status
  // Named in the SDKs' documents; in which of the members it comes is not known.
  const isEnded = texts.some((text) => text.includes('invalid_refresh_token'))
  const name = isEnded ? 'invalid_grant' : key
  // Members that are no text are no verdict either: left out, the status alone counts.
  return {
    status: refused,
    body: {
      ...(typeof name === 'string' ? { error: name } : {}),
      ...(typeof message === 'string' ? { error_description: message } : {}),
    },
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
