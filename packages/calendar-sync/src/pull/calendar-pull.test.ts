import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { faultyStore } from '@grantkit/auth-core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBench, event, type Bench } from '../../test/bench.ts'
import { createPullBench, personOf, startWebhook, type PullBench } from '../../test/pull-bench.ts'
import { createCalendarPull, type CalendarPullOptions } from './index.ts'

const minuteMs = 60_000
const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))
const dayMs = 24 * 3600_000

let bench: Bench
let puller: PullBench
let person: ReturnType<typeof personOf>

async function start(options: Partial<CalendarPullOptions> = {}): Promise<void> {
  bench = createBench()
  await bench.signIn('ada')
  puller = createPullBench(bench, options)
  person = personOf(bench)
}
beforeEach(() => start())
afterEach(() => bench.close())

const advance = (ms: number): void => void bench.sandbox.control.clock.advance(ms)
const push = async (id: string, more: Parameters<typeof event>[1] = {}) => {
  await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event(id, more) })
  await bench.sync.drain()
}
/** Reads what is due after the longest wait, and gives what was told. */
async function look(): Promise<string[]> {
  advance(10 * minuteMs)
  await puller.pull.drain()
  return puller.told()
}
const reports = () =>
  bench.reports.filter(({ type }) => /^(pull|channel)/.test(type)).map(({ type, code }) => code ?? type)

/** Follows from now on: what is there already was told. */
async function follow(): Promise<void> {
  await puller.pull.follow('ada')
  await puller.pull.drain()
  puller.told()
}

describe('what a person does in Google', () => {
  test('is told once: all that is there at first, then what is created, changed and deleted', async () => {
    await person.create('Dentist')
    await puller.pull.follow('ada')
    await puller.pull.drain()
    expect(puller.told()).toEqual(['reset first', 'created Dentist'])
    expect(await look()).toEqual([])

    advance(2000)
    await person.create('Lunch')
    await person.edit('Dentist', { location: 'Room 5' })
    expect((await look()).toSorted()).toEqual(['changed Dentist', 'created Lunch'])
    await person.remove('Dentist')
    expect(await look()).toEqual(['deleted something'])
    expect(await look()).toEqual([])
  })

  test('to an event of the app is told with the app’s id, and what is not as the app wrote it', async () => {
    await push('1')
    await follow()
    await person.edit('Event 1', {
      summary: 'Later',
      start: { dateTime: '2026-11-02T09:30:00Z', timeZone: 'Europe/Paris' },
    })
    expect(await look()).toEqual(['changed Later own 1 (summary,start)'])
    await person.edit('Later', { attendees: [{ email: 'grace@example.com' }] })
    expect(await look()).toEqual(['changed Later own 1 (summary,start)'])
    await person.remove('Later')
    expect(await look()).toEqual(['deleted own 1'])
  })

  test('and takes back is told, too', async () => {
    await push('1')
    await follow()
    await person.edit('Event 1', { summary: 'Later' })
    expect(await look()).toEqual(['changed Later own 1 (summary)'])
    await person.edit('Later', { summary: 'Event 1' })
    expect(await look()).toEqual(['changed Event 1 own 1 (summary)'])
    await push('1', { title: 'Ours' })
    await person.edit('Ours', { attendees: [{ email: 'grace@example.com' }] })
    expect(await look()).toEqual(['changed Ours own 1 ()'])
  })

  test('to members that the app does not write is told, and that none of the app’s differ', async () => {
    await push('1')
    await follow()
    await person.edit('Event 1', { attendees: [{ email: 'grace@example.com' }] })
    expect(await look()).toEqual(['changed Event 1 own 1 ()'])
  })

  test('to one instance of a series of the app is told as such', async () => {
    await push('1', { recurrence: ['RRULE:FREQ=DAILY;COUNT=3'] })
    await follow()
    const params = { path: { calendarId: 'primary', eventId: (await bench.eventsOf('ada'))[0]?.id ?? '' } }
    const calendar = bench.calendarOf('ada')
    const { data } = await calendar.GET('/calendars/{calendarId}/events/{eventId}/instances', { params })
    const [first, second] = data?.items ?? []
    const instance = (each: typeof first) => ({ params: { path: { calendarId: 'primary', eventId: each?.id ?? '' } } })
    await calendar.PATCH('/calendars/{calendarId}/events/{eventId}', { ...instance(first), body: { summary: 'Once' } })
    await calendar.DELETE('/calendars/{calendarId}/events/{eventId}', instance(second))
    const told = await look()
    expect(told).toEqual(['changed Once own 1', 'instance_cancelled 2026-11-03T04:00:00-05:00 own 1'])
  })

  test('to a copy that somebody made of an event is not taken for the event', async () => {
    await push('1')
    await follow()
    advance(2000)
    await person.create('Copy', { extendedProperties: { private: { grantkitEvent: '1' } } })
    expect(await look()).toEqual(['created Copy'])
  })
})

