// What is outside of the app: Google, played, and the person who works in Google's own calendar.
import { clientSecretPost, createAuthClient, providerAt, type Connection, type Provider } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import {
  createGoogleCalendar,
  google,
  unwrap,
  type CalendarEvent,
  type GoogleCalendar,
} from '@grantkit/google-calendar'
import { approveAuthorization, createSandbox, googleWebClient, listen } from '@grantkit/sandbox'

export interface Stage extends AsyncDisposable {
  readonly provider: Provider
  /** The app's registration at Google. */
  readonly client: { readonly id: string; readonly secret: string }
  /** Registers where the app is. */
  register(redirectUri: string): void
  /** Lets the app's calls of the calendar get lost, or come through again. */
  setNetwork(isUp: boolean): void
  isNetworkUp(): boolean
  /** What stands in Google's calendar. */
  titles(): Promise<string[]>
  /** Renames an event there, or makes one if there is none of that title. */
  write(title: string, renamed: string): Promise<void>
}

const client = { id: 'scheduler', secret: 'scheduler-secret' }
const calendarId = 'primary'

export async function setStage(): Promise<Stage> {
  const sandbox = createSandbox({ vendors: ['google'] })
  const { origin } = await listen(sandbox)
  const provider = providerAt(google, origin)
  let calendar = createGoogleCalendar({ connection: await signInPerson(provider) })
  let fault: string | undefined

  async function listEvents(): Promise<CalendarEvent[]> {
    const result = await calendar.GET('/calendars/{calendarId}/events', { params: { path: { calendarId } } })
    if (result.response.status !== 401) return unwrap(result).items ?? []
    // Revoking the app's grant ends those of all clients of the project.
    calendar = createGoogleCalendar({ connection: await signInPerson(provider) })
    return await listEvents()
  }

  return {
    provider,
    client,
    register(redirectUri) {
      const { scopes = [] } = googleWebClient
      sandbox.control.clients.add({
        ...client,
        vendor: 'google',
        name: 'Scheduler',
        redirectUris: [redirectUri],
        scopes,
      })
    },
    setNetwork(isUp) {
      if (isUp && fault !== undefined) sandbox.control.faults.clear(fault)
      fault = isUp
        ? undefined
        : (fault ??
          sandbox.control.faults.add({ match: { clientId: client.id, kind: 'api' }, type: 'lost', times: 'always' }))
    },
    isNetworkUp: () => fault === undefined,
    titles: async () => (await listEvents()).map(({ summary = '' }) => summary).toSorted(),
    async write(title, summary) {
      const found = (await listEvents()).find((event) => event.summary === title)
      await (found?.id === undefined ? create(calendar, summary) : rename(calendar, found.id, summary))
    },
    [Symbol.asyncDispose]: () => sandbox.close(),
  }
}

/** The person uses another client than the app: breaking the app's network does not break theirs. */
async function signInPerson(provider: Provider): Promise<Connection> {
  const authentication = clientSecretPost(googleWebClient.secret ?? '')
  const store = createMemoryStore()
  const auth = createAuthClient({ provider, clientId: googleWebClient.id, authentication, store })
  const redirectUri = 'http://localhost:8080/callback'
  const scopes = ['https://www.googleapis.com/auth/calendar.events']
  const { url } = await auth.beginAuthorization('person', { redirectUri, session: 'person', scopes })
  return await auth.completeAuthorization(await approveAuthorization(fetch, url), { session: 'person' })
}

async function create(calendar: GoogleCalendar, summary: string): Promise<void> {
  const start = { dateTime: new Date(Date.now() + 3_600_000).toISOString() }
  const end = { dateTime: new Date(Date.now() + 7_200_000).toISOString() }
  const body = { summary, start, end }
  unwrap(await calendar.POST('/calendars/{calendarId}/events', { params: { path: { calendarId } }, body }))
}

async function rename(calendar: GoogleCalendar, eventId: string, summary: string): Promise<void> {
  const params = { path: { calendarId, eventId } }
  unwrap(await calendar.PATCH('/calendars/{calendarId}/events/{eventId}', { params, body: { summary } }))
}
