import { unwrap } from '@grantkit/google-calendar'
import { afterEach, describe, expect, test } from 'vitest'
import { createBench, event, type Bench } from '../../test/bench.ts'
import type { CalendarSyncOptions, AppEvent, Conflict } from '../index.ts'

let bench: Bench

afterEach(() => bench.close())

/** A sync that has pushed one event. */
async function pushed(options: Partial<CalendarSyncOptions<AppEvent>> = {}): Promise<void> {
  bench = createBench(options)
  await bench.signIn('ada')
  await push({ description: 'Bring slides' })
}

async function push(more: Parameters<typeof event>[1] = {}): Promise<void> {
  await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event('1', more) })
  await bench.sync.drain()
}

async function remove(): Promise<void> {
  await bench.sync.enqueue({ kind: 'delete', user: 'ada', eventId: '1' })
  await bench.sync.drain()
}

async function idInGoogle(): Promise<string> {
  return (await bench.eventsOf('ada'))[0]?.id ?? ''
}

async function editInGoogle(body: object): Promise<void> {
  const path = { calendarId: 'primary', eventId: await idInGoogle() }
  const calendar = bench.calendarOf('ada')
  unwrap(await calendar.PATCH('/calendars/{calendarId}/events/{eventId}', { params: { path }, body }))
}

async function deleteInGoogle(): Promise<void> {
  const path = { calendarId: 'primary', eventId: await idInGoogle() }
  unwrap(await bench.calendarOf('ada').DELETE('/calendars/{calendarId}/events/{eventId}', { params: { path } }))
}

const moved = { start: { dateTime: '2026-11-02T15:00:00Z' }, end: { dateTime: '2026-11-02T16:00:00Z' } }

describe('an event that somebody has changed in Google', () => {
  test('is as the app wants it again, by default', async () => {
    await pushed()
    await editInGoogle({ summary: 'Renamed', ...moved })
    await push({ description: 'Bring slides', title: 'Workshop' })
    expect(await bench.eventsOf('ada')).toMatchObject([
      { summary: 'Workshop', start: { dateTime: '2026-11-02T10:00:00+01:00' } },
    ])
  })

  test('keeps what was changed there, where theirs wins, and takes the rest', async () => {
    await pushed({ conflict: 'theirs' })
    await editInGoogle(moved)
    for (const title of ['Workshop', 'Seminar']) {
      await push({ description: 'Bring slides', title })
      expect(await bench.eventsOf('ada')).toMatchObject([
        { summary: title, start: { dateTime: '2026-11-02T16:00:00+01:00' } },
      ])
    }
    expect(bench.reports.at(-1)).toMatchObject({ level: 'info', type: 'event_kept', user: 'ada', eventId: '1' })
  })

  test('is moved by the app, once that moves it itself', async () => {
    await pushed({ conflict: 'theirs' })
    await editInGoogle(moved)
    await push({ title: 'Workshop' })
    await push({ title: 'Workshop', start: '2026-11-02T12:00:00', end: '2026-11-02T13:00:00' })
    expect(await bench.eventsOf('ada')).toMatchObject([{ start: { dateTime: '2026-11-02T12:00:00+01:00' } }])
  })

  test('is a conflict only where what was changed is mapped', async () => {
    const conflicts: Conflict[] = []
    const conflict = (told: Conflict) => {
      conflicts.push(told)
      return 'ours' as const
    }
    await pushed({ conflict })
    await editInGoogle({ attendees: [{ email: 'grace@example.com' }] })
    await push({ title: 'Workshop' })
    expect(conflicts).toEqual([])
    await editInGoogle({ summary: 'Renamed' })
    await push({ title: 'Seminar' })
    expect(conflicts).toMatchObject([
      { user: 'ada', eventId: '1', members: ['summary'], ours: { summary: 'Seminar' }, theirs: { summary: 'Renamed' } },
    ])
  })

  test('is not deleted under their hands, where theirs wins', async () => {
    await pushed({ conflict: 'theirs' })
    await editInGoogle({ summary: 'Renamed' })
    await remove()
    expect(await bench.eventsOf('ada')).toMatchObject([{ summary: 'Renamed' }])
    // A second deletion is deliberate.
    await remove()
    expect(await bench.eventsOf('ada')).toEqual([])
  })

  test('waits, if the function that decides fails', async () => {
    await pushed({
      conflict: () => {
        throw new Error('their database is down')
      },
    })
    await editInGoogle({ summary: 'Renamed' })
    await push({ title: 'Workshop' })
    expect(await bench.sync.status('ada')).toMatchObject({ queued: 1, dead: [] })
    expect(JSON.stringify(bench.reports)).not.toContain('database')
  })
})

describe('an event that somebody has deleted in Google', () => {
  test('is created again when the app changes it, by default', async () => {
    await pushed()
    await deleteInGoogle()
    await push({ title: 'Workshop' })
    expect(await bench.eventsOf('ada')).toMatchObject([{ summary: 'Workshop' }])
  })

  test('stays away where that is wanted, until the app deletes it and creates it anew', async () => {
    await pushed({ whenGone: 'forget' })
    await deleteInGoogle()
    for (const title of ['Workshop', 'Seminar']) await push({ title })
    expect(await bench.eventsOf('ada')).toEqual([])
    expect(bench.reports.at(-1)).toMatchObject({ level: 'info', type: 'event_forgotten' })
    await remove()
    await push({ title: 'Course' })
    expect(await bench.eventsOf('ada')).toMatchObject([{ summary: 'Course' }])
  })

  test('is done when the app deletes it, too', async () => {
    await pushed()
    await deleteInGoogle()
    await remove()
    expect(await bench.sync.status('ada')).toMatchObject({ queued: 0, dead: [] })
  })

  test('is there once, whatever answers are lost on the way back', async () => {
    for (const operation of ['updateEvent', 'getEvent', 'createEvent']) {
      await pushed()
      await deleteInGoogle()
      bench.sandbox.control.faults.add({ match: { operation }, type: 'lost', processed: true })
      await push({ title: 'Workshop' })
      bench.sandbox.control.clock.advance(60_000)
      await bench.sync.drain()
      expect(await bench.eventsOf('ada')).toMatchObject([{ summary: 'Workshop' }])
      await remove()
      expect(await bench.eventsOf('ada')).toEqual([])
    }
  })
})
