import { beforeAll, describe, expect, it } from 'vitest'
import type { GatewayRoute } from '../src/routes/access.ts'
import { openBench, type Bench } from './bench.ts'

let bench: Bench
let tokens: Readonly<Record<'operator' | 'own' | 'other' | 'revoked' | 'session' | 'ended', string>>

/** A body that each writing route takes, so that only access decides. A new one without a line here fails. */
const bodies: Readonly<Record<string, unknown>> = {
  'POST /auth/connect': { tenant: '{tenant}', app: 'goto' },
  'PUT /tenants/{tenant}': {},
  'PUT /tenants/{tenant}/apps/{app}': {
    provider: 'goto',
    client_id: 'sandbox-client',
    client_secret: 'sandbox-secret',
  },
  'PUT /tenants/{tenant}/apps/{app}/grant': { refresh_token: 'nobody-has-it' },
  'POST /api-keys': { name: 'x', role: 'tenant', tenant: '{tenant}' },
}

function pathOf({ path }: GatewayRoute, tenant: string): string {
  const names: Record<string, string> = { tenant, app: 'goto', provider: 'goto', id: 'abc', key: '1' }
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => names[name] ?? name).replace('/*', '/me')
}

async function call(
  route: GatewayRoute,
  tenant: string,
  token: string | undefined,
): Promise<{ status: number; body: string }> {
  const wanted = bodies[`${route.method} ${route.path}`]
  const json = wanted === undefined ? undefined : JSON.parse(JSON.stringify(wanted).replace('{tenant}', tenant))
  const answer = await bench.call(route.method, pathOf(route, tenant), {
    ...(token === undefined ? {} : { token }),
    ...(json === undefined ? {} : { json }),
  })
  return { status: answer.status, body: await answer.text() }
}

beforeAll(async () => {
  bench = await openBench()
  const own = await bench.addTenant('acme')
  const other = await bench.addTenant('other')
  const revoked = await bench.addTenant('third')
  await bench.call('DELETE', `/api-keys/${revoked.key.split('_')[1]}`, { token: bench.operator })
  const session = await bench.startSession(own.key, 'acme')
  const ended = await bench.startSession(own.key, 'acme')
  await bench.call('POST', '/auth/disconnect', { token: ended })
  tokens = { operator: bench.operator, own: own.key, other: other.key, revoked: revoked.key, session, ended }
})

describe('who may call what', () => {
  it('is decided for every route', () => {
    expect(bench.app.routes.length).toBeGreaterThan(50)
    const writing = bench.app.routes.filter(({ method, access }) => /POST|PUT/.test(method) && access !== 'session')
    const withoutBody = [
      'POST /tenants/{tenant}/providers/{provider}/refresh-token',
      'POST /tenants/{tenant}/apps/{app}/connect',
      'POST /connect/{ticket}',
    ]
    const known = new Set([...Object.keys(bodies), ...withoutBody])
    expect(writing.map(({ method, path }) => `${method} ${path}`).filter((name) => !known.has(name))).toEqual([])
  })

  it('lets nobody in without a token but to what is public', async () => {
    for (const route of bench.app.routes) {
      const { status } = await call(route, 'acme', undefined)
      expect([route.access === 'public', status], `${route.method} ${route.path}`).toEqual(
        route.access === 'public' ? [true, expect.not.toSatisfy((code: number) => code === 401)] : [false, 401],
      )
    }
  })

  it.each(['revoked', 'ended'] as const)('lets nobody in with a token that is %s', async (which) => {
    for (const route of bench.app.routes.filter(({ access }) => access !== 'public')) {
      const { status } = await call(route, 'acme', tokens[which])
      expect(status, `${route.method} ${route.path}`).toBe(401)
    }
  })

  it('keeps keys from what takes a session, and sessions from what takes a key', async () => {
    for (const route of bench.app.routes.filter(({ access }) => access !== 'public')) {
      const wrong = route.access === 'session' ? [tokens.operator, tokens.own] : [tokens.session]
      for (const token of wrong) {
        expect((await call(route, 'acme', token)).status, `${route.method} ${route.path}`).toBe(401)
      }
    }
  })

  it('keeps tenants from what operators do', async () => {
    for (const route of bench.app.routes.filter(({ access }) => access === 'operator')) {
      expect((await call(route, 'acme', tokens.own)).status, `${route.method} ${route.path}`).toBe(403)
    }
  })

  it('answers a tenant about another one as about one that does not exist', async () => {
    for (const route of bench.app.routes.filter(({ access }) => access === 'tenant' || access === 'key')) {
      const foreign = await call(route, 'acme', tokens.other)
      const missing = await call(route, 'nobody', tokens.other)
      expect(foreign, `${route.method} ${route.path}`).toEqual(missing)
      expect(foreign.status, `${route.method} ${route.path}`).toBe(404)
    }
  })

  it('lets everybody do what is theirs', async () => {
    // Last: some of these remove things.
    const served = bench.app.routes.filter(({ method }) => method === 'GET')
    for (const route of served) {
      const token = {
        public: undefined,
        key: tokens.own,
        tenant: tokens.own,
        operator: tokens.operator,
        session: tokens.session,
      }
      const { status } = await call(route, 'acme', token[route.access])
      expect([401, 403], `${route.method} ${route.path} ${status}`).not.toContain(status)
    }
  })
})