describe('the app’s own writes', () => {
  test('come back and are not told, whatever they are', async () => {
    await follow()
    await push('1')
    await push('2', { description: 'With Grace', priority: 5 })
    expect(await look()).toEqual([])
    await push('1', { title: 'Changed' })
    expect(await look()).toEqual([])
    await bench.sync.enqueue({ kind: 'delete', user: 'ada', eventId: '1' })
    await bench.sync.drain()
    expect(await look()).toEqual([])
  })

  test('are not told while their answer is still under way', async () => {
    const quick = createPullBench(bench, { pollMs: 1000 })
    await quick.pull.follow('ada')
    await quick.pull.drain()
    const held = bench.sandbox.control.faults.add({ match: { operation: 'createEvent' }, hold: true })
    await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event('1') })
    const pushing = bench.sync.drain()
    while (bench.sandbox.control.faults.pending()[0]?.held !== 1) await nextTurn()
    advance(2000)
    const pulling = quick.pull.drain()
    await bench.sandbox.control.ledger.waitFor({ operation: 'listEvents' }, 5000)
    bench.sandbox.control.faults.release(held)
    await pushing
    await pulling
    expect(quick.told()).toEqual(['reset first'])
  })

  test('whose answer was lost are known by what was sent', async () => {
    await follow()
    bench.sandbox.control.faults.add({ match: { operation: 'createEvent' }, type: 'lost', processed: true })
    await push('1')
    expect(await look()).toEqual(['changed Event 1 own 1 ()'])
    await bench.sync.drain()
    expect(await look()).toEqual([])
  })
})

describe('what the app fails to take', () => {
  test('comes again, with all that came meanwhile, and the report holds nothing of it', async () => {
    let fails = true
    await bench.close()
    const taken: string[] = []
    await start({
      onChanges: async (changes) => {
        if (fails) throw new Error('The title is Dentist')
        taken.push(...changes.map(({ kind }) => kind))
      },
    })
    await person.create('Dentist')
    await puller.pull.follow('ada')
    await puller.pull.drain()
    await person.create('Lunch')
    await look()
    expect(taken).toEqual([])
    expect(reports()).toEqual(['handler_failed', 'handler_failed'])
    expect(JSON.stringify(bench.reports)).not.toContain('Dentist')
    fails = false
    await look()
    expect(taken).toEqual(['reset', 'created', 'created'])
  })

  test('is tried after longer and longer waits, and a message does not hurry it', async () => {
    await bench.close()
    await start({ onChanges: () => Promise.reject(new Error('no')) })
    await puller.pull.follow('ada')
    for (let count = 0; count < 4; count += 1) {
      await puller.pull.drain()
      await puller.pull.drain()
      advance(bench.reports.at(-1)?.retryInMs ?? 0)
    }
    expect(bench.reports.map(({ retryInMs }) => retryInMs)).toEqual([1125, 2250, 4500, 9000])
  })
})

describe('when Google has forgotten the token', () => {
  test('everything is read again, and what was deleted meanwhile is told', async () => {
    await push('1')
    await push('2')
    await person.create('Dentist')
    await follow()
    await person.remove('Event 1')
    bench.sandbox.control.google.expireSyncTokens()
    const told = await look()
    expect(told[0]).toBe('reset token_expired')
    expect(told).toContain('changed Dentist')
    expect(told.filter((line) => line.includes('own'))).toEqual(['deleted own 1'])
    expect(await look()).toEqual([])
  })
})

