import { faultyStore } from '@grantkit/auth-core/testing'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createBench, event, type Bench } from '../test/bench.ts'
import { createCalendarSync, isCalendarSyncError, type AppEvent, type CalendarSyncOptions } from './index.ts'

let bench: Bench

beforeEach(async () => {
  bench = createBench()
  await bench.signIn('ada')
})
afterEach(() => bench.close())

const change = (more: object, other: object = {}) =>
  ({ kind: 'upsert', user: 'ada', event: { ...event('1'), ...more }, ...other }) as Parameters<
    Bench['sync']['enqueue']
  >[0]

/** A good change is queued before, and must be there afterwards. */
async function codeOf(bad: ReturnType<typeof change>): Promise<unknown> {
  await bench.sync.enqueue(change({ title: 'Good' }))
  const error: unknown = await bench.sync.enqueue(bad).catch((thrown: unknown) => thrown)
  await bench.sync.drain()
  expect(await bench.eventsOf('ada')).toMatchObject([{ summary: 'Good' }])
  return isCalendarSyncError(error) ? `${error.code} ${error.member ?? ''}`.trim() : error
}

describe('a change that cannot be shown in a calendar is refused with a code, and loses nothing', () => {
  test.each([
    ['ends before it begins', { end: '2026-11-02T09:00:00' }, 'end_not_after_start end'],
    ['ends when it begins', { end: '2026-11-02T10:00:00' }, 'end_not_after_start end'],
    ['is a day that ends on itself', { start: '2026-11-02', end: '2026-11-02' }, 'end_not_after_start end'],
    ['begins as a day and ends as a moment', { start: '2026-11-02' }, 'invalid_event end'],
    ['begins on a day that does not exist', { start: '2026-02-30T10:00:00' }, 'invalid_event start'],
    ['begins at an hour that does not exist', { start: '2026-02-03T25:00:00' }, 'invalid_event start'],
    ['begins never', { start: undefined }, 'invalid_event start'],
    ['begins at a broken Date', { start: new Date(Number.NaN) }, 'invalid_event start'],
    ['begins before any calendar', { start: new Date(-8.64e15) }, 'invalid_event start'],
    ['has an unknown zone', { zone: 'Mars/Olympus' }, 'unknown_zone zone'],
    ['has an offset for a zone', { zone: '+02:00' }, 'unknown_zone zone'],
    ['has a zone that is no text', { zone: 2 }, 'unknown_zone zone'],
    ['has a title of 10,000 characters', { title: 'x'.repeat(10_000) }, 'invalid_event title'],
    ['has no title', { title: undefined }, 'invalid_event title'],
    ['has control characters in its title', { title: 'Lunch\u0007' }, 'invalid_event title'],
    ['has half a character in its title', { title: 'Lunch \uD83C' }, 'invalid_event title'],
    ['has control characters in its description', { description: 'a\u0000b' }, 'invalid_event description'],
    ['has too long a description', { description: 'x'.repeat(8193) }, 'invalid_event description'],
    ['has a colour Google does not have', { colorId: '12' }, 'invalid_event colorId'],
    ['recurs by no rule', { recurrence: ['every week'] }, 'invalid_recurrence recurrence'],
    ['recurs by a rule without FREQ', { recurrence: ['RRULE:COUNT=3'] }, 'invalid_recurrence recurrence'],
    [
      'recurs for ever and not',
      { recurrence: ['RRULE:FREQ=DAILY;COUNT=3;UNTIL=20261201T000000Z'] },
      'invalid_recurrence recurrence',
    ],
    [
      'brings its own DTSTART',
      { recurrence: ['DTSTART:20261102T100000Z', 'RRULE:FREQ=DAILY'] },
      'invalid_recurrence recurrence',
    ],
    [
      'recurs until a day although it is timed',
      { recurrence: ['RRULE:FREQ=DAILY;UNTIL=20261201'] },
      'invalid_recurrence recurrence',
    ],
    ['has no id', { id: undefined }, 'invalid_event id'],
    ['has an id that is no text', { id: 7 }, 'invalid_event id'],
    ['has an endless id', { id: 'x'.repeat(513) }, 'invalid_event id'],
  ])('%s', async (_name, more, code) => {
    expect(await codeOf(change(more))).toBe(code)
  })

  test.each([
    ['names no user', { user: undefined }, 'invalid_user'],
    ['names an empty user', { user: '' }, 'invalid_user'],
    ['names a user with half a character', { user: '\uD83C' }, 'invalid_user'],
    ['is of an unknown kind', { kind: 'move' }, 'unknown_kind'],
    ['has no event', { event: undefined }, 'invalid_event'],
    ['has null for an event', { event: null }, 'invalid_event'],
  ])('%s', async (_name, more, code) => {
    expect(await codeOf(change({}, more))).toBe(code)
  })
})

