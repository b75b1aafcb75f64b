import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { clientSecretPost, createAuthClient, providerAt, systemClock } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createCalendarConnect } from '@grantkit/calendar-sync/connect'
import { google } from '@grantkit/google-calendar'
import { googleWebClient, listen, type Sandbox } from '@grantkit/sandbox'
import { createAdaptorServer } from '@hono/node-server'

const base = '/api/integrations/google-calendar'
const calendar = 'https://www.googleapis.com/auth/calendar'

export interface SchedulerSite extends AsyncDisposable {
  /** On `localhost`, which is another site than the sandbox's 127.0.0.1. */
  readonly origin: string
  readonly sandboxOrigin: string
  status(user: string): Promise<boolean>
}

/** A web app whose users sign in by a cookie and connect their calendars, with Google played on a socket beside it. */
export async function startSchedulerSite(sandbox: Sandbox): Promise<SchedulerSite> {
  const played = await listen(sandbox)
  const wallMs = (): number => sandbox.control.clock.nowMs()
  const clock = { ...systemClock, wallMs, monotonicMs: wallMs }
  const auth = createAuthClient({
    provider: providerAt(google, played.origin),
    clientId: googleWebClient.id,
    authentication: clientSecretPost(googleWebClient.secret ?? ''),
    store: createMemoryStore({ clock }),
    clock,
  })
  const connect = createCalendarConnect({
    auth,
    authenticate: async ({ headers }) => /(?:^|; )user=(\w+)/.exec(headers.get('cookie') ?? '')?.[1],
    redirectAfter: '/',
    scopes: [`${calendar}.events`, `${calendar}.freebusy`],
  })
  const server = createAdaptorServer({
    overrideGlobalObjects: false,
    fetch: (request) => (new URL(request.url).pathname.startsWith(`${base}/`) ? connect(request) : homePage(request)),
  }) as Server
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  sandbox.control.clients.add({ ...googleWebClient, redirectUris: [`${origin}${base}/callback/`] })
  return {
    origin,
    sandboxOrigin: played.origin,
    status: async (user) => (await auth.connection(user).status()).state === 'active',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await auth[Symbol.asyncDispose]()
      await sandbox.close()
    },
  }
}

/** Signs in whoever is named as `?user=`. */
function homePage(request: Request): Response {
  const user = new URL(request.url).searchParams.get('user')
  const body = `<!doctype html><html lang="en"><title>Scheduler</title><link rel="icon" href="data:,"><h1>Scheduler</h1>
<a href="${base}/connect/">Connect Google Calendar</a>
<form method="post" action="${base}/disconnect/"><button>Disconnect</button></form></html>`
  const cookie = user === null ? {} : { 'set-cookie': `user=${user}; Path=/; HttpOnly; SameSite=Lax` }
  return new Response(body, { headers: { 'content-type': 'text/html', ...cookie } })
}
