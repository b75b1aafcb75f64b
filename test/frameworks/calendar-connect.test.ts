import { clientSecretPost, createAuthClient } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createCalendarConnect } from '@grantkit/calendar-sync/connect'
import { google } from '@grantkit/google-calendar'
import { approveAuthorization, createSandbox, googleWebClient, type Sandbox } from '@grantkit/sandbox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  serveExpress,
  serveFastify,
  serveHono,
  serveRouteHandlers,
  type Running,
  type Serve,
} from './framework-server.ts'

const path = '/api/integrations/google-calendar'

const frameworks: readonly [name: string, serve: Serve][] = [
  ['Hono', serveHono],
  ['Express 5', serveExpress],
  ['Fastify', serveFastify],
  ['route handlers', serveRouteHandlers],
]

describe.each(frameworks)('mounted in %s', (_name, serve) => {
  let sandbox: Sandbox
  let server: Running

  beforeEach(async () => {
    sandbox = createSandbox()
    const auth = createAuthClient({
      provider: google,
      clientId: googleWebClient.id,
      authentication: clientSecretPost(googleWebClient.secret ?? ''),
      store: createMemoryStore(),
      fetch: sandbox.fetch,
    })
    const authenticate = async ({ headers }: Request) => headers.get('x-user') ?? undefined
    server = await serve(path, createCalendarConnect({ auth, authenticate, basePath: path }))
    sandbox.control.clients.add({ ...googleWebClient, redirectUris: [`${server.origin}${path}/callback/`] })
  })
  afterEach(async () => {
    await server.close()
    await sandbox.close()
  })

  const ask = (address: string, init: RequestInit = {}, user = 'ada') =>
    fetch(new URL(address, server.origin), {
      redirect: 'manual',
      ...init,
      headers: { 'x-user': user, ...init.headers },
    })

  /** Connects and gives what the callback answered. */
  async function connect(): Promise<Response> {
    const begun = await ask(`${path}/connect/`)
    const [cookie = ''] = begun.headers.getSetCookie()
    const { authorization_url: address } = (await begun.json()) as { authorization_url: string }
    const callback = await approveAuthorization(sandbox.fetch, address)
    return await fetch(callback, { headers: { cookie: cookie.split(';')[0] ?? '' } })
  }

  test('a user connects and disconnects', async () => {
    const connected = await connect()
    expect([connected.status, await connected.json()]).toEqual([
      200,
      { message: 'Google Calendar is connected.', user: 'ada' },
    ])
    expect(await (await ask(`${path}/status`)).json()).toEqual({ connected: true, user: 'ada' })
    const disconnected = await ask(`${path}/disconnect/`, { method: 'POST' })
    expect(await disconnected.json()).toEqual({ message: 'Google Calendar is disconnected.' })
    expect(await (await ask(`${path}/status/`)).json()).toEqual({ connected: false, user: 'ada' })
  })

  test('a body that the framework has read before does no harm', async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await ask(`${path}/disconnect/`, { method: 'POST', body: '{"sure":true}', headers })
    expect(response.status).toBe(200)
  })

  test('headers, redirects and a request without a body come through', async () => {
    const navigating = await ask(`${path}/connect/`, { headers: { accept: 'text/html' } })
    expect(navigating.status).toBe(303)
    expect(navigating.headers.get('location')).toMatch(/^https:\/\/accounts\.google\.com\//)
    expect(navigating.headers.getSetCookie()).toHaveLength(1)
    const head = await ask(`${path}/status/`, { method: 'HEAD' })
    expect([head.status, await head.text(), head.headers.get('cache-control')]).toEqual([200, '', 'no-store'])
    const wrong = await ask(`${path}/connect/`, { method: 'POST' })
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD'])
  })
})