describe('several processes on one store', () => {
  test('read a calendar by one of them at a time, and tell everything once', async () => {
    const others = [puller, createPullBench(bench), createPullBench(bench)]
    await person.create('Dentist')
    await puller.pull.follow('ada')
    await Promise.all(others.map(({ pull }) => pull.drain()))
    expect(others.flatMap((each) => each.told())).toEqual(['reset first', 'created Dentist'])
  })

  test('take over from one that died, and what it had not finished comes again', async () => {
    await person.create('Dentist')
    const dying = createPullBench(bench, { onChanges: () => new Promise(() => undefined) })
    await puller.pull.follow('ada')
    void dying.pull.drain()
    await bench.sandbox.control.ledger.waitFor({ operation: 'listEvents' }, 5000)
    await nextTurn()
    await puller.pull.drain()
    expect(puller.told()).toEqual([])
    advance(121_000)
    await puller.pull.drain()
    expect(puller.told()).toEqual(['reset first', 'created Dentist'])
  })

  test('one that was overtaken changes nothing any more', async () => {
    const gate = Promise.withResolvers<void>()
    let reached = (): void => undefined
    const atHandler = new Promise<void>((resolve) => void (reached = resolve))
    const slow = createPullBench(bench, { onChanges: () => (reached(), gate.promise) })
    await person.create('Dentist')
    await puller.pull.follow('ada')
    const slowly = slow.pull.drain()
    await atHandler
    advance(121_000)
    await person.create('Lunch')
    await puller.pull.drain()
    expect(puller.told()).toEqual(['reset first', 'created Dentist', 'created Lunch'])
    gate.resolve()
    await slowly
    expect(await look()).toEqual([])
  })
})

describe('a user', () => {
  test('who is not connected is waited for, and followed as soon as they are', async () => {
    await puller.pull.follow('bob')
    await puller.pull.drain()
    expect(reports()).toEqual(['not_connected'])
    await bench.signIn('bob')
    await personOf(bench, 'bob').create('Dentist')
    await puller.pull.follow('bob')
    await puller.pull.drain()
    expect(puller.told()).toEqual(['reset first', 'created Dentist'])
  })

  test('of whom it is not known yet whose calendar they connected is not read: nothing there was deleted', async () => {
    await push('1')
    await bench.sync.connected('ada')
    await puller.pull.follow('ada')
    await puller.pull.drain()
    expect([puller.told(), reports()]).toEqual([[], []])
    await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event('1', { title: 'Seen' }) })
    await bench.sync.drain()
    expect(await look()).toEqual(['reset first'])
  })

  test('who is followed no more is not read, and leaves nothing in the store', async () => {
    await follow()
    await puller.pull.unfollow('ada')
    await person.create('Dentist')
    expect(await look()).toEqual([])
    expect((await bench.store.list('calendar-sync/')).keys).toEqual([])
  })
})

