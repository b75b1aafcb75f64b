import { createHash } from 'node:crypto'
import type { SandboxAccount } from '../accounts.ts'
import { type Answer, type Call, jsonAnswer } from '../call.ts'
import { decideRefresh, type RefreshDecision } from '../rotation.ts'
import { authenticateClient, type ClientRequest, oauthError } from './authenticate-client.ts'
import { enabledScopes, type SandboxClient } from './clients.ts'
import { splitScopes } from './form.ts'
import type { AuthorizationCode, Grant, RefreshToken } from './grant-book.ts'
import type { OAuthContext } from './oauth-context.ts'

/** Grant types that exist at GoTo or elsewhere and are switched on per client. */
const otherGrantTypes = ['client_credentials', 'personal_access_token', 'password']

/** Answers `POST /oauth/token`. */
export function answerToken(call: Call, context: OAuthContext): Answer {
  const request = authenticateClient(call, context.clients)
  if ('refused' in request) return request.refused
  const grantType = request.form.get('grant_type')
  if (grantType === undefined) return oauthError(400, 'invalid_request', 'grant_type is missing.')

  const enabled: readonly string[] = request.client.grantTypes ?? ['authorization_code', 'refresh_token']
  if (!enabled.includes(grantType)) {
    const exists =
      otherGrantTypes.includes(grantType) || grantType === 'authorization_code' || grantType === 'refresh_token'
    if (!exists) return oauthError(400, 'unsupported_grant_type', 'Unknown grant type.')
    // The wording GoTo answered a client with in July 2026.
    return oauthError(401, 'unauthorized_client', 'Unauthorized grant type')
  }
  if (grantType === 'authorization_code') return exchangeCode(call, request, context)
  if (grantType === 'refresh_token') return refresh(call, request, context)
  return grantClientCredentials(call, request, context)
}

function exchangeCode(call: Call, { client, form }: ClientRequest, context: OAuthContext): Answer {
  const value = form.get('code')
  if (value === undefined) return oauthError(400, 'invalid_request', 'code is missing.')
  const code = context.grants.findCode(value)
  if (code === undefined || code.clientId !== client.id) return invalidGrant('The code is not known.')
  if (code.used) {
    if (code.grant !== undefined) context.grants.revokeFamily(code.grant.family)
    return invalidGrant('The code was used before; what it gave is revoked.')
  }
  code.used = true
  const problem = findCodeProblem(code, { client, form }, context)
  if (problem !== undefined) return invalidGrant(problem)

  const grant = context.grants.open({ clientId: client.id, account: code.account, scopes: code.scopes })
  code.grant = grant
  const withRefreshToken = client.grantTypes?.includes('refresh_token') ?? true
  return issue(call, { client, grant, scopes: grant.scopes, withRefreshToken }, context)
}

function findCodeProblem(
  code: AuthorizationCode,
  { form }: ClientRequest,
  { clock }: OAuthContext,
): string | undefined {
  if (clock.nowMs() >= code.expiresAtMs) return 'The code has expired.'
  // RFC 6749 section 4.1.3: it must be repeated if it was sent to the authorization endpoint.
  const redirectUri = form.get('redirect_uri') ?? (code.redirectUriSent ? undefined : code.redirectUri)
  if (redirectUri !== code.redirectUri) return 'redirect_uri is not the one of the authorization request.'
  const verifier = form.get('code_verifier')
  if (code.codeChallenge === undefined) {
    return verifier === undefined ? undefined : 'There is a code_verifier, but there was no code_challenge.'
  }
  if (verifier === undefined) return 'code_verifier is missing.'
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return 'code_verifier is malformed.'
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return challenge === code.codeChallenge ? undefined : 'code_verifier does not fit the code_challenge.'
}

function refresh(call: Call, { client, form }: ClientRequest, context: OAuthContext): Answer {
  const { grants, clock, random, settings } = context
  const value = form.get('refresh_token')
  if (value === undefined) return oauthError(400, 'invalid_request', 'refresh_token is missing.')
  const token = grants.findRefreshToken(value)
  if (token === undefined) {
    call.entry.presented = { hash: random.fingerprint(value), verdict: 'unknown' }
    return invalidGrant('The refresh token is not known.')
  }
  if (token.grant.clientId !== client.id) {
    call.entry.presented = { ...grants.trace(token), verdict: 'wrong_client' }
    return invalidGrant('The refresh token belongs to another client.')
  }

  const decision = decideRefresh(token, client.rotation ?? settings.rotation, clock.nowMs())
  call.entry.presented = { ...grants.trace(token), verdict: decision.verdict }
  if (decision.revokeFamily) grants.revokeFamily(token.grant.family)
  if (!decision.accepted) return invalidGrant(`The refresh token is ${describeVerdict(decision)}.`)

  const scopes = splitScopes(form.get('scope') ?? token.grant.scopes.join(' '))
  if (scopes.some((scope) => !token.grant.scopes.includes(scope))) {
    return oauthError(400, 'invalid_scope', 'A refresh cannot widen the scope.')
  }
  spend(token, decision, clock.nowMs())
  if (client.refreshKillsAccessToken ?? settings.refreshKillsAccessToken)
    grants.revokeFamily(token.grant.family, 'access')
  return issue(call, { client, grant: token.grant, scopes, withRefreshToken: decision.replace }, context)
}

function describeVerdict({ verdict, revokeFamily }: RefreshDecision): string {
  if (verdict !== 'reuse') return verdict
  return revokeFamily ? 'spent; its whole family is revoked' : 'spent'
}

function spend(token: RefreshToken, { verdict, replace }: RefreshDecision, nowMs: number): void {
  if (verdict === 'spent_in_grace') token.graceUses += 1
  else if (replace) token.spentAtMs = nowMs
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

interface Issue {
  readonly client: SandboxClient
  readonly grant: Grant
  readonly scopes: readonly string[]
  readonly withRefreshToken: boolean
}

function issue(call: Call, { client, grant, scopes, withRefreshToken }: Issue, context: OAuthContext): Answer {
  const { grants, clock, settings } = context
  const nowMs = clock.nowMs()
  const seconds = client.accessTokenSeconds ?? settings.accessTokenSeconds
  const accessToken = grants.issueAccessToken(grant, { nowMs, lifeMs: seconds * 1000, scopes })
  call.entry.account = grant.account.accountKey
  call.entry.issuedAccessToken = grants.trace(accessToken)
  const body: Record<string, unknown> = { access_token: accessToken.value, token_type: 'Bearer', expires_in: seconds }
  if (withRefreshToken) {
    const refreshToken = grants.issueRefreshToken(grant, { nowMs, lifeMs: settings.refreshTokenSeconds * 1000 })
    call.entry.issuedRefreshToken = grants.trace(refreshToken)
    body.refresh_token = refreshToken.value
  }
  body.scope = scopes.join(' ')
  body.principal = grant.account.principal
  return jsonAnswer(200, body, { headers: { 'cache-control': 'no-store' } })
}

function invalidGrant(description: string): Answer {
  return oauthError(400, 'invalid_grant', description)
}
