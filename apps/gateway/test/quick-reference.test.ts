import type { Fetch } from '@grantkit/auth-core'
import type { Sandbox } from '@grantkit/sandbox'
import { beforeAll, describe, expect, it } from 'vitest'
import { openBench, type Bench, type BenchOptions, type CallOptions } from './bench.ts'

/** What the quick reference of the first gateway calls, and what it says that comes back. */
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
const noSession = {
  voice_authenticated: false,
  admin_authenticated: false,
  scim_authenticated: false,
  tenant: null,
  app: null,
  session_id: null,
  expires_at: null,
  provider_token_expiry: null,
}
const forwarded = [
  '/voice-proxy/extensions',
  '/voice-proxy/extensions?type=DIRECT_EXTENSION',
  '/voice-proxy/extensions?type=CALL_QUEUE',
  '/voice-proxy/extensions?type=DIAL_PLAN',
  '/voice-proxy/extensions?type=CONFERENCE_BRIDGE',
  '/voice-proxy/extensions?type=RING_GROUP',
  '/voice-proxy/accounts/1234567890',
  '/voice-proxy/call-queues',
  '/voice-proxy/call-queues/{queue}',
  '/voice-proxy/call-queues/{queue}/users',
  '/voice-proxy/phone-numbers',
  '/voice-proxy/locations',
  '/voice-proxy/devices',
  '/call-queues',
  '/call-queues/{queue}/users',
  '/extensions',
  '/phone-numbers',
  '/locations',
  '/devices',
  '/users',
  '/users/{user}',
  '/me',
  '/account',
  '/admin-proxy/me',
  '/scim-proxy/Users',
]

interface Mode {
  readonly name: string
  /** Calls as this mode does: with the session, or without anything. */
  readonly session: (path: string, token: string) => { path: string; options: CallOptions }
  readonly key: (key: string) => CallOptions
  readonly open: (options?: BenchOptions) => Promise<{ bench: Bench; key: string; sandbox: Sandbox }>
}

const byHeader: Mode = {
  name: 'by default, with a header',
  session: (path, token) => ({ path, options: { token } }),
  key: (token) => ({ token }),
  async open(options) {
    const bench = await openBench(options)
    return { bench, key: (await bench.addTenant('acme')).key, sandbox: bench.sandbox }
  },
}

const inQuery: Mode = {
  name: 'in the compatibility mode, as it was written',
  session: (path, token) => ({ path: `${path}${path.includes('?') ? '&' : '?'}session_id=${token}`, options: {} }),
  key: () => ({}),
  async open(options) {
    const { store, sandbox, addTenant } = await openBench()
    const { key } = await addTenant('acme')
    // The first sandbox knows the refresh token that lies in the store.
    const toSandbox: Fetch = (input, init) => sandbox.fetch(input as Request, init)
    const fetch: BenchOptions['fetch'] = () => options?.fetch?.(toSandbox) ?? toSandbox
    const settings = { sessionInQuery: true, anonymousKey: key }
    return { bench: await openBench({ store, fetch, settings }), key, sandbox }
  },
}

