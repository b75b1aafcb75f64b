import {
  clientSecretPost,
  createAuthClient,
  systemClock,
  type AuthClient,
  type Clock,
  type Store,
} from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { google } from '@grantkit/google-calendar'
import {
  approveAuthorization,
  createSandbox,
  googleWebClient,
  type ApproveOptions,
  type Sandbox,
} from '@grantkit/sandbox'
import { createCalendarConnect, type CalendarConnect, type CalendarConnectOptions } from '../src/connect/index.ts'

export const origin = 'https://app.example.com'
export const home = `${origin}/api/integrations/google-calendar`

/** An app that knows its users by the header `x-user`, with Google played beside it. */
export interface App extends AsyncDisposable {
  readonly sandbox: Sandbox
  readonly clock: Clock
  readonly store: Store
  readonly auth: AuthClient
  readonly connect: CalendarConnect
}

export function createApp(options: Partial<CalendarConnectOptions> = {}, store?: Store): App {
  const sandbox = createSandbox({
    startMs: Date.UTC(2026, 10, 1),
    clients: [{ ...googleWebClient, redirectUris: [`${home}/callback/`] }],
  })
  const wallMs = (): number => sandbox.control.clock.nowMs()
  const clock = { ...systemClock, wallMs, monotonicMs: wallMs }
  const kept = store ?? createMemoryStore({ clock })
  const auth = createAuthClient({
    provider: google,
    clientId: googleWebClient.id,
    authentication: clientSecretPost(googleWebClient.secret ?? ''),
    store: kept,
    fetch: sandbox.fetch,
    clock,
  })
  const authenticate = async ({ headers }: Request): Promise<string | undefined> => headers.get('x-user') ?? undefined
  return {
    sandbox,
    clock,
    store: kept,
    auth,
    connect: createCalendarConnect({ auth, authenticate, ...options }),
    async [Symbol.asyncDispose]() {
      await auth[Symbol.asyncDispose]()
      await sandbox.close()
    },
  }
}

export interface AskOptions {
  readonly method?: string
  readonly headers?: Record<string, string>
}

/** A browser, or a program in one: it keeps a cookie and sends it back. */
export interface Visitor {
  cookie: string | undefined
  /** Calls a route as somebody who is signed in to the app, or as nobody. */
  ask(path: string, user?: string, options?: AskOptions): Promise<Response>
  /** Begins, goes to Google, decides there, and gives the address that it is sent back to. */
  goToGoogle(user: string, decision?: ApproveOptions): Promise<URL>
}

/** Headers of a browser that navigates. */
export const navigating = { accept: 'text/html,application/xhtml+xml' }

export function createVisitor({ connect, sandbox }: Pick<App, 'connect' | 'sandbox'>): Visitor {
  const visitor: Visitor = {
    cookie: undefined,
    async ask(path, user, { method = 'GET', headers = {} } = {}) {
      const carried = visitor.cookie === undefined ? {} : { cookie: `theme=dark; ${visitor.cookie}` }
      const known = user === undefined ? {} : { 'x-user': user }
      const address = path.startsWith('https:') ? path : `${home}${path}`
      const response = await connect(new Request(address, { method, headers: { ...carried, ...known, ...headers } }))
      visitor.cookie = response.headers.get('set-cookie')?.split(';')[0] ?? visitor.cookie
      return response
    },
    async goToGoogle(user, decision) {
      const { authorization_url: address } = (await (await visitor.ask('/connect/', user)).json()) as Record<
        string,
        string
      >
      return await approveAuthorization(sandbox.fetch, address ?? '', decision)
    },
  }
  return visitor
}
