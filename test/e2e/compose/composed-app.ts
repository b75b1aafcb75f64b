import { createApiClient, type ApiClient } from '@grantkit/api-client'
import {
  clientSecretBasic,
  clientSecretPost,
  createAuthClient,
  type AuthClient,
  type Connection,
  type Store,
} from '@grantkit/auth-core'
import { carthooks, createCarthooks } from '@grantkit/carthooks'
import { userAccessToken } from '@grantkit/auth-core/providers/carthooks'
import { createGoogleCalendar, google } from '@grantkit/google-calendar'
import { createGotoVoice, goto } from '@grantkit/goto-voice'
import {
  approveAuthorization,
  carthooksClient,
  defaultClient,
  googleWebClient,
  type Sandbox,
  type SandboxClient,
} from '@grantkit/sandbox'
import { browse } from '../oidc/browser.ts'
import { postClient, type OidcServer } from '../oidc/oidc-server.ts'

/** The servers around the app: three vendors in one sandbox, and an authorization server of its own. */
export interface World {
  readonly sandbox: Sandbox
  readonly own: OidcServer
}

export const providerNames = ['goto', 'google', 'carthooks', 'own'] as const
export type ProviderName = (typeof providerNames)[number]
type Each<T> = Readonly<Record<ProviderName, T>>

/** An app that talks to four providers and keeps all grants in one store. */
export interface ComposedApp extends AsyncDisposable {
  readonly connections: Each<Connection>
  /** Connects the account everywhere, all at once. */
  connect(): Promise<void>
  /** Calls the API of each provider once; gives what each answered. */
  readonly call: Each<() => Promise<{ readonly response: Response }>>
}

// The same name everywhere: that the grants are different ones is the store's to know.
const account = 'ada'
const session = 'session'

interface OwnPaths {
  '/me': { get: { responses: { 200: { content: { 'application/json': { sub: string } } } } } }
}

/** The API of the app's own server: who the token is about. */
function createOwnApi(origin: string, connection: Connection): ApiClient<OwnPaths> {
  const operations = { getMe: { method: 'GET', path: '/me', idempotent: true } }
  return createApiClient<OwnPaths>({ id: 'own', baseUrl: origin, operations }, { connection })
}

export function createComposedApp({ sandbox, own }: World, store: Store): ComposedApp {
  const { fetch } = sandbox
  const registered = (client: SandboxClient) => ({ clientId: client.id, secret: client.secret ?? '', fetch, store })
  const clients: Each<AuthClient> = {
    goto: createAuthClient({ provider: goto, ...withSecret(registered(defaultClient), clientSecretBasic) }),
    google: createAuthClient({ provider: google, ...withSecret(registered(googleWebClient), clientSecretPost) }),
    carthooks: createAuthClient({ provider: carthooks, ...withSecret(registered(carthooksClient), clientSecretPost) }),
    own: createAuthClient({
      provider: own.profile({ id: 'own', defaultScopes: ['openid'] }),
      clientId: postClient.id,
      authentication: clientSecretPost(postClient.secret),
      store,
    }),
  }
  const connections: Each<Connection> = {
    goto: clients.goto.connection(account),
    google: clients.google.connection(account),
    carthooks: clients.carthooks.connection(account),
    own: clients.own.connection(account),
  }
  const voice = createGotoVoice({ connection: connections.goto, accountKey: '1234567890', fetch, rateLimit: false })
  const calendar = createGoogleCalendar({ connection: connections.google, fetch })
  const tables = createCarthooks({ connection: connections.carthooks, fetch })
  const ownApi = createOwnApi(own.origin, connections.own)
  return {
    connections,
    async connect() {
      const approve = (url: URL): Promise<URL> => approveAuthorization(fetch, url)
      const redirectUri = 'http://localhost:8080/callback'
      await Promise.all([
        askPerson(clients.goto, { redirectUri, approve }),
        askPerson(clients.google, { redirectUri, approve, scopes: ['https://www.googleapis.com/auth/calendar'] }),
        useUserToken(clients.carthooks, sandbox.control.carthooks.createUserToken()),
        askPerson(clients.own, { redirectUri: 'https://app.example.com/callback', approve: browse }),
      ])
    },
    call: {
      goto: () => voice.GET('/call-queues'),
      google: () => calendar.GET('/users/me/calendarList'),
      carthooks: () => tables.GET('/v1/me'),
      own: () => ownApi.GET('/me'),
    },
    async [Symbol.asyncDispose]() {
      for (const client of Object.values(clients)) await client[Symbol.asyncDispose]()
    },
  }
}

/** How many token requests each authorization server has answered. */
export function tokenRequests({ sandbox, own }: World): Each<number> {
  const { ledger } = sandbox.control
  const count = (vendor: 'goto' | 'google' | 'carthooks'): number => ledger.entries({ kind: 'token', vendor }).length
  return { goto: count('goto'), google: count('google'), carthooks: count('carthooks'), own: own.count('/token') }
}

function withSecret<Rest extends { secret: string }>(
  { secret, ...rest }: Rest,
  authenticate: typeof clientSecretBasic,
) {
  return { ...rest, authentication: authenticate(secret) }
}

/** Exchanges the token of the vendor's front end now; connecting alone leaves that to the first call. */
async function useUserToken(client: AuthClient, token: string): Promise<void> {
  const connection = await client.connect(account, userAccessToken(token))
  await connection.accessToken()
}

interface Asked {
  readonly redirectUri: string
  readonly approve: (url: URL) => Promise<URL>
  readonly scopes?: readonly string[]
}

async function askPerson(client: AuthClient, { approve, ...options }: Asked): Promise<void> {
  const { url } = await client.beginAuthorization(account, { session, ...options })
  await client.completeAuthorization(await approve(url), { session })
}
