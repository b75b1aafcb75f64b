import { assertNoSecret, faultyStore } from '@grantkit/auth-core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBench, event, type Bench } from '../../test/bench.ts'
import type { AppEvent } from '../index.ts'
import { linkKey } from '../keys.ts'

let bench: Bench
let app: AppEvent[]

beforeEach(() => {
  app = []
  bench = createBench({ source: { list: () => app } })
  bench.sandbox.control.accounts.add({ vendor: 'google', accountKey: '42', principal: 'grace@example.com' })
})
afterEach(() => bench.close())

const status = () => bench.sync.status('ada')
const titles = async (): Promise<(string | undefined)[]> => (await bench.eventsOf('ada')).map(({ summary }) => summary)

/** Saves in the app, and queues. */
async function save(id: string, more: Partial<AppEvent> = {}): Promise<void> {
  app = [...app.filter((other) => other.id !== id), event(id, more)]
  await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event(id, more) })
}

async function connect(account?: string): Promise<void> {
  await bench.signIn('ada', account)
  await bench.sync.connected('ada')
}

async function later(ms: number): Promise<void> {
  bench.sandbox.control.clock.advance(ms)
  await bench.sync.drain()
}

describe('a user who connects later', () => {
  test('finds the events of before in the calendar, and nothing was queued for them', async () => {
    for (const id of ['1', '2', '3']) await save(id)
    expect(await status()).toMatchObject({ state: 'not_connected', queued: 0 })
    await connect()
    await bench.sync.drain()
    expect(await titles()).toEqual(['Event 1', 'Event 2', 'Event 3'])
    expect(bench.reports).toContainEqual({ level: 'info', type: 'backfilled', user: 'ada', count: 3 })
  })

  test('finds what was queued before, too, where the app has no source', async () => {
    const sync = bench.another({ source: undefined } as never)
    await sync.enqueue({ kind: 'upsert', user: 'ada', event: event('1') })
    await sync.drain()
    expect(await sync.status('ada')).toMatchObject({ state: 'not_connected', queued: 1 })
    await bench.signIn('ada')
    await sync.connected('ada')
    await sync.drain()
    expect(await titles()).toEqual(['Event 1'])
  })

  test('misses only what no calendar can show, and that is told', async () => {
    app = [event('1'), event('2', { zone: 'Mars/Olympus' }), event('3')]
    await connect()
    await bench.sync.drain()
    expect(await titles()).toEqual(['Event 1', 'Event 3'])
    expect(bench.reports).toContainEqual({ level: 'error', type: 'event_dead', user: 'ada', code: 'unknown_zone' })
  })

  test('keeps the newer of an edit and a backfill that is under way', async () => {
    app = [event('1', { title: 'Old' })]
    const slow = bench.another({
      source: {
        async *list() {
          yield* app
          // Edited, sent and deleted while the list is being read.
          await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event('2', { title: 'New' }) })
          await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event('3') })
          await bench.sync.enqueue({ kind: 'delete', user: 'ada', eventId: '3' })
          await bench.sync.drain()
          yield event('2', { title: 'Old' })
          yield event('3', { title: 'Old' })
        },
      },
    })
    await bench.signIn('ada')
    await slow.connected('ada')
    await slow.drain()
    expect(await titles()).toEqual(['New', 'Old'])
  })

  test('keeps the newer even if it came, and was sent, between two steps of the backfill', async () => {
    app = [event('1', { title: 'Old' })]
    const newer = async (): Promise<void> => {
      await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event('1', { title: 'New' }) })
      await bench.another({ source: { list: () => [] } }).drain()
    }
    const store = faultyStore(bench.store, [{ step: 'read', key: linkKey('ada', '1'), after: newer }])
    const slow = bench.another({ store })
    await bench.signIn('ada')
    await slow.connected('ada')
    await slow.drain()
    expect(store.pendingFaults()).toBe(0)
    expect(await titles()).toEqual(['New'])
  })
})

