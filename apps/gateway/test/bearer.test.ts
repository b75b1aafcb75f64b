import { beforeAll, describe, expect, it } from 'vitest'
import { openBench, type Bench } from './bench.ts'

let bench: Bench
let tokens: Readonly<Record<'session' | 'key', string>>
beforeAll(async () => {
  bench = await openBench()
  const { key } = await bench.addTenant('acme')
  tokens = { key, session: await bench.startSession(key, 'acme') }
})

const route = { session: '/me', key: '/tenants/acme/apps', operator: '/tenants' } as const
const made = { session: `gs_${'a'.repeat(43)}`, key: `gk_${'a'.repeat(12)}_${'a'.repeat(43)}` }

// RFC 6750, 3 and 3.1.
describe('a request is told by the rules for bearer tokens', () => {
  it.each([
    ['without a token', 'session', undefined, 401, 'Bearer'],
    ['without a token', 'key', undefined, 401, 'Bearer'],
    ['with a session that nobody made', 'session', `Bearer ${made.session}`, 401, 'Bearer error="invalid_token"'],
    ['with a key that nobody made', 'key', `Bearer ${made.key}`, 401, 'Bearer error="invalid_token"'],
    ['with another scheme', 'session', 'Basic YTpi', 400, 'Bearer error="invalid_request"'],
    ['with an empty token', 'session', 'Bearer ', 400, 'Bearer error="invalid_request"'],
    ['with two tokens in one header', 'key', 'Bearer a, Bearer b', 400, 'Bearer error="invalid_request"'],
  ] as const)('%s, on a route for a %s', async (_, access, authorization, status, challenge) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    const answer = await bench.call('GET', route[access], { headers })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([status, challenge])
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  it('with a key that may not do this', async () => {
    const answer = await bench.call('GET', route.operator, { token: tokens.key })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([403, 'Bearer error="insufficient_scope"'])
  })

  it('with a token in the header and one in the address', async () => {
    const both = await openBench({ store: bench.store, settings: { sessionInQuery: true } })
    const answer = await both.call('GET', `/me?session_id=${tokens.session}`, { token: tokens.session })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([400, 'Bearer error="invalid_request"'])
  })

  it('in the same words, however it looks like the probe of a load balancer', async () => {
    const probes = [
      { 'user-agent': 'kube-probe/1.30' },
      { 'user-agent': 'ELB-HealthChecker/2.0' },
      { 'user-agent': 'GoogleHC/1.0' },
      { 'x-health-check': '1', 'x-forwarded-uri': '/health' },
      { 'x-original-url': '/health', 'x-rewrite-url': '/ready' },
    ]
    for (const { method, path } of bench.app.routes.filter(({ access }) => access !== 'public')) {
      const target = path.replaceAll(/\{\w+\}|\*/g, 'health')
      for (const headers of probes) {
        const answer = await bench.call(method, target, { headers: headers as Record<string, string> })
        expect([answer.status, `${method} ${target}`]).toEqual([401, `${method} ${target}`])
      }
    }
  })
})