test('an event that no calendar can show is named', async () => {
  const error = await bench.sync.enqueue(change({ zone: 'Mars/Olympus' })).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'unknown_zone', user: 'ada', eventId: '1', member: 'zone' })
})

describe('a store that fails', () => {
  test('while something is queued says so, and asking again queues it', async () => {
    for (const effect of ['throw', 'apply-then-throw'] as const) {
      const full = faultyStore(bench.store, [{ step: 'write', effect, error: new Error('disk full') }])
      const sync = bench.another({ store: full })
      await expect(sync.enqueue(change({}))).rejects.toMatchObject({ code: 'store_failed', retryable: true })
    }
    await bench.sync.enqueue(change({ title: 'Good' }))
    await bench.sync.drain()
    expect(await bench.eventsOf('ada')).toMatchObject([{ summary: 'Good' }])
  })

  const effects = ['throw', 'apply-then-throw'] as const
  const steps = ['read', 'write', 'remove', 'list'] as const
  const cases = steps.flatMap((step) => effects.map((effect) => [step, effect] as const))
  test.each(cases)('at any %s of a worker (%s) loses and doubles nothing', async (step, effect) => {
    let met = 0
    for (let nth = 0; nth < 8; nth += 1) {
      const title = `Time ${nth}`
      await bench.sync.enqueue(change({ title }))
      const passing = nth === 0 ? [] : [{ step, times: nth }]
      const store = faultyStore(bench.store, [...passing, { step, effect }])
      await bench
        .another({ store })
        .drain()
        .catch((error: unknown) => expect(error).toMatchObject({ code: 'store_failed' }))
      if (store.pendingFaults() === 0) met += 1
      bench.sandbox.control.clock.advance(3600_000)
      await bench.sync.drain()
      expect(await bench.eventsOf('ada')).toMatchObject([{ summary: title }])
    }
    expect(met).toBeGreaterThan(0)
  })
})

test('a clock that goes back by a year keeps nothing waiting until then', async () => {
  bench.sandbox.control.faults.add({ match: { operation: 'createEvent' }, type: 'server_error' })
  await bench.sync.enqueue(change({}))
  await bench.sync.drain()
  expect(await bench.sync.status('ada')).toMatchObject({ failing: 1 })
  bench.sandbox.control.faults.add({ match: { kind: 'metadata' }, type: 'clock_moves', byMs: -365 * 24 * 3600_000 })
  await bench.sandbox.fetch('https://accounts.google.com/.well-known/openid-configuration')
  await bench.sync.drain()
  expect(await bench.sync.status('ada')).toMatchObject({ queued: 0, failing: 0 })
})

describe('options', () => {
  const good: CalendarSyncOptions<AppEvent> = { store: createMemoryStore(), connectionFor: () => undefined }
  test.each([
    ['an option that does not exist', { calendarID: 'primary' }],
    ['no store', { store: undefined }],
    ['a connectionFor that is no function', { connectionFor: {} }],
    ['a source that lists nothing', { source: {} }],
    ['an unknown winner', { conflict: 'mine' }],
    ['an unknown policy', { whenGone: 'cry' }],
    ['nobody to tell', { sendUpdates: 'some' }],
    ['no concurrency', { concurrency: 0 }],
    ['half a try', { tries: 1.5 }],
    ['an endless wait', { maxDelayMs: Infinity }],
  ])('with %s are refused', (_name, more) => {
    expect(() => createCalendarSync({ ...good, ...more } as never)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })

  test('with an unknown zone are refused', () => {
    expect(() => createCalendarSync({ ...good, zone: 'Mars/Olympus' })).toThrow(
      expect.objectContaining({ code: 'unknown_zone' }),
    )
  })
})
