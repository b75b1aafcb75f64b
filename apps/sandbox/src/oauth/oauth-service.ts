import { type Answer, type Call, jsonAnswer, respond } from '../call.ts'
import type { CallKind, LedgerEntry } from '../ledger.ts'
import { renderErrorPage } from '../pages/page.ts'
import { hasMalformedPercentCode } from '../percent-codes.ts'
import type { Service } from '../service.ts'
import type { VendorId } from '../vendor.ts'
import { claimedClient, formText, oauthError } from './authenticate-client.ts'
import { grantTypes } from './grant-types.ts'
import type { OAuthContext } from './oauth-context.ts'

/** One endpoint of an authorization server. */
export interface OAuthRoute {
  readonly operation: string
  readonly kind: CallKind
  readonly method: 'GET' | 'POST'
  readonly path: string
  answer(call: Call): Answer
}

/** What is said where a fault names no code. */
const codeOf: Readonly<Record<number, string>> = {
  401: 'invalid_client',
  403: 'access_denied',
  429: 'temporarily_unavailable',
  503: 'temporarily_unavailable',
}

const tokenKinds: readonly CallKind[] = ['token', 'revoke', 'introspect']

/** Plays the endpoints of an authorization server; `word` writes what is refused before an endpoint sees it. */
export function createOAuthService(
  vendor: VendorId,
  routes: readonly OAuthRoute[],
  context: OAuthContext,
  word: (call: Call, refusal: Answer) => Answer = (_call, refusal) => refusal,
): Omit<Service, 'reset'> {
  const answerRoute = (call: Call, { kind, answer }: OAuthRoute): Answer =>
    isDecodable(call) ? answer(call) : word(call, refuseMalformed(kind))

  return {
    vendor,
    mount(app) {
      for (const route of routes) {
        app.on(route.method, route.path, (c) => respond(c.env.call, answerRoute(c.env.call, route)))
      }
    },
    identify(method, path) {
      const route = routes.find((each) => each.path === path && each.method === method)
      return route && { kind: route.kind, operation: route.operation }
    },
    annotate(call) {
      const { entry } = call
      if (!tokenKinds.includes(entry.kind)) return
      const form = new URLSearchParams(formText(call))
      const client = claimedClient(call, context.clients)
      if (client !== undefined) entry.clientId = client.id
      const grantType = form.get('grant_type')
      if (grantType !== null) entry.grantType = grantTypes.includes(grantType) ? grantType : 'unknown'
      traceToken(entry, form, context)
    },
    error: (_call, status, error = codeOf[status] ?? 'server_error') =>
      jsonAnswer(status, { error, error_description: 'Played by a fault of the sandbox.' }, { error }),
    // No endpoint here takes an access token as its bearer.
    expireBearer: () => {},
    operations: routes.map(({ kind, operation }) => ({ kind, operation })),
    hasPath: (wanted) => routes.some(({ path }) => path === wanted),
    pathFits: (path, wanted) => path === wanted,
  }
}

function isDecodable(call: Call): boolean {
  return ![call.url.search, formText(call)].some(hasMalformedPercentCode)
}

/** A person gets a page. */
function refuseMalformed(kind: CallKind): Answer {
  const problem = ['invalid_request', 'A percent code is malformed.'] as const
  return kind === 'authorize' ? renderErrorPage(400, ...problem) : oauthError(400, ...problem)
}

/** Notes whose token or code the form carries. It is judged later, or never, if the call fails before. */
function traceToken(entry: LedgerEntry, form: URLSearchParams, { grants, random }: OAuthContext): void {
  const isRefresh = entry.grantType === 'refresh_token'
  const value = form.get(tokenParameter(entry)) ?? ''
  if (value === '') return
  const token = grants.findRefreshToken(value) ?? grants.findAccessToken(value)
  const trace = token === undefined ? { hash: random.fingerprint(value) } : grants.trace(token)
  const account = token?.grant.account ?? grants.findCode(value)?.account
  if (account !== undefined) entry.account = account.accountKey
  if (isRefresh) entry.presented = { ...trace, verdict: 'not_judged' }
  else if (entry.kind !== 'token') entry.subject = trace
}

function tokenParameter({ kind, grantType }: LedgerEntry): string {
  if (kind !== 'token') return 'token'
  return grantType === 'refresh_token' ? 'refresh_token' : 'code'
}
