import { createFakeClock, scriptedFetch } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { elapse, secret, setup, stubConnection } from '../../test/setup.ts'
import { definition, type paths } from '../../test/shelf.ts'
import { createApiClient, type ApiClientOptions } from '../index.ts'

const shelf = () => Response.json({ items: [] })
const rateLimit = { requests: 2, windowMs: 1000 }
const shelves = (count: number) => Array.from({ length: count }, shelf)

/** Clients of one connection, whose requests are noted with the instant they were sent. */
function clients(script: Response[], ...each: Partial<ApiClientOptions>[]) {
  const clock = createFakeClock()
  const sentAtMs: number[] = []
  const scripted = scriptedFetch(script)
  const fetch: typeof scripted = Object.assign((...request: Parameters<typeof scripted>) => {
    sentAtMs.push(clock.monotonicMs())
    return scripted(...request)
  }, scripted)
  const shared = { connection: stubConnection(), accountKey: '1', fetch, clock, rateLimit, retry: { jitter: 0 } }
  const made = each.map((options) => createApiClient<paths, 'accountKey'>(definition, { ...shared, ...options }))
  return { made, clock, sentAtMs, fetch: scripted }
}

describe('the rate limit', () => {
  it('holds for all clients of one connection together', async () => {
    const { made, clock, sentAtMs } = clients(shelves(5), {}, {})
    const calls = [0, 1, 0, 1, 0].map((which) => made[which]!.GET('/books'))
    await elapse(clock, Promise.all(calls))
    expect(sentAtMs).toEqual([0, 0, 1000, 1000, 2000])
  })

  it('does not hold for another connection, nor where it was switched off', async () => {
    const { made, clock, sentAtMs } = clients(shelves(9), {}, { connection: stubConnection() }, { rateLimit: false })
    await elapse(clock, Promise.all([0, 0, 1, 1, 2, 2, 2].map((which) => made[which]!.GET('/books'))))
    expect(sentAtMs).toEqual([0, 0, 0, 0, 0, 0, 0])
  })

  it('is the documented one if none is given', async () => {
    const clock = createFakeClock()
    const limited = { ...definition, rateLimit: { requests: 1, windowMs: 700 } }
    const options = { connection: stubConnection(), accountKey: '1', fetch: scriptedFetch(shelves(3)), clock }
    const client = createApiClient<paths, 'accountKey'>(limited, options)
    const { ms } = await elapse(clock, Promise.all([client.GET('/books'), client.GET('/books'), client.GET('/books')]))
    expect(ms).toBe(1400)
  })

  it('counts the methods as the vendor does', async () => {
    const clock = createFakeClock()
    const limited = { ...definition, rateLimit: { requests: 5, windowMs: 700 }, rateWeights: { GET: 2 } }
    const options = { connection: stubConnection(), accountKey: '1', fetch: scriptedFetch(shelves(3)), clock }
    const client = createApiClient<paths, 'accountKey'>(limited, options)
    const { ms } = await elapse(clock, Promise.all([client.GET('/books'), client.GET('/books'), client.GET('/books')]))
    expect(ms).toBe(700)
  })

  it('counts repeats like first attempts', async () => {
    const { made, clock, sentAtMs } = clients([new Response('', { status: 429 }), ...shelves(2)], {
      rateLimit: { requests: 1, windowMs: 5000 },
    })
    await elapse(clock, Promise.all([made[0]!.GET('/books'), made[0]!.GET('/books')]))
    expect(sentAtMs).toEqual([0, 5000, 10_000])
  })

  const refused = (retryAfter: string) => new Response('', { status: 429, headers: { 'retry-after': retryAfter } })

  it('holds everybody until the time that a 429 names, and lets them begin one by one then', async () => {
    const { made, clock, sentAtMs, fetch } = clients([refused('7'), ...shelves(3)], {}, {})
    const first = made[0]!.GET('/books')
    await clock.advance(100)
    const others = [made[1]!.GET('/books'), made[0]!.GET('/books')]
    const { outcome } = await elapse(clock, Promise.all([first, ...others]))
    expect(outcome).toMatchObject([{ data: {} }, { data: {} }, { data: {} }])
    expect(sentAtMs).toEqual([0, 7000, 7000, 8000])
    fetch.assertDone()
  })

  it('holds nobody back for a time that no call could wait', async () => {
    const { made, clock, sentAtMs } = clients([refused('30'), refused('30'), ...shelves(1)], {})
    for (let call = 0; call < 2; call += 1) expect(await made[0]!.GET('/books')).toMatchObject({ error: {} })
    await clock.advance(1000)
    await made[0]!.GET('/books')
    expect(sentAtMs).toEqual([0, 0, 1000])
  })

  it('is not moved by the Retry-After of another answer', async () => {
    const busy = new Response('', { status: 503, headers: { 'retry-after': '7' } })
    const { made, clock, sentAtMs } = clients([busy, ...shelves(2)], {})
    const first = made[0]!.GET('/books')
    await clock.advance(100)
    await elapse(clock, Promise.all([first, made[0]!.GET('/books')]))
    expect(sentAtMs).toEqual([0, 100, 7000])
  })

  it('lets no token age in the queue', async () => {
    const order: string[] = []
    const connection = {
      ...stubConnection(),
      accessToken: async () => {
        order.push('token')
        return { value: secret, scopes: [] }
      },
    }
    const { made, clock } = clients(shelves(3), { connection, rateLimit: { requests: 1, windowMs: 1000 } })
    const calls = Promise.all([made[0]!.GET('/books'), made[0]!.GET('/books')])
    await clock.advance(999)
    expect(order).toEqual(['token'])
    await elapse(clock, calls)
    expect(order).toEqual(['token', 'token'])
  })

  it('lets a caller leave the queue, and sends nothing for it', async () => {
    const { made, clock, sentAtMs, fetch } = clients(shelves(2), { rateLimit: { requests: 1, windowMs: 1000 } })
    const aborter = new AbortController()
    const client = made[0]!
    const before = client.GET('/books')
    const leaving = client.GET('/books', { signal: aborter.signal }).catch((error: unknown) => error)
    const behind = client.GET('/books')
    await clock.advance(500)
    aborter.abort()
    expect(await leaving).toMatchObject({ code: 'aborted' })
    await elapse(clock, Promise.all([before, behind]))
    expect(sentAtMs).toEqual([0, 1000])
    fetch.assertDone()
    expect(clock.pendingTimers).toEqual([])
  })

  it('is named by a call that spends its time in the queue', async () => {
    const { made, clock } = clients(shelves(1), { rateLimit: { requests: 1, windowMs: 60_000 }, timeoutMs: 3000 })
    const [, second] = [made[0]!.GET('/books'), made[0]!.GET('/books')]
    const { outcome, ms } = await elapse(clock, second)
    expect(ms).toBe(3000)
    expect(outcome).toMatchObject({
      code: 'timeout',
      message:
        'shelf listBooks did not end within 3000 ms, the end of it waiting for its turn under the rate limit of 1 in ' +
        '60000 ms. Raise timeoutMs, or try again later.',
    })
  })

  it('costs nothing where there is none', async () => {
    const { client, fetch } = setup(shelves(30))
    await Promise.all(Array.from({ length: 30 }, () => client.GET('/books')))
    fetch.assertDone()
  })
})
