import type { Answer, Call } from '../call.ts'
import { isObject } from '../check-option.ts'
import { authenticateClient, type ClientRequest, oauthError } from '../oauth/authenticate-client.ts'
import type { SandboxGrantType } from '../oauth/clients.ts'
import type { Grant } from '../oauth/grant-book.ts'
import { issueTokens } from '../oauth/issue-tokens.ts'
import type { OAuthContext } from '../oauth/oauth-context.ts'
import { redeemCode } from '../oauth/redeem-code.ts'
import { redeemRefreshToken } from '../oauth/redeem-refresh-token.ts'
import { vendorOf } from '../vendor.ts'
import { wordData, wordError } from './envelope.ts'

/** What tokens of a client and of a person may do; the names stand in tests of the SDKs. */
export const machineScope = 'api:full'
export const userScope = 'api:user'

const grantTypes: readonly SandboxGrantType[] = ['client_credentials', 'authorization_code', 'refresh_token']

/** What refreshing fails with, according to the SDKs' documents. The RFC's codes are not known here. */
const refreshKey = 'invalid_refresh_token'

/** Answers `POST /oauth/token`: like any other, but in the vendor's envelope, and for forms with id and secret only. */
export function answerCarthooksToken(call: Call, context: OAuthContext): Answer {
  const grant = grantTokens(call, context)
  if ('status' in grant) return inEnvelope(call, grant, context)
  const { client, of, withRefreshToken } = grant
  const tokens = issueTokens(call, { client, grant: of, scopes: of.scopes, withRefreshToken }, context)
  const data = {
    access_token: tokens.accessToken,
    token_type: 'Bearer',
    expires_in: tokens.expiresIn,
    ...(tokens.refreshToken === undefined ? {} : { refresh_token: tokens.refreshToken }),
    scope: of.scopes.join(' '),
  }
  return wordData(data, context.random)
}

interface Granted extends Pick<ClientRequest, 'client'> {
  readonly of: Grant
  readonly withRefreshToken: boolean
}

function grantTokens(call: Call, context: OAuthContext): Granted | Answer {
  if (/^basic /i.test(call.request.headers.get('authorization') ?? '')) {
    return oauthError(401, 'invalid_client', 'Id and secret of the client belong into the form.')
  }
  const request = authenticateClient(call, context.clients)
  if ('refused' in request) return request.refused
  const { client, form } = request
  const grantType = form.get('grant_type')
  const known = grantTypes.find((each) => each === grantType)
  if (known === undefined || !(client.grantTypes ?? grantTypes).includes(known)) {
    return oauthError(400, 'unsupported_grant_type', 'The grant type is missing or not supported.')
  }
  if (known === 'authorization_code') return exchangeCode(request, context)
  if (known === 'refresh_token') return refresh(call, request, context)
  return form.has('user_access_token') ? actForUser(request, context) : actForItself(request, context)
}

function exchangeCode(request: ClientRequest, context: OAuthContext): Granted | Answer {
  const redeemed = redeemCode(request, context)
  if ('refused' in redeemed) return redeemed.refused
  const { client } = request
  const { code } = redeemed
  code.grant = context.grants.open({ clientId: client.id, account: code.account, scopes: code.scopes })
  return { client, of: code.grant, withRefreshToken: true }
}

function refresh(call: Call, request: ClientRequest, context: OAuthContext): Granted | Answer {
  const redeemed = redeemRefreshToken(call, request, context)
  if ('refused' in redeemed) return redeemed.refused
  return { client: request.client, of: redeemed.token.grant, withRefreshToken: redeemed.replace }
}

function actForItself({ client }: ClientRequest, { accounts, grants }: OAuthContext): Granted | Answer {
  const account = client.account === undefined ? accounts.list()[0] : accounts.find(client.account)
  if (account === undefined)
    return oauthError(400, 'invalid_request', 'The client acts for an account that is not here.')
  return { client, of: grants.open({ clientId: client.id, account, scopes: [machineScope] }), withRefreshToken: false }
}

/** The token of a person who is signed in to the vendor's front end lets a client act for them. */
function actForUser({ client, form }: ClientRequest, { grants, clock }: OAuthContext): Granted | Answer {
  const token = grants.findAccessToken(form.get('user_access_token') ?? '')
  const isGood =
    token !== undefined &&
    !token.revoked &&
    clock.nowMs() < token.expiresAtMs &&
    vendorOf(token.grant.account) === 'carthooks' &&
    token.scopes.includes(userScope)
  if (!isGood) return oauthError(400, 'invalid_grant', 'The user token is not valid.')
  const { account } = token.grant
  return { client, of: grants.open({ clientId: client.id, account, scopes: [userScope] }), withRefreshToken: true }
}

/** Puts an error of the RFC into the vendor's envelope. */
export function inEnvelope(call: Call, { status, text = '' }: Answer, { random }: OAuthContext): Answer {
  const { error, error_description: message } = readError(text)
  const isRefused = call.entry.grantType === 'refresh_token' && error === 'invalid_grant'
  return wordError(status, { message, ...(isRefused ? { key: refreshKey } : {}) }, random)
}

function readError(text: string): { readonly error: string; readonly error_description: string } {
  const body: unknown = JSON.parse(text)
  const { error, error_description: description } = isObject(body) ? body : {}
  return { error: String(error), error_description: String(description) }
}