describe('a grant that Google ends', () => {
  test('lets the outbox wait, and everything goes on by itself after the next sign-in', async () => {
    await connect()
    await save('1')
    await bench.sync.drain()
    // A younger token would be given another minute.
    bench.sandbox.control.clock.advance(120_000)
    bench.sandbox.control.revokeGrant()
    for (const id of ['1', '2']) await save(id, { title: `Later ${id}` })
    await bench.sync.drain()
    expect(await status()).toMatchObject({ state: 'reconnect', queued: 2, failing: 0, dead: [] })
    // However long it takes.
    for (let day = 0; day < 40; day += 1) await later(24 * 3600_000)
    expect(await status()).toMatchObject({ state: 'reconnect', queued: 2, failing: 0, dead: [] })
    expect(bench.reports.filter(({ type }) => type === 'user_waits')).toEqual([
      expect.objectContaining({ level: 'error', user: 'ada', code: 'reconnect' }),
    ])
    // Even if nobody says so.
    await bench.signIn('ada')
    await later(60_000)
    expect(await titles()).toEqual(['Later 1', 'Later 2'])
    expect(await status()).toMatchObject({ state: 'active', queued: 0 })
  })
})

describe('a user who comes back with another Google account', () => {
  beforeEach(async () => {
    await connect()
    for (const id of ['1', '2']) await save(id)
    await bench.sync.drain()
    await connect('grace@example.com')
    await save('1', { title: 'Edited' })
    await bench.sync.drain()
  })

  test('is asked, and nothing is written there', async () => {
    expect(await status()).toMatchObject({ state: 'account_changed', queued: 1 })
    expect(await titles()).toEqual([])
    const writes = bench.calls().filter((call) => /^(?:create|update|delete)/.test(call))
    expect(writes).toEqual(['createEvent 200', 'createEvent 200'])
    expect(bench.reports).toContainEqual(
      expect.objectContaining({ level: 'error', type: 'user_waits', code: 'account_changed' }),
    )
  })

  test('goes on as before with the former account', async () => {
    await connect('ada.example@example.com')
    await bench.sync.drain()
    expect(await titles()).toEqual(['Edited', 'Event 2'])
    expect(await status()).toMatchObject({ state: 'active', queued: 0 })
  })

  test('begins anew with the other one, if they say so', async () => {
    await bench.sync.enqueue({ kind: 'delete', user: 'ada', eventId: '2' })
    app = app.filter(({ id }) => id !== '2')
    await bench.sync.startOver('ada')
    await bench.sync.drain()
    expect(await titles()).toEqual(['Edited'])
    expect(await status()).toMatchObject({ state: 'active', queued: 0 })
  })
})

describe('disconnecting', () => {
  test('revokes the grant and forgets everything but what Google holds', async () => {
    await connect()
    await save('1')
    await bench.sync.drain()
    await save('2')
    await bench.sync.disconnect('ada')
    expect(bench.sandbox.control.ledger.entries({ kind: 'revoke' })[0]).toMatchObject({ status: 200, processed: true })
    expect(await status()).toEqual({ state: 'not_connected', queued: 0, dead: [], failing: 0 })
    expect((await bench.store.list('calendar-sync/')).keys).toEqual([])
    // The same person again: the event of before is found, not doubled.
    await connect()
    await bench.sync.drain()
    expect(await titles()).toEqual(['Event 1', 'Event 2'])
  })
})

test('nothing of an event and no token stands in reports, errors or what is kept of sent events', async () => {
  const secret = 'Visit to the oncologist'
  await connect()
  await save('1', { title: secret, description: secret })
  await bench.sync.drain()
  bench.sandbox.control.faults.add({ match: { operation: 'updateEvent' }, type: 'server_error', times: 'always' })
  await save('1', { title: `${secret} 2` })
  await bench.sync.drain()
  const refused = await bench.sync
    .enqueue({ kind: 'upsert', user: 'ada', event: event('1', { title: secret.repeat(100) }) })
    .catch((error: unknown) => error)
  assertNoSecret({ reports: bench.reports, refused }, { title: secret })
  const links = (await bench.store.list('calendar-sync/link/')).keys
  const kept = await Promise.all(links.map(async (key) => (await bench.store.read(key)).entry?.value))
  expect(kept.join('')).not.toContain('oncologist')
})