describe('a channel', () => {
  let hook: Awaited<ReturnType<typeof startWebhook>>
  let requests: Request[]

  beforeEach(async () => {
    await bench.close()
    requests = []
    let ready: PullBench | undefined
    hook = await startWebhook(async (request) => {
      requests.push(request)
      return (await ready?.pull.webhook(request)) ?? new Response(null, { status: 503 })
    })
    await start({ address: hook.address })
    ready = puller
  })
  afterEach(() => hook[Symbol.asyncDispose]())

  const operations = () => bench.calls().filter((call) => /watch|stop/.test(call))
  const stateOf = (request: Request) => request.headers.get('x-goog-resource-state')

  /** Waits until Google has posted so many messages that are no beginning. */
  async function untilPosted(count: number): Promise<void> {
    while (requests.filter((request) => stateOf(request) === 'exists').length < count) {
      await nextTurn()
    }
  }
  /** Waits until the store holds the message. */
  async function untilWoken(): Promise<void> {
    while ((await bench.store.list('calendar-sync/wake/')).keys.length === 0) await nextTurn()
  }

  test('tells of changes, so that they are read at once and not by the clock', async () => {
    await follow()
    await person.create('Dentist')
    await untilPosted(1)
    await untilWoken()
    await puller.pull.drain()
    expect(puller.told()).toEqual(['created Dentist'])
    expect((await bench.store.list('calendar-sync/wake/')).keys).toEqual([])
    expect(operations()).toEqual(['watchEvents 200'])
    expect(reports()).toContain('channel_opened')
  })

  test('is replaced a day before its end, the old one stopped after that, and no change is missed', async () => {
    await follow()
    advance(5 * dayMs)
    await puller.pull.drain()
    expect(operations()).toEqual(['watchEvents 200'])
    advance(dayMs + minuteMs)
    await puller.pull.drain()
    expect(operations()).toEqual(['watchEvents 200', 'watchEvents 200', 'stopChannel 204'])
    requests.length = 0
    await person.create('Dentist')
    await untilPosted(1)
    await untilWoken()
    await puller.pull.drain()
    expect(puller.told()).toEqual(['created Dentist'])
    expect((await bench.store.list('calendar-sync/channel/')).keys).toHaveLength(1)
  })

  test('is stopped when the user is followed no more, and its late messages are nobody’s', async () => {
    await follow()
    await person.create('Dentist')
    await untilPosted(1)
    const late = requests.find((request) => stateOf(request) === 'exists')
    await puller.pull.unfollow('ada')
    expect(operations()).toEqual(['watchEvents 200', 'stopChannel 204'])
    expect((await puller.pull.webhook(new Request(late ?? hook.address, { method: 'POST' }))).status).toBe(404)
    expect((await bench.store.list('calendar-sync/')).keys).toEqual([])
  })

  test('that Google does not give leaves polling, and is tried again after an hour', async () => {
    bench.sandbox.control.faults.add({
      match: { operation: 'watchEvents' },
      type: 'api_error',
      status: 400,
      errorCode: 'pushNotSupportedForRequestedResource',
    })
    await follow()
    expect(reports()).toContain('pushNotSupportedForRequestedResource')
    await person.create('Dentist')
    expect(await look()).toEqual(['created Dentist'])
    expect(operations()).toHaveLength(1)
    advance(61 * minuteMs)
    await puller.pull.drain()
    expect(operations()).toEqual(['watchEvents 400', 'watchEvents 200'])
  })

  test('that could not be opened for a moment is tried again after a minute', async () => {
    bench.sandbox.control.faults.add({ match: { operation: 'watchEvents' }, type: 'server_error' })
    await follow()
    expect(bench.reports.find(({ type }) => type === 'channel_failed')?.retryInMs).toBe(minuteMs)
    advance(minuteMs + 1)
    await puller.pull.drain()
    expect(operations()).toEqual(['watchEvents 503', 'watchEvents 200'])
  })

  test('is told from a message of anybody else, and its first message from a change', async () => {
    await follow()
    await person.create('Dentist')
    await untilPosted(1)
    const [first, message] = [
      requests.find((each) => stateOf(each) === 'sync'),
      requests.find((each) => stateOf(each) === 'exists'),
    ]
    const answer = async (changes: Record<string, string | undefined>, method = 'POST', base = message) => {
      const headers = new Headers(base?.headers)
      for (const [name, value] of Object.entries(changes)) {
        if (value === undefined) headers.delete(`x-goog-${name}`)
        else headers.set(`x-goog-${name}`, value)
      }
      return (await puller.pull.webhook(new Request(hook.address, { method, headers }))).status
    }
    await puller.pull.drain()
    expect(await answer({}, 'POST', first)).toBe(204)
    for (const forged of [
      { 'channel-token': 'guessed' },
      { 'channel-token': undefined },
      { 'channel-id': 'other' },
      { 'channel-id': undefined },
      { 'channel-id': 'x'.repeat(65) },
    ]) {
      expect(await answer(forged)).toBe(404)
    }
    expect(await answer({}, 'GET')).toBe(405)
    expect((await bench.store.list('calendar-sync/wake/')).keys).toEqual([])
    expect(await answer({})).toBe(204)
    expect((await bench.store.list('calendar-sync/wake/')).keys).toHaveLength(1)
  })

  test('and a store that is down: Google is asked to come again', async () => {
    const down = createCalendarPull({
      connectionFor: bench.connectionOf,
      store: faultyStore(createMemoryStore(), [{ step: 'read', effect: 'throw' }]),
      onChanges: async () => undefined,
    })
    const headers = { 'x-goog-channel-id': 'c1' }
    await expect(down.webhook(new Request(hook.address, { method: 'POST', headers }))).rejects.toMatchObject({
      code: 'store_failed',
    })
  })
})

test('a run reads what messages and the clock say, and ends with its signal', async () => {
  const stop = new AbortController()
  const lookMs = 1
  const got = Promise.withResolvers<void>()
  const runner = createPullBench(bench, { lookMs, onChanges: async () => got.resolve() })
  await person.create('Dentist')
  const running = runner.pull.run({ signal: stop.signal })
  await runner.pull.follow('ada')
  await got.promise
  stop.abort()
  await expect(running).resolves.toBeUndefined()
})

test.each<[string, object]>([
  ['an unknown option', { onChange: async () => undefined }],
  ['no handler', { onChanges: undefined }],
  ['no store', { store: undefined }],
  ['an address without TLS', { address: 'http://app.example.com/hook' }],
  ['a poll of no time', { pollMs: 0 }],
])('with %s nothing is created', (_name, change) => {
  const options = { connectionFor: bench.connectionOf, store: bench.store, onChanges: async () => undefined, ...change }
  expect(() => createCalendarPull(options)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
})
