import { type Answer, type Call, jsonAnswer, respond } from '../call.ts'
import type { CallKind, LedgerEntry } from '../ledger.ts'
import { claimedClient, formText } from './authenticate-client.ts'
import { createAuthorizeEndpoint } from './authorize-endpoint.ts'
import { describeServer } from './metadata.ts'
import type { Service } from '../service.ts'
import type { OAuthContext } from './oauth-context.ts'
import { answerToken } from './token-endpoint.ts'
import { answerIntrospect, answerRevoke } from './token-state-endpoints.ts'

type OAuthOperation = 'metadata' | 'jwks' | 'authorize' | 'decideAuthorization' | 'token' | 'revoke' | 'introspect'

interface OAuthRoute {
  readonly operation: OAuthOperation
  readonly kind: CallKind
  readonly method: 'GET' | 'POST'
  readonly path: string
}

/** The endpoints of the authorization server. The metadata document is served where RFC 8414 section 3 puts it. */
const oauthRoutes: readonly OAuthRoute[] = [
  { operation: 'metadata', kind: 'metadata', method: 'GET', path: '/.well-known/oauth-authorization-server' },
  { operation: 'jwks', kind: 'metadata', method: 'GET', path: '/oauth/jwks.json' },
  { operation: 'authorize', kind: 'authorize', method: 'GET', path: '/oauth/authorize' },
  { operation: 'decideAuthorization', kind: 'authorize', method: 'POST', path: '/oauth/authorize' },
  { operation: 'token', kind: 'token', method: 'POST', path: '/oauth/token' },
  { operation: 'revoke', kind: 'revoke', method: 'POST', path: '/oauth/revoke' },
  { operation: 'introspect', kind: 'introspect', method: 'POST', path: '/oauth/introspect' },
]

const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials', 'personal_access_token', 'password']

/** What is said where a fault names no code. */
const codeOf: Readonly<Record<number, string>> = {
  401: 'invalid_client',
  403: 'access_denied',
  429: 'temporarily_unavailable',
  503: 'temporarily_unavailable',
}

export function createOAuthServer(context: OAuthContext): Service {
  const authorize = createAuthorizeEndpoint(context)
  const answers: Readonly<Record<OAuthOperation, (call: Call) => Answer>> = {
    metadata: (call) => jsonAnswer(200, describeServer(context.settings.issuer ?? call.url.origin)),
    // Tokens are opaque here, so there is nothing to verify with a key.
    jwks: () => jsonAnswer(200, { keys: [] }),
    authorize: authorize.show,
    decideAuthorization: authorize.decide,
    token: (call) => answerToken(call, context),
    revoke: (call) => answerRevoke(call, context),
    introspect: (call) => answerIntrospect(call, context),
  }

  function annotate(call: Call): void {
    const { entry } = call
    if (entry.kind !== 'token' && entry.kind !== 'revoke' && entry.kind !== 'introspect') return
    const form = new URLSearchParams(formText(call))
    const client = claimedClient(call, context.clients)
    if (client !== undefined) entry.clientId = client.id
    const grantType = form.get('grant_type')
    // An unknown name may be anything, a misplaced secret too.
    if (grantType !== null) entry.grantType = grantTypes.includes(grantType) ? grantType : 'unknown'
    traceToken(entry, form, context)
  }

  return {
    annotate,
    identify(method, path) {
      const route = oauthRoutes.find((each) => each.path === path && each.method === method)
      return route && { kind: route.kind, operation: route.operation }
    },
    error: (status, error = codeOf[status] ?? 'server_error') =>
      jsonAnswer(status, { error, error_description: 'Played by a fault of the sandbox.' }, { error }),
    // No endpoint here takes an access token.
    expireBearer: () => {},
    hasOperation: (name) => oauthRoutes.some(({ operation }) => operation === name),
    hasPath: (wanted) => oauthRoutes.some(({ path }) => path === wanted),
    pathFits: (path, wanted) => path === wanted,
    mount(app) {
      for (const { operation, method, path } of oauthRoutes) {
        app.on(method, path, (c) => respond(c.env.call, answers[operation](c.env.call)))
      }
    },
    reset: () => authorize.reset(),
  }
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
