import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { authenticateClient, type ClientRequest, oauthError } from '../oauth/authenticate-client.ts'
import type { SandboxClient } from '../oauth/clients.ts'
import type { Grant } from '../oauth/grant-book.ts'
import { type Issue, issueTokens } from '../oauth/issue-tokens.ts'
import { redeemCode } from '../oauth/redeem-code.ts'
import { redeemRefreshToken } from '../oauth/redeem-refresh-token.ts'
import { consentedScopes } from './google-consents.ts'
import type { GoogleContext } from './google-context.ts'
import { deviceGrantType, redeemDevice } from './google-device.ts'
import { signIdToken } from './google-id-token.ts'
import { jwtBearerGrantType, redeemAssertion } from './google-service-accounts.ts'

/** Beyond so many for one person and client Google drops the oldest, silently. */
const refreshTokenLimit = 100
const testingSeconds = 7 * 24 * 3600
const identityScopes = ['openid', 'email', 'profile']

/** Answers `POST /token`. */
export function answerGoogleToken(call: Call, context: GoogleContext): Answer {
  const { grantType } = call.entry
  // A service account proves itself by the assertion alone.
  if (grantType === jwtBearerGrantType) return grantServiceAccount(call, context)
  const request = authenticateClient(call, context.clients)
  if ('refused' in request) return request.refused
  if (grantType === undefined) return oauthError(400, 'invalid_request', 'grant_type is missing.')
  if (grantType === 'authorization_code') return exchangeCode(call, request, context)
  if (grantType === 'refresh_token') return refresh(call, request, context)
  if (grantType === deviceGrantType) return exchangeDevice(call, request, context)
  return oauthError(400, 'unsupported_grant_type', 'Unknown grant type.')
}

function exchangeCode(call: Call, request: ClientRequest, context: GoogleContext): Answer {
  const redeemed = redeemCode(request, context)
  if ('refused' in redeemed) return redeemed.refused
  const { client } = request
  const { code } = redeemed
  const before = consentedScopes(client.id, code.account.accountKey, context)
  const isWider = code.parameters.get('include_granted_scopes') === 'true'
  const scopes = isWider ? [...new Set([...code.scopes, ...before])] : code.scopes
  const grant = context.grants.open({ clientId: client.id, account: code.account, scopes })
  code.grant = grant
  // Web clients get one only with offline access and after a page; the others always.
  const isOffline = code.parameters.get('access_type') === 'offline' && code.pageShown
  const withRefreshToken = isOffline || client.type === 'installed'
  return issue(call, { client, grant, scopes, withRefreshToken }, context, code.parameters.get('nonce'))
}

function exchangeDevice(call: Call, request: ClientRequest, context: GoogleContext): Answer {
  const redeemed = redeemDevice(request, context, context.devices)
  if ('refused' in redeemed) return redeemed.refused
  const { client } = request
  const { account, scopes } = redeemed
  const grant = context.grants.open({ clientId: client.id, account, scopes })
  return issue(call, { client, grant, scopes, withRefreshToken: true }, context)
}

/** Google does not rotate, unless it is told to here: the answer has no refresh token, and the old one lives on. */
function refresh(call: Call, request: ClientRequest, context: GoogleContext): Answer {
  const redeemed = redeemRefreshToken(call, request, context)
  if ('refused' in redeemed) return redeemed.refused
  const { token, scopes, replace } = redeemed
  const { clock, settings } = context
  // It dies after six months without use, and every use counts anew; one of limited life keeps its end.
  if (!isInTesting(request.client, token.grant)) {
    token.expiresAtMs = clock.nowMs() + settings.refreshTokenSeconds * 1000
  }
  return issue(call, { client: request.client, grant: token.grant, scopes, withRefreshToken: replace }, context)
}

function grantServiceAccount(call: Call, context: GoogleContext): Answer {
  const redeemed = redeemAssertion(call, context)
  if ('refused' in redeemed) return redeemed.refused
  const { account, clientId, scopes } = redeemed
  call.entry.clientId = clientId
  const grant = context.grants.open({ clientId, account, scopes })
  return issue(call, { client: { id: clientId }, grant, scopes, withRefreshToken: false }, context)
}

function issue(call: Call, what: Issue, context: GoogleContext, nonce?: string): Answer {
  const { client, grant, scopes } = what
  const isLimited = isInTesting(client, grant)
  const limit = isLimited ? { refreshTokenSeconds: testingSeconds } : {}
  const { accessToken, expiresIn, refreshToken } = issueTokens(call, { ...what, ...limit }, context)
  if (refreshToken !== undefined) dropOldest(client.id, grant, context)
  const facts = { clientId: client.id, account: grant.account, scopes, accessToken, nowMs: context.clock.nowMs() }
  const issuer = context.settings.issuer ?? 'https://accounts.google.com'
  const body = {
    access_token: accessToken,
    expires_in: expiresIn,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    ...(refreshToken === undefined || !isLimited ? {} : { refresh_token_expires_in: testingSeconds }),
    scope: scopes.join(' '),
    token_type: 'Bearer',
    ...(scopes.includes('openid')
      ? { id_token: signIdToken({ issuer, ...facts, ...(nonce === undefined ? {} : { nonce }) }) }
      : {}),
  }
  return jsonAnswer(200, body, { headers: { 'cache-control': 'no-store' } })
}

function dropOldest(clientId: string, { account }: Grant, { grants, clock }: GoogleContext): void {
  const living = grants.livingRefreshTokens({ clientId, account: account.accountKey }, clock.nowMs())
  for (const dropped of living.slice(0, -refreshTokenLimit)) dropped.revoked = true
}

/** In testing, refresh tokens live 7 days, unless only who the person is was asked for. */
function isInTesting({ testing = false }: Pick<SandboxClient, 'testing'>, { scopes }: Grant): boolean {
  return testing && scopes.some((scope) => !identityScopes.includes(scope))
}
