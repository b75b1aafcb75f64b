import type { Store } from '@grantkit/auth-core'
import { createFakeClock } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { createApp } from '../src/create-app.ts'
import { openBench, type Bench, type BenchOptions } from './bench.ts'
import { testSettings } from './settings.ts'

/** Answers everything but token requests itself. */
function vendor(answer: (request: Request) => Response | Promise<Response>): BenchOptions {
  return {
    fetch: (next) => (input, init) => {
      const request = new Request(input, init)
      return request.url.includes('/oauth/') ? next(input, init) : Promise.resolve(answer(request))
    },
  }
}

async function openSession(options: BenchOptions): Promise<Bench & { session: string }> {
  const bench = await openBench(options)
  const { key } = await bench.addTenant('acme')
  return { ...bench, session: await bench.startSession(key, 'acme') }
}

/** What an API may say that is not for the caller. */
const unwanted = {
  connection: 'x-hop, etag',
  'x-hop': 'canary',
  etag: '"canary"',
  'keep-alive': 'canary',
  'proxy-authenticate': 'canary',
  trailer: 'canary',
  upgrade: 'canary',
  'set-cookie': 'canary=1',
  'access-control-allow-origin': 'https://canary.example',
  'access-control-allow-credentials': 'true',
  'alt-svc': 'canary',
  'strict-transport-security': 'max-age=1',
  server: 'canary',
  'x-powered-by': 'canary',
  'cache-control': 'public, max-age=3600',
  'www-authenticate': 'Bearer realm="canary"',
}

describe('of what an API answers, the caller gets no header that is not on the list', () => {
  it.each([
    ['in a whole body', () => new Response('a', { headers: { ...unwanted, 'content-length': '1' } }), 200],
    ['in a stream', () => new Response(new Blob(['a']).stream(), { headers: unwanted }), 200],
    ['in an error', () => Response.json({ errorCode: 'x' }, { status: 500, headers: unwanted }), 500],
    ['in a refusal', () => Response.json({ errorCode: 'x' }, { status: 401, headers: unwanted }), 502],
    ['in a redirect', () => new Response(null, { status: 302, headers: { ...unwanted, location: '/x' } }), 502],
    ['in an empty body', () => new Response(null, { status: 204, headers: unwanted }), 204],
    ['in something that has not changed', () => new Response(null, { status: 304, headers: unwanted }), 304],
  ])('%s', async (_, answer, status) => {
    const bench = await openSession(vendor(answer))
    const got = await bench.call('GET', '/call-queues', { token: bench.session })
    expect(got.status).toBe(status)
    expect(JSON.stringify([...got.headers])).not.toMatch(/canary/)
    const names = ['cache-control', 'content-length', 'content-type', 'x-request-id']
    expect([...got.headers.keys()].filter((name) => !names.includes(name))).toEqual([])
    expect(got.headers.get('cache-control')).toBe('no-store')
  })
})

describe('two tenants', () => {
  it('who ask for the same get each their own answer, with each their own token', async () => {
    const bench = await openBench(vendor(({ headers }) => Response.json({ for: headers.get('authorization') })))
    const ask = async (tenant: string): Promise<{ for: string }> => {
      const { key } = await bench.addTenant(tenant)
      const answer = await bench.call('GET', '/me', { token: await bench.startSession(key, tenant) })
      return (await answer.json()) as { for: string }
    }
    const [one, other] = [await ask('acme'), await ask('other')]
    expect(one.for).toMatch(/^Bearer /)
    expect(one.for).not.toBe(other.for)
  })
})

describe('a caller who leaves', () => {
  it('does not end the refresh that was made for the call', async () => {
    let release = (): void => undefined
    const held = new Promise<void>((resolve) => (release = resolve))
    let refreshes = 0
    const clock = createFakeClock({ wallMs: Date.now() })
    const bench = await openSession({
      clock,
      fetch: (next) => async (input, init) => {
        const { url } = input instanceof Request ? input : new Request(input)
        if (!url.includes('/oauth/token') || refreshes++ > 0) return await next(input, init)
        const answer = await next(input, init)
        await held
        return answer
      },
    })
    const leaving = new AbortController()
    const headers = { authorization: `Bearer ${bench.session}` }
    const left = bench.app.fetch(new Request('http://gateway/me', { headers, signal: leaving.signal }))
    await expect.poll(() => refreshes).toBe(1)
    leaving.abort()
    expect((await left).status).toBeGreaterThanOrEqual(400)
    expect(bench.sent.filter(({ url }) => url.endsWith('/me'))).toEqual([])
    release()
    const answer = await bench.call('GET', '/me', { token: bench.session })
    expect([answer.status, refreshes]).toEqual([200, 1])
  })
})

describe('whatever fails', () => {
  const canary = 'canary SELECT * FROM grants WHERE token = 1'

  async function expectPlainProblem(answer: Response): Promise<void> {
    expect(answer.status).toBeGreaterThanOrEqual(500)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    const body = (await answer.json()) as Record<string, unknown>
    const members = ['type', 'title', 'status', 'detail', 'action', 'upstreamStatus']
    expect(Object.keys(body).filter((name) => !members.includes(name))).toEqual([])
    expect(JSON.stringify(body)).not.toMatch(/canary|SELECT|    at /)
  }

  it.each(['the API', 'the provider'])('is told as a problem, without the words of %s', async (which) => {
    let isBroken = false
    const bench = await openSession({
      fetch: (next) => async (input, init) => {
        const { url } = input instanceof Request ? input : new Request(input)
        const isFailing = isBroken && which === (url.includes('/oauth/') ? 'the provider' : 'the API')
        if (isFailing) throw Object.assign(new TypeError(canary), { cause: new Error(canary) })
        return await next(input, init)
      },
    })
    isBroken = true
    await expectPlainProblem(await bench.call('GET', '/me', { token: bench.session }))
  })

  it('is told as a problem, without the words of the store', async () => {
    const { session } = await openSession({})
    const fails = (): Promise<never> => Promise.reject(new Error(canary))
    const store: Store = { durability: 'crash-safe', read: fails, write: fails, remove: fails, list: fails }
    const fetch = (): Promise<never> => Promise.reject(new TypeError('Nothing is asked.'))
    const app = createApp({ store, clock: createFakeClock(), settings: testSettings, fetch })
    const headers = { authorization: `Bearer ${session}` }
    await expectPlainProblem(await app.fetch(new Request('http://gateway/me', { headers })))
  })
})
