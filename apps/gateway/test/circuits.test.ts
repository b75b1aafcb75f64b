import { createFakeClock } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { openBench } from './bench.ts'

async function openWith(answer: () => Response | Promise<Response>, sandboxDown = false) {
  const clock = createFakeClock({ wallMs: Date.now() })
  let calls = 0
  const bench = await openBench({
    clock,
    fetch: (next) => (input, init) => {
      const isToken = new Request(input, init).url.includes('/oauth/')
      if (isToken && !sandboxDown) return next(input, init)
      if (isToken) return Promise.resolve(Response.json({ error: 'invalid_client' }, { status: 401 }))
      calls += 1
      return Promise.resolve().then(answer)
    },
  })
  const { key } = await bench.addTenant('acme')
  const token = await bench.startSession(key, 'acme')
  return { clock, calls: () => calls, use: (path = '/me') => bench.call('GET', path, { token }) }
}

const refused = (): Promise<Response> => Promise.reject(new TypeError('connect ECONNREFUSED'))

describe('an API that is down', () => {
  it.each([
    ['refuses connections', 502, refused],
    ['has a gateway that says so', 503, () => new Response(null, { status: 503 })],
  ])('for a minute because it %s is asked a few times, and everybody is told at once', async (_, status, answer) => {
    let isDown = true
    const { clock, calls, use } = await openWith(() => (isDown ? answer() : Response.json({})))
    for (let count = 0; count < 5; count++) expect((await use()).status).toBe(status)
    for (let second = 0; second < 60; second++) {
      const told = await use()
      expect([told.status, Number(told.headers.get('retry-after'))]).toEqual([
        expect.toBeOneOf([503, status]),
        expect.toSatisfy((seconds: number) => seconds <= 30),
      ])
      await clock.advance(1_000)
    }
    expect(calls()).toBe(5 + 5)
    const told = (await (await use()).json()) as { type: string; detail: string }
    expect(told).toMatchObject({ type: 'urn:grantkit:problem:upstream_down', detail: expect.stringContaining('admin') })
    isDown = false
    await clock.advance(30_000)
    expect((await use()).status).toBe(200)
    expect((await use()).status).toBe(200)
  })

  it('keeps nobody from another API', async () => {
    const { use } = await openWith(refused)
    for (let count = 0; count < 6; count++) await use('/me')
    expect(((await (await use('/me')).json()) as { type: string }).type).toContain('upstream_down')
    expect(((await (await use('/devices')).json()) as { type: string }).type).toContain('upstream_unreachable')
  })
})

describe('what does not say that an API is down', () => {
  it.each([400, 401, 403, 404, 429, 500])('are answers of %d', async (status) => {
    const { calls, use } = await openWith(() => Response.json({ errorCode: 'X' }, { status }))
    for (let count = 0; count < 20; count++) await use()
    expect(calls()).toBeGreaterThanOrEqual(20)
  })

  it('is a login that the provider refuses', async () => {
    const { calls, use } = await openWith(() => Response.json({}), true)
    for (let count = 0; count < 20; count++) {
      expect(((await (await use()).json()) as { type: string }).type).not.toContain('upstream_down')
    }
    expect(calls()).toBe(0)
  })
})
