import type { Answer, Call } from '../call.ts'
import { formText } from './authenticate-client.ts'
import { enabledScopes, type SandboxClient } from './clients.ts'
import { renderConsentPage, renderErrorPage } from './consent-page.ts'
import { type Parameters, readParameters, splitScopes } from './form.ts'
import type { OAuthContext } from './oauth-context.ts'

/** GoTo's codes were seen to live about 10 minutes; the consent page gets as long. */
const codeLifeMs = 10 * 60 * 1000

interface AuthorizationRequest {
  readonly client: SandboxClient
  readonly redirectUri: string
  readonly redirectUriSent: boolean
  readonly scopes: readonly string[]
  readonly state?: string
  readonly codeChallenge?: string
  readonly expiresAtMs: number
}

export interface AuthorizeEndpoint {
  /** Answers `GET /oauth/authorize`. */
  show(call: Call): Answer
  /** Answers `POST /oauth/authorize`, the decision of the consent page. */
  decide(call: Call): Answer
  reset(): void
}

export function createAuthorizeEndpoint(context: OAuthContext): AuthorizeEndpoint {
  const { clock, random } = context
  const requests = new Map<string, AuthorizationRequest>()

  function show(call: Call): Answer {
    const parameters = readParameters(call.url.searchParams)
    if ('repeated' in parameters) return renderErrorPage(400, 'invalid_request', 'A parameter stands twice.')
    const target = findTarget(parameters, context)
    if ('status' in target) return target
    call.entry.clientId = target.client.id
    const request = readRequest(parameters, target, clock.nowMs() + codeLifeMs)
    if ('error' in request) {
      return redirectBack(target.redirectUri, { ...request, ...stateOf(parameters) }, request.error)
    }
    const requestId = random.token('authorization request')
    requests.set(requestId, request)
    const { redirectUri, scopes } = request
    const clientName = target.client.name ?? target.client.id
    return renderConsentPage({ requestId, clientName, scopes, accounts: context.accounts.list(), redirectUri })
  }

  function decide(call: Call): Answer {
    const form = new URLSearchParams(formText(call))
    const requestId = form.get('request') ?? ''
    const request = requests.get(requestId)
    requests.delete(requestId)
    if (request === undefined || clock.nowMs() >= request.expiresAtMs) {
      return renderErrorPage(
        400,
        'invalid_request',
        'This page was used before or is too old. Start the sign-in again.',
      )
    }
    const { client, redirectUri, state } = request
    call.entry.clientId = client.id
    const back = state === undefined ? {} : { state }
    if (form.get('decision') !== 'allow') {
      const denied = { error: 'access_denied', error_description: 'The person said no.' }
      return redirectBack(redirectUri, { ...denied, ...back }, denied.error)
    }
    const account = context.accounts.find(form.get('account') ?? '')
    if (account === undefined) return renderErrorPage(400, 'invalid_request', 'The chosen account does not exist here.')
    call.entry.account = account.accountKey
    const { scopes, redirectUriSent, codeChallenge } = request
    const code = context.grants.addCode({
      clientId: client.id,
      account,
      scopes,
      redirectUri,
      redirectUriSent,
      ...(codeChallenge === undefined ? {} : { codeChallenge }),
      expiresAtMs: clock.nowMs() + codeLifeMs,
    })
    return redirectBack(redirectUri, { code: code.value, ...back })
  }

  return { show, decide, reset: () => requests.clear() }
}

interface Target {
  readonly client: SandboxClient
  readonly redirectUri: string
  readonly redirectUriSent: boolean
}

/** Finds out where the browser may be sent back to. Until that is known, errors are shown, never redirected. */
function findTarget(parameters: Parameters, { clients }: OAuthContext): Target | Answer {
  const client = clients.find(parameters.get('client_id') ?? '')
  if (client === undefined) return renderErrorPage(400, 'invalid_client', 'The client is not registered.')
  const registered = client.redirectUris ?? []
  const sent = parameters.get('redirect_uri')
  if (sent !== undefined) {
    if (registered.includes(sent)) return { client, redirectUri: sent, redirectUriSent: true }
    return renderErrorPage(400, 'invalid_request', 'The redirect URI is not registered for this client.')
  }
  const [only, ...others] = registered
  if (only !== undefined && others.length === 0) return { client, redirectUri: only, redirectUriSent: false }
  return renderErrorPage(400, 'invalid_request', 'The redirect URI is missing, and not exactly one is registered.')
}

interface RequestProblem {
  readonly error: string
  readonly error_description: string
}

function readRequest(
  parameters: Parameters,
  target: Target,
  expiresAtMs: number,
): AuthorizationRequest | RequestProblem {
  const responseType = parameters.get('response_type')
  if (responseType === undefined) return problem('invalid_request', 'response_type is missing.')
  if (responseType !== 'code') return problem('unsupported_response_type', 'Only code is supported.')

  const enabled = enabledScopes(target.client)
  const scopes = splitScopes(parameters.get('scope') ?? enabled.join(' '))
  const unknown = scopes.find((scope) => !enabled.includes(scope))
  if (unknown !== undefined) return problem('invalid_scope', 'A scope is not enabled for this client.')

  const codeChallenge = parameters.get('code_challenge')
  const method = parameters.get('code_challenge_method')
  if (codeChallenge === undefined) {
    if (method !== undefined) return problem('invalid_request', 'code_challenge is missing.')
    if (target.client.secret === undefined) return problem('invalid_request', 'A public client must use PKCE.')
  } else {
    if (method !== 'S256') return problem('invalid_request', 'code_challenge_method must be S256.')
    if (!/^[A-Za-z0-9\-_]{43}$/.test(codeChallenge)) return problem('invalid_request', 'code_challenge is malformed.')
  }
  const pkce = codeChallenge === undefined ? {} : { codeChallenge }
  return { ...target, scopes, ...stateOf(parameters), ...pkce, expiresAtMs }
}

function problem(error: string, description: string): RequestProblem {
  return { error, error_description: description }
}

function stateOf(parameters: Parameters): { readonly state?: string } {
  const state = parameters.get('state')
  return state === undefined ? {} : { state }
}

function redirectBack(redirectUri: string, parameters: Readonly<Record<string, string>>, error?: string): Answer {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const headers = { location: url.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return { status: 303, headers, ...(error === undefined ? {} : { error }) }
}
