import type { Answer, Call } from '../call.ts'
import { renderErrorPage } from '../pages/page.ts'
import type { AskedScopes, Decision, PersonManners, PersonPages } from './ask-person.ts'
import { enabledScopes, type SandboxClient } from './clients.ts'
import { type Parameters, readParameters, splitScopes } from './form.ts'
import type { OAuthContext } from './oauth-context.ts'

/** GoTo's codes were seen to live about 10 minutes. */
const codeLifeMs = 10 * 60 * 1000

/** What is one vendor's own in answering an authorization request. */
export interface AuthorizeManners extends PersonManners {
  acceptsRedirect(client: SandboxClient, uri: string): boolean
  /** Finds what the vendor has against a request. */
  findProblem?(request: AskedScopes): RequestProblem | undefined
}

interface AuthorizationRequest extends AskedScopes {
  readonly redirectUri: string
  readonly redirectUriSent: boolean
  readonly state?: string
  readonly codeChallenge?: string
}

/** Answers the request that a client sends the browser with: the first page, or the way back. */
export function answerAuthorize(
  call: Call,
  context: OAuthContext,
  { manners, pages }: { readonly manners: AuthorizeManners; readonly pages: PersonPages },
): Answer {
  const parameters = readParameters(call.url.searchParams)
  if ('repeated' in parameters) return renderErrorPage(400, 'invalid_request', 'A parameter stands twice.')
  const target = findTarget(parameters, context, manners)
  if ('status' in target) return target
  call.entry.clientId = target.client.id
  const request = readRequest(parameters, target)
  const back = { redirectUri: target.redirectUri, ...stateOf(parameters) }
  if ('error' in request) return sendBack(back, request)
  const refused = manners.findProblem?.(request)
  if (refused !== undefined) return sendBack(back, refused)
  return pages.ask(call, {
    ...request,
    allow: (_call, decision) => sendBack(back, { code: addCode(request, decision, context) }),
    deny: (reason) => sendBack(back, problem('access_denied', reason)),
  })
}

function addCode(request: AuthorizationRequest, decision: Decision, { grants, clock }: OAuthContext): string {
  const { client, parameters, redirectUri, redirectUriSent, codeChallenge } = request
  const { value } = grants.addCode({
    clientId: client.id,
    ...decision,
    parameters,
    redirectUri,
    redirectUriSent,
    ...(codeChallenge === undefined ? {} : { codeChallenge }),
    expiresAtMs: clock.nowMs() + codeLifeMs,
  })
  return value
}

interface Target {
  readonly client: SandboxClient
  readonly redirectUri: string
  readonly redirectUriSent: boolean
}

/** Finds out where the browser may be sent back to. Until that is known, errors are shown, never redirected. */
function findTarget(parameters: Parameters, { clients }: OAuthContext, manners: AuthorizeManners): Target | Answer {
  const client = clients.find(parameters.get('client_id') ?? '')
  if (client === undefined) return renderErrorPage(400, 'invalid_client', 'The client is not registered.')
  const registered = client.redirectUris ?? []
  const sent = parameters.get('redirect_uri')
  if (sent !== undefined) {
    if (manners.acceptsRedirect(client, sent)) return { client, redirectUri: sent, redirectUriSent: true }
    return renderErrorPage(400, 'invalid_request', 'The redirect URI is not registered for this client.')
  }
  const [only, ...others] = registered
  if (only !== undefined && others.length === 0) return { client, redirectUri: only, redirectUriSent: false }
  return renderErrorPage(400, 'invalid_request', 'The redirect URI is missing, and not exactly one is registered.')
}

export interface RequestProblem {
  readonly error: string
  readonly error_description: string
}

function readRequest(parameters: Parameters, target: Target): AuthorizationRequest | RequestProblem {
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
  return { ...target, scopes, parameters, ...stateOf(parameters), ...pkce }
}

/** Makes an error that the browser is sent back with. */
export function problem(error: string, description: string): RequestProblem {
  return { error, error_description: description }
}

function stateOf(parameters: Parameters): { readonly state?: string } {
  const state = parameters.get('state')
  return state === undefined ? {} : { state }
}

interface WayBack {
  readonly redirectUri: string
  readonly state?: string
}

function sendBack({ redirectUri, state }: WayBack, result: RequestProblem | { readonly code: string }): Answer {
  const url = new URL(redirectUri)
  for (const [name, value] of Object.entries(result)) url.searchParams.set(name, value)
  if (state !== undefined) url.searchParams.set('state', state)
  const headers = { location: url.href, 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' }
  return { status: 303, headers, ...('error' in result ? { error: result.error } : {}) }
}
