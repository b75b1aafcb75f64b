import { unwrap } from '@grantkit/google-calendar'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBench, event, type Bench } from '../test/bench.ts'

let bench: Bench

beforeEach(async () => {
  bench = createBench()
  await bench.signIn('ada')
})
afterEach(() => bench.close())

const upsert = (id: string, more: Parameters<typeof event>[1] = {}, user = 'ada') =>
  bench.sync.enqueue({ kind: 'upsert', user, event: event(id, more) })
const remove = (eventId: string, user = 'ada') => bench.sync.enqueue({ kind: 'delete', user, eventId })
const advance = (ms: number): void => void bench.sandbox.control.clock.advance(ms)
const titles = async (user = 'ada'): Promise<(string | undefined)[]> =>
  (await bench.eventsOf(user)).map(({ summary }) => summary)

/** What a person changes in Google. */
async function edit(user: string, changes: object): Promise<void> {
  const [first] = await bench.eventsOf(user)
  const path = { calendarId: 'primary', eventId: first?.id ?? '' }
  unwrap(
    await bench.calendarOf(user).PATCH('/calendars/{calendarId}/events/{eventId}', { params: { path }, body: changes }),
  )
}

describe('an event of the app', () => {
  test('is created, changed and deleted in Google, by one call each', async () => {
    await upsert('1', { description: 'With Grace', priority: 5 })
    await bench.sync.drain()
    expect(await bench.eventsOf('ada')).toMatchObject([
      {
        summary: 'Event 1',
        description: 'With Grace',
        start: { dateTime: '2026-11-02T10:00:00+01:00', timeZone: 'Europe/Paris' },
        end: { dateTime: '2026-11-02T11:00:00+01:00', timeZone: 'Europe/Paris' },
        colorId: '11',
        extendedProperties: { private: { grantkitEvent: '1' } },
      },
    ])
    await upsert('1', { title: 'Lunch', description: 'With Grace', priority: 2 })
    await bench.sync.drain()
    expect(await bench.eventsOf('ada')).toMatchObject([{ summary: 'Lunch', colorId: '5' }])
    await remove('1')
    await bench.sync.drain()
    expect(await bench.eventsOf('ada')).toEqual([])
    expect(bench.calls().filter((call) => !call.startsWith('list'))).toEqual([
      'createEvent 200',
      'updateEvent 200',
      'deleteEvent 204',
    ])
    expect(await bench.sync.status('ada')).toMatchObject({ state: 'active', queued: 0, failing: 0, dead: [] })
  })

  test('that was edited often before it was sent is sent once', async () => {
    for (const title of ['a', 'b', 'c']) await upsert('1', { title })
    await bench.sync.drain()
    expect(await titles()).toEqual(['c'])
    expect(bench.calls()).toEqual(['createEvent 200', 'listEvents 200'])
  })

  test('that was deleted before it was sent is not sent at all', async () => {
    await upsert('1')
    await remove('1')
    await bench.sync.drain()
    expect(bench.calls()).toEqual([])
  })

  test('keeps the guests, reminders and rooms that Google holds', async () => {
    await upsert('1')
    await bench.sync.drain()
    const unmapped = {
      attendees: [{ email: 'grace@example.com' }],
      reminders: { useDefault: false, overrides: [{ method: 'popup', minutes: 5 }] },
      location: 'Room 5',
    }
    await edit('ada', unmapped)
    await upsert('1', { title: 'Lunch' })
    await bench.sync.drain()
    expect(await bench.eventsOf('ada')).toMatchObject([{ summary: 'Lunch', ...unmapped }])
  })

  test('loses a member in Google that it had and has no more, and none that it never had', async () => {
    await upsert('1', { description: 'With Grace' })
    await bench.sync.drain()
    await edit('ada', { location: 'Room 5' })
    await upsert('1')
    await bench.sync.drain()
    const [first] = await bench.eventsOf('ada')
    expect(first?.description).toBeUndefined()
    expect(first?.location).toBe('Room 5')
  })

  test('can become a whole day and come back', async () => {
    await upsert('1')
    await bench.sync.drain()
    await upsert('1', { start: '2026-11-02', end: '2026-11-03' })
    await bench.sync.drain()
    expect(await bench.eventsOf('ada')).toMatchObject([{ start: { date: '2026-11-02' }, end: { date: '2026-11-03' } }])
    await upsert('1')
    await bench.sync.drain()
    expect(await bench.eventsOf('ada')).toMatchObject([{ start: { dateTime: '2026-11-02T10:00:00+01:00' } }])
  })

  test('can be created again after it was deleted, though its id stays taken', async () => {
    for (let time = 0; time < 3; time += 1) {
      await upsert('1', { title: `Time ${time}` })
      await bench.sync.drain()
      await remove('1')
      await bench.sync.drain()
    }
    await upsert('1', { title: 'Again' })
    await bench.sync.drain()
    expect(await titles()).toEqual(['Again'])
  })
})

describe('a lost answer', () => {
  const lose = (operation: string): void =>
    void bench.sandbox.control.faults.add({ match: { operation }, type: 'lost', processed: true })

  test('of a creation makes no second event', async () => {
    lose('createEvent')
    await upsert('1')
    await bench.sync.drain()
    expect(await bench.sync.status('ada')).toMatchObject({ queued: 1, failing: 1 })
    advance(60_000)
    await bench.sync.drain()
    expect(await titles()).toEqual(['Event 1'])
    expect(bench.calls()).toEqual(['createEvent lost', 'createEvent 409', 'getEvent 200', 'listEvents 200'])
  })

  test('of a creation, and the event is deleted then', async () => {
    lose('createEvent')
    await upsert('1')
    await bench.sync.drain()
    await remove('1')
    await bench.sync.drain()
    expect(await titles()).toEqual([])
  })

  test('of a change, and of its repeat with another change, is no conflict', async () => {
    bench = createBench({ conflict: 'theirs' })
    await bench.signIn('ada')
    await upsert('1')
    await bench.sync.drain()
    for (const title of ['a', 'b']) {
      lose('updateEvent')
      await upsert('1', { title })
      await bench.sync.drain()
    }
    await upsert('1', { title: 'c' })
    await bench.sync.drain()
    expect(await titles()).toEqual(['c'])
  })

  test('of a deletion is a deletion', async () => {
    await upsert('1')
    await bench.sync.drain()
    lose('deleteEvent')
    await remove('1')
    await bench.sync.drain()
    advance(60_000)
    await bench.sync.drain()
    expect(bench.calls().slice(-2)).toEqual(['deleteEvent lost', 'deleteEvent 410'])
    expect(await bench.sync.status('ada')).toMatchObject({ queued: 0 })
  })
})
