import type { Fault } from '@grantkit/sandbox'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBench, event, type Bench } from '../../test/bench.ts'

let bench: Bench

beforeEach(async () => {
  bench = createBench({ tries: 3 })
  await bench.signIn('ada')
})
afterEach(() => bench.close())

const minuteMs = 60_000
const fault = (effect: object, operation = 'createEvent'): void =>
  void bench.sandbox.control.faults.add({ match: { operation }, ...effect } as Fault)
const queue = (id: string) => bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event(id) })
const status = () => bench.sync.status('ada')

async function later(ms: number): Promise<void> {
  bench.sandbox.control.clock.advance(ms)
  await bench.sync.drain()
}

describe('what fails for now', () => {
  test.each([
    ['a server error', { type: 'server_error', status: 503 }, 'backendError'],
    ['a gateway in between', { type: 'html', status: 502 }, 'unexpected_answer'],
    ['a connection that breaks', { type: 'lost' }, 'network'],
  ])('%s is tried again after 30, then 60 seconds, and dead after the third time', async (_name, effect, code) => {
    fault({ ...effect, times: 'always' })
    await queue('1')
    await bench.sync.drain()
    await later(29_000)
    expect(bench.calls()).toHaveLength(1)
    await later(1_000)
    expect(bench.calls()).toHaveLength(2)
    expect(await status()).toMatchObject({ queued: 1, failing: 1, dead: [] })
    await later(59_000)
    expect(bench.calls()).toHaveLength(2)
    await later(1_000)
    expect(await status()).toMatchObject({ queued: 0, failing: 0, dead: [{ eventId: '1', code }] })
    const failed = { level: 'warning', type: 'event_failed', user: 'ada', eventId: '1', code }
    const dead = { level: 'error', type: 'event_dead', user: 'ada', eventId: '1', code }
    expect(bench.reports).toMatchObject([{ ...failed, retryInMs: 30_000 }, { ...failed, retryInMs: 60_000 }, dead])
  })

  test('and is dead is tried again on demand, and goes through', async () => {
    fault({ type: 'server_error', times: 3 })
    await queue('1')
    for (let time = 0; time < 3; time += 1) await later(minuteMs)
    expect(await bench.sync.retryDead('ada', 'another')).toBe(0)
    expect(await bench.sync.retryDead('ada')).toBe(1)
    await bench.sync.drain()
    expect(await bench.eventsOf('ada')).toMatchObject([{ summary: 'Event 1' }])
    expect(await status()).toMatchObject({ queued: 0, dead: [] })
  })

  test('and is dead comes back with the next edit', async () => {
    fault({ type: 'server_error', times: 3 })
    await queue('1')
    for (let time = 0; time < 3; time += 1) await later(minuteMs)
    await queue('1')
    await bench.sync.drain()
    expect(await status()).toMatchObject({ queued: 0, dead: [] })
  })

  test('keeps no other event back', async () => {
    fault({ type: 'server_error' })
    await queue('1')
    await queue('2')
    await bench.sync.drain()
    expect(await bench.eventsOf('ada')).toHaveLength(1)
  })

  test('waits as long as Google asks', async () => {
    fault({ type: 'rate_limited', retryAfterSeconds: 120 })
    await queue('1')
    await later(0)
    await later(119_000)
    expect(bench.calls()).toHaveLength(1)
    await later(1_000)
    expect(bench.calls()).toEqual(['createEvent 429', 'createEvent 200'])
  })
})

describe('what can never succeed', () => {
  test.each([
    ['a mistake', { type: 'api_error', status: 400, errorCode: 'invalid' }, 'invalid', 400],
    [
      'a calendar of somebody else',
      { type: 'forbidden', errorCode: 'requiredAccessLevel' },
      'requiredAccessLevel',
      403,
    ],
    ['a locked event', { type: 'forbidden', errorCode: 'forbiddenForNonOrganizer' }, 'forbiddenForNonOrganizer', 403],
  ])('%s is dead at once, with the reason', async (_name, effect, code, http) => {
    fault(effect)
    await queue('1')
    await bench.sync.drain()
    expect(await status()).toMatchObject({ dead: [{ eventId: '1', code, status: http }] })
    expect(bench.calls()).toHaveLength(1)
  })

  test('a calendar that is not there is told', async () => {
    const elsewhere = bench.another({ calendarId: 'somebody.else@example.com' })
    await elsewhere.enqueue({ kind: 'upsert', user: 'ada', event: event('1') })
    await elsewhere.drain()
    expect(await status()).toMatchObject({ dead: [{ eventId: '1', code: 'notFound', status: 404 }] })
  })
})

describe('a quota', () => {
  test.each(['rateLimitExceeded', 'userRateLimitExceeded'])(
    'of a minute (403 %s) holds the user back, and no event is to blame',
    async (errorCode) => {
      fault({ type: 'forbidden', errorCode, times: 10 })
      await Promise.all(['1', '2', '3'].map(queue))
      await bench.sync.drain()
      expect(await status()).toMatchObject({ state: 'rate_limited', queued: 3, failing: 0 })
      const callsMade = bench.calls().length
      await later(29_000)
      expect(bench.calls()).toHaveLength(callsMade)
      // Longer than any event has tries.
      for (let time = 0; time < 10; time += 1) await later(minuteMs)
      expect(await status()).toMatchObject({ state: 'active', queued: 0, dead: [] })
      expect(bench.reports.filter(({ type }) => type === 'user_waits')).toHaveLength(1)
    },
  )

  test("of Google's abuse limits (403 quotaExceeded) stops the user for an hour, and nobody else", async () => {
    bench.sandbox.control.accounts.add({
      accountKey: '42',
      principal: 'grace.example@example.com',
      vendor: 'google',
    })
    await bench.signIn('grace', 'grace.example@example.com')
    fault({ type: 'forbidden', errorCode: 'quotaExceeded' })
    await queue('1')
    await bench.sync.drain()
    expect(await status()).toMatchObject({ state: 'quota', queued: 1, waitsUntilMs: expect.any(Number) })
    await bench.sync.enqueue({ kind: 'upsert', user: 'grace', event: event('1') })
    await later(59 * minuteMs)
    expect(await bench.eventsOf('grace')).toHaveLength(1)
    expect(bench.calls().filter((call) => call.startsWith('create'))).toEqual(['createEvent 403', 'createEvent 200'])
    await later(minuteMs)
    expect(await status()).toMatchObject({ state: 'active', queued: 0 })
    expect(bench.reports.map(({ level, type }) => `${level} ${type}`)).toEqual([
      'warning user_waits',
      'info event_written',
      'info event_written',
      'info user_resumed',
    ])
  })
})
