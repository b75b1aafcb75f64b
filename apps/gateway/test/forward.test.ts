import fc from 'fast-check'
import { createFakeClock } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { isRefused, readTarget } from '../src/http/target.ts'
import { openBench, type Bench, type BenchOptions } from './bench.ts'

async function openSession(
  options: BenchOptions & { passThrough?: boolean } = {},
): Promise<Bench & { key: string; session: string }> {
  const bench = await openBench(options)
  const { key } = await bench.addTenant('acme', { passThrough: options.passThrough ?? false })
  return { ...bench, key, session: await bench.startSession(key, 'acme') }
}

/** Answers everything but token requests itself. */
function vendor(answer: (request: Request) => Response | Promise<Response>): BenchOptions {
  return {
    fetch: (next) => (input, init) => {
      const request = new Request(input, init)
      return request.url.includes('/oauth/') ? next(input, init) : Promise.resolve(answer(request))
    },
  }
}

describe('forwarding', () => {
  it.each([
    ['/call-queues', 'https://api.goto.com/voice-admin/v1/call-queues?accountKey=1234567890'],
    ['/call-queues/q1/users', 'https://api.goto.com/voice-admin/v1/call-queues/q1/users'],
    ['/extensions?pageSize=2', 'https://api.goto.com/voice-admin/v1/extensions?pageSize=2&accountKey=1234567890'],
    ['/phone-numbers', 'https://api.goto.com/voice-admin/v1/phone-numbers?accountKey=1234567890'],
    ['/locations', 'https://api.goto.com/voice-admin/v1/locations?accountKey=1234567890'],
    ['/devices', 'https://api.goto.com/voice-admin/v1/devices?accountKey=1234567890'],
    ['/users', 'https://api.getgo.com/admin/rest/v1/accounts/1234567890/users'],
    ['/users/42', 'https://api.getgo.com/admin/rest/v1/accounts/1234567890/users/42'],
    ['/me', 'https://api.getgo.com/admin/rest/v1/me'],
    ['/account', 'https://api.getgo.com/admin/rest/v1/accounts/1234567890'],
    ['/voice-proxy/accounts/1234567890', 'https://api.goto.com/voice-admin/v1/accounts/1234567890'],
    ['/voice-proxy/call-queues?accountKey=7', 'https://api.goto.com/voice-admin/v1/call-queues?accountKey=7'],
    [
      '/voice-proxy/devices?a=1&a=%2F&b&a=2',
      'https://api.goto.com/voice-admin/v1/devices?a=1&a=%2F&b&a=2&accountKey=1234567890',
    ],
    ['/admin-proxy/me', 'https://api.getgo.com/admin/rest/v1/me'],
    ['/scim-proxy/Users?count=1', 'https://api.getgo.com/identity/v1/Users?count=1'],
    ['/meeting-proxy/upcomingMeetings', 'https://api.getgo.com/G2M/rest/upcomingMeetings'],
  ])('sends %s to %s', async (path, url) => {
    const bench = await openSession(vendor(() => Response.json({ seen: true })))
    const answer = await bench.call('GET', path, { token: bench.session })
    expect(await answer.json()).toEqual({ seen: true })
    expect(bench.sent.at(-1)?.url).toBe(url)
    expect(bench.sent.at(-1)?.headers.get('authorization')).toMatch(/^Bearer (?!gs_)/)
  })

  it('works on the real shapes of the APIs', async () => {
    const bench = await openSession()
    const count = async (path: string, items: string): Promise<number> => {
      const answer = await bench.call('GET', path, { token: bench.session })
      return ((await answer.json()) as Record<string, unknown[]>)[items]?.length ?? 0
    }
    expect(await count('/call-queues', 'items')).toBe(9)
    expect(await count('/voice-proxy/extensions?type=CALL_QUEUE', 'items')).toBe(9)
    expect(await count('/users', 'results')).toBe(9)
    expect(await count('/phone-numbers', 'items')).toBe(1)
    expect(await count('/scim-proxy/Users', 'resources')).toBeGreaterThan(0)
  })

  it.each([
    ['GET', '/voice-proxy/no-such-thing', 404],
    ['GET', '/voice-proxy/', 404],
    ['PATCH', '/voice-proxy/call-queues', 405],
    ['DELETE', '/admin-proxy/me', 405],
    ['OPTIONS', '/voice-proxy/call-queues', 405],
    ['GET', '/calendar-proxy/users/me/calendarList', 404],
    ['GET', '/carthooks-proxy/v1/me', 404],
    ['GET', '/voice-proxy/call-queues?access_token=x', 400],
  ])('refuses %s %s with %i and asks nobody', async (method, path, status) => {
    const bench = await openSession()
    const before = bench.sent.length
    const answer = await bench.call(method, path, { token: bench.session })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ status, detail: expect.any(String) })
    expect(bench.sent.length).toBe(before)
  })

  it('lets a tenant with pass-through leave the spec, but not the API', async () => {
    const bench = await openSession({ ...vendor(() => Response.json({})), passThrough: true })
    expect((await bench.call('PATCH', '/voice-proxy/no/such/thing?x=1', { token: bench.session })).status).toBe(200)
    expect(bench.sent.at(-1)?.url).toBe('https://api.goto.com/voice-admin/v1/no/such/thing?x=1')
    expect((await bench.call('GET', '/voice-proxy', { token: bench.session })).status).toBe(200)
    expect(bench.sent.at(-1)?.url).toBe('https://api.goto.com/voice-admin/v1/')
    for (const method of ['OPTIONS', 'PROPFIND']) {
      expect((await bench.call(method, '/voice-proxy/no', { token: bench.session })).status).toBe(405)
    }
  })

  it('sends the path that was decided on, whatever comes', async () => {
    const bench = await openSession({ ...vendor(() => Response.json({})), passThrough: true })
    const base = '/voice-admin/v1'
    const piece = fc.constantFrom(
      'a',
      '/',
      '.',
      '%2e',
      '%2E',
      '%252e',
      '%2f',
      '\\',
      ';',
      '%41',
      '%c3%a9',
      '@',
      ':',
      '~',
      "'",
      '%',
      '+',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 10 }), async (pieces) => {
        const rawTarget = `/voice-proxy/${pieces.join('')}`
        const before = bench.sent.length
        const request = new Request('http://gateway/', { headers: { authorization: `Bearer ${bench.session}` } })
        const { status } = await bench.app.fetch(request, { rawTarget })
        const target = readTarget(rawTarget)
        if (isRefused(target)) {
          expect([status, bench.sent.length]).toEqual([400, before])
          return
        }
        const { pathname, origin } = new URL(bench.sent.at(-1)?.url ?? '')
        expect(origin + pathname).toBe(`https://api.goto.com${base}${target.path.slice('/voice-proxy'.length)}`)
      }),
      { numRuns: 300 },
    )
  })

  describe('when the API refuses the token', () => {
    it('refreshes and repeats once', async () => {
      const clock = createFakeClock({ wallMs: Date.now() })
      const bench = await openSession({ clock })
      expect((await bench.call('GET', '/call-queues', { token: bench.session })).status).toBe(200)
      await clock.advance(90_000)
      bench.sandbox.control.expireAccessTokens()
      const body = JSON.stringify({ name: 'x' })
      const before = bench.sent.length
      const headers = { 'content-type': 'application/json', 'content-length': String(body.length) }
      const answer = await bench.call('POST', '/voice-proxy/locations', { token: bench.session, body, headers })
      expect(answer.status).not.toBe(502)
      const urls = bench.sent.slice(before).map(({ url }) => new URL(url).pathname)
      expect(urls).toEqual(['/voice-admin/v1/locations', '/oauth/token', '/voice-admin/v1/locations'])
    })

    it('says so itself, with the code of the vendor, and never as its own 401', async () => {
      const refusal = () => Response.json({ errorCode: 'AUTHN_INVALID_TOKEN' }, { status: 401 })
      const bench = await openSession(vendor(refusal))
      const answer = await bench.call('GET', '/call-queues', { token: bench.session })
      expect(answer.status).toBe(502)
      expect(await answer.json()).toMatchObject({
        type: 'urn:grantkit:problem:upstream_refused_token',
        errorCode: 'AUTHN_INVALID_TOKEN',
        upstreamStatus: 401,
        action: 'reconnect',
      })
    })

    it('asks to reconnect when the provider ended the grant', async () => {
      const clock = createFakeClock({ wallMs: Date.now() })
      const bench = await openSession({ clock })
      bench.sandbox.control.revokeGrant()
      await clock.advance(90_000)
      const answer = await bench.call('GET', '/call-queues', { token: bench.session })
      expect([answer.status, ((await answer.json()) as { action: string }).action]).toEqual([409, 'reconnect'])
    })
  })

  describe('of answers', () => {
    it('passes on status, body and the headers that callers need, and no others', async () => {
      const headers = {
        'content-type': 'text/csv',
        'retry-after': '7',
        etag: '"1"',
        link: '<https://x.example/2>; rel="next"',
        'x-request-id': 'vendor-1',
        'x-ratelimit-remaining': '3',
        'set-cookie': 'a=b',
        server: 'vendor',
        'strict-transport-security': 'max-age=1',
        'alt-svc': 'h3=":443"',
        'access-control-allow-origin': '*',
        'cache-control': 'public, max-age=3600',
        connection: 'x-hop, etag',
        'x-hop': 'secret',
      }
      const bench = await openSession(vendor(() => new Response('a,b', { status: 429, headers })))
      const answer = await bench.call('GET', '/call-queues', { token: bench.session })
      expect([answer.status, await answer.text()]).toEqual([429, 'a,b'])
      expect(Object.fromEntries(answer.headers)).toEqual({
        'cache-control': 'no-store',
        'content-type': 'text/csv',
        link: '<https://x.example/2>; rel="next"',
        'retry-after': '7',
        'upstream-request-id': 'vendor-1',
        'x-ratelimit-remaining': '3',
        'x-request-id': expect.stringMatching(/^[\w-]{36}$/),
      })
    })

    it.each([204, 304])('has no body for %i', async (status) => {
      const bench = await openSession(vendor(() => new Response(null, { status, headers: { etag: '"1"' } })))
      const answer = await bench.call('GET', '/call-queues', { token: bench.session })
      expect([answer.status, answer.body]).toEqual([status, null])
    })

    it('keeps every byte of what is no text', async () => {
      const bytes = new Uint8Array(100_000).map((_, index) => index % 251)
      const bench = await openSession(vendor(() => new Response(bytes, { headers: { 'content-type': 'image/png' } })))
      const answer = await bench.call('GET', '/call-queues', { token: bench.session })
      expect(new Uint8Array(await answer.arrayBuffer())).toEqual(bytes)
    })

    it.each([301, 302, 303, 307, 308])('follows no redirect: %i', async (status) => {
      const bench = await openSession(
        vendor(() => new Response(null, { status, headers: { location: 'https://evil.example/' } })),
      )
      const answer = await bench.call('GET', '/call-queues', { token: bench.session })
      expect([answer.status, answer.headers.get('location')]).toEqual([502, null])
      expect(await answer.json()).toMatchObject({
        type: 'urn:grantkit:problem:upstream_redirected',
        upstreamStatus: status,
      })
      expect(bench.sent.filter(({ url }) => url.includes('evil'))).toEqual([])
    })

    it('says that nothing was sent, or that nobody knows, when the connection breaks', async () => {
      const refused = Object.assign(new TypeError('fetch failed'), {
        cause: { code: 'ECONNREFUSED', syscall: 'connect' },
      })
      for (const [error, words] of [
        [refused, 'was not sent'],
        [new TypeError('gone'), 'is not known'],
      ] as const) {
        const bench = await openSession(vendor(() => Promise.reject(error)))
        const answer = await bench.call('GET', '/call-queues', { token: bench.session })
        expect(answer.status).toBe(502)
        expect(((await answer.json()) as { detail: string }).detail).toContain(words)
      }
    })

    it.each(['GET', 'POST'])('asks once, whatever comes of it: %s', async (method) => {
      const bench = await openSession(vendor(() => new Response('later', { status: 503 })))
      const answer = await bench.call(method, '/voice-proxy/locations', { token: bench.session })
      expect([answer.status, await answer.text()]).toEqual([503, 'later'])
      expect(bench.sent.filter(({ url }) => url.includes('voice-admin'))).toHaveLength(1)
    })

    it('waits no longer than its limit for the head', async () => {
      const clock = createFakeClock({ wallMs: Date.now() })
      const hanging = vendor(
        ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      )
      const bench = await openSession({ ...hanging, clock, settings: { upstreamTimeoutMs: 5000 } })
      const answer = bench.call('GET', '/call-queues', { token: bench.session })
      await expect.poll(() => bench.sent.at(-1)?.url).toContain('call-queues')
      await clock.advance(5000)
      expect((await answer).status).toBe(504)
    })
  })

  describe('of bodies', () => {
    const received = (): { options: BenchOptions; bodies: { text: string; type: string | null }[] } => {
      const bodies: { text: string; type: string | null }[] = []
      const options = vendor(async (request) => {
        bodies.push({ text: await request.text(), type: request.headers.get('content-type') })
        return new Response(null, { status: 204 })
      })
      return { options, bodies }
    }

    it('passes on text, and a stream without a length', async () => {
      const { options, bodies } = received()
      const bench = await openSession(options)
      const send = (body: RequestInit['body'], headers: Record<string, string>): Promise<Response> =>
        bench.call('POST', '/voice-proxy/locations', { token: bench.session, body, headers })
      const type = { 'content-type': 'application/json' }
      expect((await send('{"a":"é"}', { ...type, 'content-length': '10' })).status).toBe(204)
      expect((await send(new Blob(['{"b":1}']).stream(), { ...type, 'transfer-encoding': 'chunked' })).status).toBe(204)
      expect(bodies).toEqual([
        { text: '{"a":"é"}', type: 'application/json' },
        { text: '{"b":1}', type: 'application/json' },
      ])
    })

    it('takes no larger ones than an operator allows the tenant, whether they say their length or not', async () => {
      const { options, bodies } = received()
      const bench = await openSession(options)
      const allow = (bytes: number | null): Promise<Response> =>
        bench.call('PUT', '/tenants/acme', { token: bench.operator, json: { max_body_bytes: bytes } })
      expect(await (await allow(10)).json()).toMatchObject({ config: { max_body_bytes: 10 } })
      const session = await bench.startSession(bench.key, 'acme')
      const send = (text: string, token: string, type = 'text/plain'): Promise<Response>[] => [
        bench.call('POST', '/voice-proxy/locations', {
          token,
          body: text,
          headers: { 'content-type': type, 'content-length': String(text.length) },
        }),
        bench.call('POST', '/voice-proxy/locations', {
          token,
          body: new Blob([text]).stream(),
          headers: { 'content-type': type, 'transfer-encoding': 'chunked' },
        }),
      ]
      const form = 'application/x-www-form-urlencoded'
      const large = await Promise.all([...send('0123456789!', session), ...send('a=123456789', session, form)])
      for (const answer of large) {
        expect(answer.status).toBe(413)
        expect(await answer.json()).toMatchObject({ detail: 'A body may have 10 bytes at most.' })
      }
      expect(bodies).toEqual([])
      const small = await Promise.all(send('0123456789', session))
      expect(small.map(({ status }) => status)).toEqual([204, 204])
      await allow(null)
      const free = await Promise.all(send('0123456789!', await bench.startSession(bench.key, 'acme')))
      expect(free.map(({ status }) => status)).toEqual([204, 204])
    })

    it('refuses a form that is too large', async () => {
      const { options, bodies } = received()
      const bench = await openSession(options)
      const form = {
        token: bench.session,
        body: `a=${'x'.repeat(1_048_576)}`,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }
      expect((await bench.call('POST', '/voice-proxy/locations', form)).status).toBe(413)
      expect(bodies).toEqual([])
    })

    it('refuses an access token in a form, and a body on a GET', async () => {
      const { options, bodies } = received()
      const bench = await openSession(options)
      const form = {
        token: bench.session,
        body: 'a=1&access%5Ftoken=x',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      }
      expect((await bench.call('POST', '/voice-proxy/locations', form)).status).toBe(400)
      const get = { token: bench.session, headers: { 'content-length': '3' } }
      expect((await bench.call('GET', '/voice-proxy/locations', get)).status).toBe(400)
      expect(bodies).toEqual([])
    })
  })

  it('stops within a moment when another gateway disconnects the app', async () => {
    const clock = createFakeClock({ wallMs: Date.now() })
    const bench = await openSession({ clock })
    const other = await openBench({ store: bench.store, clock })
    expect((await bench.call('GET', '/call-queues', { token: bench.session })).status).toBe(200)
    const path = '/tenants/acme/apps/goto/grant'
    expect((await other.call('DELETE', path, { token: other.operator })).status).toBe(200)
    await clock.advance(5000)
    const before = bench.sent.length
    expect((await bench.call('GET', '/call-queues', { token: bench.session })).status).toBe(404)
    expect(bench.sent.length).toBe(before)
  })

  it('refreshes by hand for whoever may', async () => {
    const bench = await openSession()
    const path = '/tenants/acme/providers/goto/refresh-token'
    const answer = await bench.call('POST', path, { token: bench.operator })
    expect(await answer.json()).toEqual({
      success: true,
      message: 'Tokens of goto were refreshed',
      expires_in: expect.any(Number),
      expires_at: expect.stringMatching(/Z$/),
    })
    const missing = await bench.call('POST', '/tenants/acme/providers/google/refresh-token', { token: bench.operator })
    expect([missing.status, ((await missing.json()) as { detail: string }).detail]).toEqual([
      404,
      'Provider google not found',
    ])
  })
})
