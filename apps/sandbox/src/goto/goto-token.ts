import type { SandboxAccount } from '../accounts.ts'
import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { authenticateClient, type ClientRequest, oauthError } from '../oauth/authenticate-client.ts'
import { enabledScopes, type SandboxClient } from '../oauth/clients.ts'
import { splitScopes } from '../oauth/form.ts'
import { type Issue, issueTokens } from '../oauth/issue-tokens.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { redeemCode } from '../oauth/redeem-code.ts'
import { redeemRefreshToken } from '../oauth/redeem-refresh-token.ts'

/** Grant types that exist at GoTo and are switched on per client. */
const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials', 'personal_access_token', 'password']

/** Answers `POST /oauth/token`. */
export function answerToken(call: Call, context: OAuthContext): Answer {
  const request = authenticateClient(call, context.clients)
  if ('refused' in request) return request.refused
  const grantType = request.form.get('grant_type')
  if (grantType === undefined) return oauthError(400, 'invalid_request', 'grant_type is missing.')

  const enabled: readonly string[] = request.client.grantTypes ?? ['authorization_code', 'refresh_token']
  if (!enabled.includes(grantType)) {
    if (!grantTypes.includes(grantType)) return oauthError(400, 'unsupported_grant_type', 'Unknown grant type.')
    // The wording GoTo answered a client with in July 2026.
    return oauthError(401, 'unauthorized_client', 'Unauthorized grant type')
  }
  if (grantType === 'authorization_code') return exchangeCode(call, request, context)
  if (grantType === 'refresh_token') return refresh(call, request, context)
  return grantClientCredentials(call, request, context)
}

function exchangeCode(call: Call, request: ClientRequest, context: OAuthContext): Answer {
  const redeemed = redeemCode(request, context)
  if ('refused' in redeemed) return redeemed.refused
  const { client } = request
  const { code } = redeemed
  const grant = context.grants.open({ clientId: client.id, account: code.account, scopes: code.scopes })
  code.grant = grant
  const withRefreshToken = client.grantTypes?.includes('refresh_token') ?? true
  return issue(call, { client, grant, scopes: grant.scopes, withRefreshToken }, context)
}

function refresh(call: Call, request: ClientRequest, context: OAuthContext): Answer {
  const redeemed = redeemRefreshToken(call, request, context)
  if ('refused' in redeemed) return redeemed.refused
  const { token, scopes, replace } = redeemed
  return issue(call, { client: request.client, grant: token.grant, scopes, withRefreshToken: replace }, context)
}

function grantClientCredentials(call: Call, { client, form }: ClientRequest, context: OAuthContext): Answer {
  if (client.secret === undefined) return oauthError(401, 'unauthorized_client', 'Unauthorized grant type')
  const scopes = splitScopes(form.get('scope') ?? enabledScopes(client).join(' '))
  if (scopes.some((scope) => !enabledScopes(client).includes(scope))) {
    return oauthError(400, 'invalid_scope', 'The client has no such scope.')
  }
  const account = findClientAccount(client, context)
  if (account === undefined)
    return oauthError(400, 'invalid_request', 'The client acts for an account that is not here.')
  const grant = context.grants.open({ clientId: client.id, account, scopes })
  return issue(call, { client, grant, scopes, withRefreshToken: false }, context)
}

function findClientAccount(client: SandboxClient, { accounts }: OAuthContext): SandboxAccount | undefined {
  return client.account === undefined ? accounts.list()[0] : accounts.find(client.account)
}

function issue(call: Call, what: Issue, context: OAuthContext): Answer {
  const { accessToken, expiresIn, refreshToken } = issueTokens(call, what, context)
  const body = {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
    ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
    scope: what.scopes.join(' '),
    principal: what.grant.account.principal,
  }
  return jsonAnswer(200, body, { headers: { 'cache-control': 'no-store' } })
}
