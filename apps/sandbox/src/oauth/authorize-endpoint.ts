import type { SandboxAccount } from '../accounts.ts'
import type { Answer, Call } from '../call.ts'
import { formText } from './authenticate-client.ts'
import { enabledScopes, type SandboxClient } from './clients.ts'
import { renderConsentPage, renderErrorPage } from './consent-page.ts'
import { type Parameters, readParameters, splitScopes } from './form.ts'
import type { OAuthContext } from './oauth-context.ts'

/** GoTo's codes were seen to live about 10 minutes; the consent page gets as long. */
const codeLifeMs = 10 * 60 * 1000

/** What is one vendor's own in asking a person. */
export interface AuthorizeManners {
  /** Where the page's form is sent. */
  readonly path: string
  /** Whose page it is. */
  readonly vendorName: string
  /** Whether the person may allow some of the scopes only. */
  readonly picksScopes: boolean
  acceptsRedirect(client: SandboxClient, uri: string): boolean
  /** Finds what the vendor has against a request. */
  findProblem(request: AskedScopes): RequestProblem | undefined
  /** Finds the person for whom no page is shown; nobody by default. */
  findKnownPerson?(request: AskedScopes): SandboxAccount | undefined
}

/** Which scopes a client asks for, and with which parameters. */
export interface AskedScopes {
  readonly client: SandboxClient
  readonly scopes: readonly string[]
  readonly parameters: Parameters
}

interface AuthorizationRequest extends AskedScopes {
  readonly redirectUri: string
  readonly redirectUriSent: boolean
  readonly state?: string
  readonly codeChallenge?: string
  readonly expiresAtMs: number
}

export interface AuthorizeEndpoint {
  /** Answers the request that a client sends the browser with. */
  show(call: Call): Answer
  /** Answers the decision of the consent page. */
  decide(call: Call): Answer
  reset(): void
}

export function createAuthorizeEndpoint(context: OAuthContext, manners: AuthorizeManners): AuthorizeEndpoint {
  const { clock, random } = context
  const requests = new Map<string, AuthorizationRequest>()

  function show(call: Call): Answer {
    const parameters = readParameters(call.url.searchParams)
    if ('repeated' in parameters) return renderErrorPage(400, 'invalid_request', 'A parameter stands twice.')
    const target = findTarget(parameters, context, manners)
    if ('status' in target) return target
    call.entry.clientId = target.client.id
    const request = readRequest(parameters, target, clock.nowMs() + codeLifeMs)
    const sendBack = (refused: RequestProblem): Answer =>
      redirectBack(target.redirectUri, { ...refused, ...stateOf(parameters) }, refused.error)
    if ('error' in request) return sendBack(request)
    const refused = manners.findProblem(request)
    return refused === undefined ? ask(call, request) : sendBack(refused)
  }

  function ask(call: Call, request: AuthorizationRequest): Answer {
    const known = manners.findKnownPerson?.(request)
    if (known !== undefined) return allow(call, request, { account: known, scopes: request.scopes, pageShown: false })
    const requestId = random.token('authorization request')
    requests.set(requestId, request)
    const { client, redirectUri, scopes } = request
    const { path, vendorName, picksScopes } = manners
    return renderConsentPage({
      path,
      vendorName,
      picksScopes,
      requestId,
      clientName: client.name ?? client.id,
      scopes,
      accounts: firstHinted(context.accounts.list(), request.parameters.get('login_hint')),
      redirectUri,
    })
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
    call.entry.clientId = request.client.id
    if (form.get('decision') !== 'allow') return refuse(request, 'access_denied', 'The person said no.')
    const account = context.accounts.find(form.get('account') ?? '')
    if (account === undefined) return renderErrorPage(400, 'invalid_request', 'The chosen account does not exist here.')
    const picked = form.getAll('scope')
    const scopes = manners.picksScopes ? request.scopes.filter((scope) => picked.includes(scope)) : request.scopes
    if (scopes.length === 0) return refuse(request, 'access_denied', 'The person allowed no scope.')
    return allow(call, request, { account, scopes, pageShown: true })
  }

  function allow(call: Call, request: AuthorizationRequest, { account, scopes, pageShown }: Decision): Answer {
    call.entry.account = account.accountKey
    const { client, parameters, redirectUri, redirectUriSent, codeChallenge, state } = request
    const code = context.grants.addCode({
      clientId: client.id,
      account,
      scopes,
      parameters,
      pageShown,
      redirectUri,
      redirectUriSent,
      ...(codeChallenge === undefined ? {} : { codeChallenge }),
      expiresAtMs: clock.nowMs() + codeLifeMs,
    })
    return redirectBack(redirectUri, { code: code.value, ...(state === undefined ? {} : { state }) })
  }

  function refuse({ redirectUri, parameters }: AuthorizationRequest, error: string, description: string): Answer {
    return redirectBack(redirectUri, { ...problem(error, description), ...stateOf(parameters) }, error)
  }

  return { show, decide, reset: () => requests.clear() }
}

interface Decision {
  readonly account: SandboxAccount
  readonly scopes: readonly string[]
  /** Whether the person was asked. */
  readonly pageShown: boolean
}

/** The person that the client expects comes first. */
function firstHinted(accounts: readonly SandboxAccount[], hint: string | undefined): SandboxAccount[] {
  const isHinted = ({ principal, accountKey }: SandboxAccount): boolean => principal === hint || accountKey === hint
  return [...accounts.filter(isHinted), ...accounts.filter((account) => !isHinted(account))]
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
  return { ...target, scopes, parameters, ...stateOf(parameters), ...pkce, expiresAtMs }
}

/** Makes an error that the browser is sent back with. */
export function problem(error: string, description: string): RequestProblem {
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
