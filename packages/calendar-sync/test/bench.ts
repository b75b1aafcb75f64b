import {
  clientSecretPost,
  createAuthClient,
  systemClock,
  type Clock,
  type Connection,
  type Store,
} from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import {
  createGoogleCalendar,
  google,
  unwrap,
  type CalendarEvent,
  type GoogleCalendar,
} from '@grantkit/google-calendar'
import { approveAuthorization, createSandbox, googleWebClient, type Sandbox } from '@grantkit/sandbox'
import {
  createCalendarSync,
  type AppEvent,
  type CalendarSync,
  type CalendarSyncOptions,
  type SyncReport,
} from '../src/index.ts'

/** A sync on a sandbox, and a second client on the same calendar: the person who works in Google. */
export interface Bench<Event = AppEvent> {
  readonly sandbox: Sandbox
  readonly store: Store
  readonly clock: Clock
  readonly sync: CalendarSync<Event>
  readonly reports: SyncReport[]
  /** Another process: the same store and options. */
  another(options?: Partial<CalendarSyncOptions<Event>>): CalendarSync<Event>
  signIn(user: string, account?: string): Promise<void>
  connectionOf(user: string): Connection
  /** What a person does in Google. */
  calendarOf(user: string): GoogleCalendar
  /** The events of a calendar that are not deleted, in the order of their titles. */
  eventsOf(user: string): Promise<CalendarEvent[]>
  /** Calls of the API so far, by operation and status. */
  calls(): string[]
  close(): Promise<void>
}

const startMs: number = Date.UTC(2026, 10, 1)

/** Time is the sandbox's, and calls are not repeated unless a test says so: nothing waits. */
export function createBench<Event = AppEvent>(options: Partial<CalendarSyncOptions<Event>> = {}): Bench<Event> {
  const sandbox = createSandbox({ startMs })
  const nowMs = (): number => sandbox.control.clock.nowMs()
  const clock: Clock = { ...systemClock, wallMs: nowMs, monotonicMs: nowMs }
  const { store = createMemoryStore({ clock }) } = options
  const auth = createAuthClient({
    provider: google,
    clientId: googleWebClient.id,
    authentication: clientSecretPost(googleWebClient.secret ?? ''),
    store: createMemoryStore({ clock }),
    volatile: 'accept',
    fetch: sandbox.fetch,
    clock,
  })
  const reports: SyncReport[] = []
  const connections = new Map<string, Connection>()
  const connectionOf = (user: string): Connection => {
    const connection = connections.get(user) ?? auth.connection(user)
    connections.set(user, connection)
    return connection
  }
  const another: Bench<Event>['another'] = (more = {}) =>
    createCalendarSync<Event>({
      connectionFor: connectionOf,
      store,
      client: { fetch: sandbox.fetch, retry: { maxRetries: 0 }, rateLimit: false },
      clock,
      random: () => 0,
      observe: (report) => reports.push(report),
      ...options,
      ...more,
    })
  const calendarOf = (user: string): GoogleCalendar =>
    createGoogleCalendar({ connection: connectionOf(user), fetch: sandbox.fetch, rateLimit: false })
  return {
    sandbox,
    store,
    clock,
    sync: another(),
    reports,
    another,
    connectionOf,
    calendarOf,
    async signIn(user, account) {
      const scopes = ['https://www.googleapis.com/auth/calendar.events']
      const redirectUri = 'http://localhost:8080/callback'
      const { url } = await auth.beginAuthorization(user, { redirectUri, session: 'session', scopes })
      const callback = await approveAuthorization(sandbox.fetch, url, account === undefined ? {} : { account })
      await auth.completeAuthorization(callback, { session: 'session', allowOtherPerson: true })
    },
    async eventsOf(user) {
      const params = { path: { calendarId: 'primary' }, query: { maxResults: 2500, timeZone: 'Europe/Paris' } }
      const { items = [] } = unwrap(await calendarOf(user).GET('/calendars/{calendarId}/events', { params }))
      return items.toSorted((a, b) => (a.summary ?? '').localeCompare(b.summary ?? ''))
    },
    calls: () =>
      sandbox.control.ledger
        .entries({ kind: 'api' })
        .map(({ operation, status, stage }) => `${operation} ${status ?? stage}`),
    async close() {
      await auth[Symbol.asyncDispose]()
      await sandbox.close()
    },
  }
}

/** An event of an hour. */
export function event(id: string, more: Partial<AppEvent> = {}): AppEvent {
  return {
    id,
    title: `Event ${id}`,
    start: '2026-11-02T10:00:00',
    end: '2026-11-02T11:00:00',
    zone: 'Europe/Paris',
    ...more,
  }
}
