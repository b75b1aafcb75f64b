// How the app is tied to its users' calendars: signing in, writing, and reading what others change.
import { clientSecretPost, createAuthClient, type Connection, type Provider } from '@grantkit/auth-core'
import { createSqliteStore } from '@grantkit/auth-core/stores/sqlite'
import { createCalendarSync, toConsole, type CalendarSync } from '@grantkit/calendar-sync'
import { createCalendarConnect, type CalendarConnect } from '@grantkit/calendar-sync/connect'
import { createCalendarPull, type CalendarPull } from '@grantkit/calendar-sync/pull'
import type { EventBook, Meeting } from './event-book.ts'

export interface CalendarsOptions {
  /** `google`; with a sandbox `providerAt(google, origin)`. */
  readonly provider: Provider
  readonly client: { readonly id: string; readonly secret: string }
  /** Where the app is reached by browsers, and by Google. */
  readonly origin: string
  readonly storePath: string
  readonly book: EventBook
  readonly zone: string
  /** Tells who is signed in to the app. */
  readonly userOf: (request: Request) => Promise<string | undefined>
}

export interface Calendars extends AsyncDisposable {
  readonly connect: CalendarConnect
  readonly sync: CalendarSync<Meeting>
  readonly pull: CalendarPull
}

export const connectPath = '/api/integrations/google-calendar'
export const messagesPath = '/google/messages'

export function openCalendars(options: CalendarsOptions): Calendars {
  const { provider, client, origin, storePath, book, zone, userOf } = options
  const store = createSqliteStore({ path: storePath })
  const authentication = clientSecretPost(client.secret)
  const auth = createAuthClient({ provider, clientId: client.id, authentication, store })

  const connectionFor = (user: string): Connection => auth.connection(user)
  const observe = toConsole({ info: () => undefined, warn: console.warn, error: console.error })
  const sync = createCalendarSync<Meeting>({
    connectionFor,
    store,
    zone,
    observe,
    // What a user had before connecting is queued then.
    source: { list: (user) => book.list(user) },
    // A demonstration has less patience than an app.
    baseDelayMs: 500,
    maxDelayMs: 2000,
    tries: 1000,
    client: { retry: { maxRetries: 0 } },
  })
  const pull = createCalendarPull({
    connectionFor,
    store,
    observe,
    address: `${origin}${messagesPath}`,
    onChanges: async (changes, { user }) => book.apply(user, changes),
    pollMs: 5000,
    client: { retry: { maxRetries: 0 } },
  })
  const connect = createCalendarConnect({
    auth,
    authenticate: userOf,
    basePath: connectPath,
    redirectUri: `${origin}${connectPath}/callback/`,
    redirectAfter: '/',
    async onConnect(user) {
      await sync.connected(user)
      await pull.follow(user)
    },
    async beforeDisconnect(user) {
      await pull.unfollow(user)
      await sync.disconnect(user)
    },
  })

  const stop = new AbortController()
  const running = Promise.all([sync.run({ signal: stop.signal }), pull.run({ signal: stop.signal })])
  return {
    connect,
    sync,
    pull,
    async [Symbol.asyncDispose]() {
      stop.abort()
      await running
      await auth[Symbol.asyncDispose]()
      await store.close()
    },
  }
}
