import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { decideRefresh } from '../rotation.ts'
import { authenticateClient, oauthError } from './authenticate-client.ts'
import type { SandboxClient } from './clients.ts'
import type { AccessToken, RefreshToken } from './grant-book.ts'
import type { OAuthContext } from './oauth-context.ts'

/**
 * Answers `POST /oauth/revoke` (RFC 7009): 200 whatever the token was. A refresh token takes its whole family along, an
 * access token only itself. What GoTo does beyond the RFC is not documented.
 */
export function answerRevoke(call: Call, context: OAuthContext): Answer {
  const request = authenticateClient(call, context.clients)
  if ('refused' in request) return request.refused
  const value = request.form.get('token')
  if (value === undefined) return oauthError(400, 'invalid_request', 'token is missing.')

  const { grants } = context
  const token = grants.findRefreshToken(value) ?? grants.findAccessToken(value)
  if (token !== undefined && token.grant.clientId === request.client.id) {
    call.entry.account = token.grant.account.accountKey
    if (isRefreshToken(token)) grants.revokeFamily(token.grant.family)
    else token.revoked = true
  }
  return { status: 200, text: '' }
}

/** Answers `POST /oauth/introspect` (RFC 7662). A token of another client is not active for the one that asks. */
export function answerIntrospect(call: Call, context: OAuthContext): Answer {
  const request = authenticateClient(call, context.clients)
  if ('refused' in request) return request.refused
  const value = request.form.get('token')
  if (value === undefined) return oauthError(400, 'invalid_request', 'token is missing.')

  const token = context.grants.findRefreshToken(value) ?? context.grants.findAccessToken(value)
  if (token === undefined || !isActive(token, request.client, context)) return jsonAnswer(200, { active: false })
  const { grant } = token
  return jsonAnswer(200, {
    active: true,
    scope: (isRefreshToken(token) ? grant.scopes : token.scopes).join(' '),
    client_id: grant.clientId,
    username: grant.account.principal,
    token_type: isRefreshToken(token) ? 'refresh_token' : 'Bearer',
    iat: Math.floor(token.issuedAtMs / 1000),
    exp: Math.floor(token.expiresAtMs / 1000),
  })
}

function isRefreshToken(token: AccessToken | RefreshToken): token is RefreshToken {
  return 'graceUses' in token
}

function isActive(token: AccessToken | RefreshToken, client: SandboxClient, context: OAuthContext): boolean {
  if (token.grant.clientId !== client.id) return false
  const nowMs = context.clock.nowMs()
  if (!isRefreshToken(token)) return !token.revoked && nowMs < token.expiresAtMs
  return decideRefresh(token, client.rotation ?? context.settings.rotation, nowMs).accepted
}