describe.each([byHeader, inQuery])('the quick reference of the first gateway works $name', (mode) => {
  let bench: Bench
  let key: string
  let sandbox: Sandbox
  let token: string

  beforeAll(async () => {
    ;({ bench, key, sandbox } = await mode.open())
    token = await bench.startSession(key, 'acme')
    // The status tells of tokens once there are some.
    await withSession('GET', '/me')
  })

  async function withSession(method: string, line: string, session = token): Promise<Response> {
    const { path, options } = mode.session(line, session)
    return await bench.call(method, path, options)
  }

  async function read(answer: Promise<Response>): Promise<{ status: number; body: unknown }> {
    const response = await answer
    return { status: response.status, body: await response.json() }
  }

  it('POST /auth/connect, and POST /auth/disconnect once', async () => {
    const json = { tenant: 'acme', app: 'goto' }
    const connected = await read(bench.call('POST', '/auth/connect', { ...mode.key(key), json }))
    expect(connected).toEqual({
      status: 200,
      body: {
        success: true,
        data: { session_id: expect.stringMatching(/^gs_[\w-]{43}$/), tenant: 'acme', app: 'goto', expires_in: 300 },
        message: 'Connected to goto',
      },
    })
    const { session_id: session } = (connected.body as { data: { session_id: string } }).data
    const ended = { success: true, message: 'Session ended' }
    expect(await read(withSession('POST', '/auth/disconnect', session))).toEqual({ status: 200, body: ended })
    expect(await read(withSession('POST', '/auth/disconnect', session))).toEqual(notFound)
  })

  it('GET /auth/status', async () => {
    expect(await read(withSession('GET', '/auth/status'))).toEqual({
      status: 200,
      body: {
        success: true,
        data: {
          voice_authenticated: true,
          admin_authenticated: true,
          scim_authenticated: true,
          tenant: 'acme',
          app: 'goto',
          session_id: token,
          expires_at: instant,
          provider_token_expiry: instant,
        },
      },
    })
    expect(await read(bench.call('GET', '/auth/status'))).toEqual({
      status: 200,
      body: { success: true, data: noSession },
    })
  })

  it('GET /health', async () => {
    const body = {
      status: 'healthy',
      tenant_id: 'acme',
      redis_healthy: true,
      providers: { goto: { status: 'active', has_token: true, token_expiry: instant } },
      account_key: '1234567890',
    }
    expect(await read(withSession('GET', '/health'))).toEqual({ status: 200, body })
    expect(await read(bench.call('GET', '/health', mode.key(key)))).toEqual({ status: 200, body })
  })

  it('POST /tenants/{tenant}/providers/{provider}/refresh-token', async () => {
    const path = '/tenants/acme/providers/goto/refresh-token'
    expect(await read(bench.call('POST', path, mode.key(key)))).toEqual({
      status: 200,
      body: {
        success: true,
        message: 'Tokens of goto were refreshed',
        expires_in: expect.toSatisfy((seconds: number) => seconds > 3500 && seconds <= 3600),
        expires_at: instant,
      },
    })
  })

  it.each(forwarded)('GET %s, with the very answer of the API', async (line) => {
    const path = line.replace('{queue}', await firstId('/voice-proxy/call-queues', 'items', 'id'))
    const filled = path.includes('{') ? path.replace('{user}', await firstId('/users', 'results', 'key')) : path
    const answer = await withSession('GET', filled)
    const sent = bench.sent.at(-1)!
    expect(sent.url).not.toMatch(/session|tenant/)
    const direct = await sandbox.fetch(sent)
    expect(answer.status).toBe(200)
    expect(await answer.text()).toBe(await direct.text())
  })

  async function firstId(path: string, items: string, id: string): Promise<string> {
    const found = (await (await withSession('GET', path)).json()) as Record<string, Record<string, string>[]>
    return found[items]?.[0]?.[id] ?? ''
  }

  it('what a session that is over is told', async () => {
    for (const line of ['/voice-proxy/extensions', '/auth/status', '/health', '/call-queues']) {
      expect(await read(withSession('GET', line, `gs_${'a'.repeat(43)}`)), line).toEqual(notFound)
    }
  })

  it('what a provider that nobody registered is told', async () => {
    const path = '/tenants/acme/providers/google/refresh-token'
    expect(await read(bench.call('POST', path, mode.key(key)))).toEqual({
      status: 404,
      body: {
        type: 'urn:grantkit:problem:not_connected',
        title: 'Not Found',
        status: 404,
        detail: 'Provider google not found',
      },
    })
  })

  it('what comes of a token that the API refuses: the code of the API, and never a 401 of the gateway', async () => {
    const refusal = (): Response => Response.json({ errorCode: 'AUTHN_INVALID_TOKEN' }, { status: 401 })
    const other = await mode.open({
      fetch: (next) => async (input, init) =>
        (input instanceof Request ? input.url : String(input)).includes('/voice-admin/')
          ? refusal()
          : await next(input, init),
    })
    const session = await other.bench.startSession(other.key, 'acme')
    const { path, options } = mode.session('/voice-proxy/extensions', session)
    expect(await read(other.bench.call('GET', path, options))).toEqual({
      status: 502,
      body: {
        type: 'urn:grantkit:problem:upstream_refused_token',
        title: 'Bad Gateway',
        status: 502,
        detail: 'The voice API refused a current token of goto. Reconnect this account, or check its rights there.',
        action: 'reconnect',
        upstreamStatus: 401,
        errorCode: 'AUTHN_INVALID_TOKEN',
      },
    })
  })
})

const notFound = {
  status: 401,
  body: {
    type: 'urn:grantkit:problem:invalid_token',
    title: 'Unauthorized',
    status: 401,
    detail: 'Session not found or expired',
  },
}
