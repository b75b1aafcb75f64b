import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { formText, oauthError } from '../oauth/authenticate-client.ts'
import type { AccessToken } from '../oauth/grant-book.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'

/**
 * Answers `POST /revoke`: any token of a grant ends everything the person allowed the project, for all its clients. All
 * clients here belong to one project. https://developers.google.com/identity/protocols/oauth2/web-server, read in 2026.
 */
export function answerGoogleRevoke(call: Call, { grants, clients }: OAuthContext): Answer {
  const value = new URLSearchParams(formText(call)).get('token') ?? call.url.searchParams.get('token')
  if (value === null) return oauthError(400, 'invalid_request', 'token is missing.')
  const token = grants.findRefreshToken(value) ?? grants.findAccessToken(value)
  if (token === undefined || token.revoked || clients.find(token.grant.clientId) === undefined) {
    return oauthError(400, 'invalid_token', 'Token expired or revoked')
  }
  const { accountKey } = token.grant.account
  call.entry.account = accountKey
  call.entry.clientId = token.grant.clientId
  grants.revoke({ account: accountKey, vendor: 'google' })
  return jsonAnswer(200, {})
}

/** Answers `GET` and `POST /tokeninfo`. The path is from Google's own Node library; the members from what it reads. */
export function answerTokenInfo(call: Call, context: OAuthContext): Answer {
  const form = new URLSearchParams(formText(call))
  const value = call.url.searchParams.get('access_token') ?? form.get('access_token') ?? bearerOf(call)
  const token = findLiving(value, context)
  if (token === undefined) return oauthError(400, 'invalid_token', 'Invalid Value')
  const { grant, scopes, expiresAtMs } = token
  noteBearer(call, token, context)
  return jsonAnswer(200, {
    azp: grant.clientId,
    aud: grant.clientId,
    sub: grant.account.accountKey,
    scope: scopes.join(' '),
    exp: String(Math.floor(expiresAtMs / 1000)),
    expires_in: String(Math.floor((expiresAtMs - context.clock.nowMs()) / 1000)),
    ...(scopes.includes('email') ? { email: grant.account.principal, email_verified: 'true' } : {}),
  })
}

/** Answers `GET /v1/userinfo` (OpenID Connect Core, section 5.3). */
export function answerUserInfo(call: Call, context: OAuthContext): Answer {
  const token = findLiving(bearerOf(call), context)
  if (token === undefined) return oauthError(401, 'invalid_token', 'The access token is not valid.')
  const { grant, scopes } = token
  noteBearer(call, token, context)
  if (!scopes.includes('openid')) return oauthError(403, 'insufficient_scope', 'The access token lacks openid.')
  const { accountKey, principal, name } = grant.account
  return jsonAnswer(200, {
    sub: accountKey,
    ...(scopes.includes('email') ? { email: principal, email_verified: true } : {}),
    ...(scopes.includes('profile') && name !== undefined ? { name } : {}),
  })
}

function noteBearer(call: Call, token: AccessToken, { grants }: OAuthContext): void {
  call.entry.bearer = grants.trace(token)
  call.entry.clientId = token.grant.clientId
  call.entry.account = token.grant.account.accountKey
}

function findLiving(value: string, { grants, clients, clock }: OAuthContext): AccessToken | undefined {
  const token = grants.findAccessToken(value)
  const isAlive = token !== undefined && !token.revoked && clock.nowMs() < token.expiresAtMs
  return isAlive && clients.find(token.grant.clientId) !== undefined ? token : undefined
}

function bearerOf(call: Call): string {
  return /^bearer (.+)$/i.exec(call.request.headers.get('authorization') ?? '')?.[1] ?? ''
}
