import { unwrap } from '@grantkit/google-calendar'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBench } from '../../test/bench.ts'
import { colorFor, type AppEvent } from '../index.ts'

// Properties 11 and 23 of the integration that this package replaces, without what let them pass for nothing.

const text = (maxLength: number): fc.Arbitrary<string> =>
  fc.string({ unit: 'grapheme', maxLength }).map((value) => value.replaceAll(/\p{Cc}/gu, ''))

const source = fc
  .record({
    title: text(100),
    description: text(500).filter((value) => value !== ''),
    startMs: fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) }),
    minutes: fc.integer({ min: 1, max: 3000 }),
    zone: fc.constantFrom('UTC', 'Europe/Paris', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe'),
    priority: fc.integer({ min: 0, max: 6 }),
  })
  .map(({ startMs, minutes, ...more }) => {
    const start = new Date(Math.floor(startMs / 1000) * 1000)
    return { id: '1', ...more, start, end: new Date(start.getTime() + minutes * 60_000) } satisfies AppEvent
  })

test('11: Google holds what the app has after each create and edit, by one insert and one update for each edit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(source, { minLength: 1, maxLength: 5 }), async (edits) => {
      const bench = createBench()
      try {
        await bench.signIn('ada')
        const ids = new Set<string>()
        for (const [index, edit] of edits.entries()) {
          await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: edit })
          await bench.sync.drain()
          const [seen, ...others] = await bench.eventsOf('ada')
          expect(others).toEqual([])
          expect(seen).toMatchObject({
            ...(edit.title === '' ? {} : { summary: edit.title }),
            description: edit.description,
            colorId: colorFor(edit.priority),
            start: { timeZone: edit.zone },
            end: { timeZone: edit.zone },
            ...(index === 0 ? {} : { attendees: [{ email: 'grace@example.com' }] }),
          })
          expect(Date.parse(seen?.start?.dateTime ?? '')).toBe(edit.start.getTime())
          expect(Date.parse(seen?.end?.dateTime ?? '')).toBe(edit.end.getTime())
          ids.add(seen?.id ?? '')
          if (index > 0) continue
          const path = { calendarId: 'primary', eventId: seen?.id ?? '' }
          const body = { attendees: [{ email: 'grace@example.com' }] }
          const calendar = bench.calendarOf('ada')
          unwrap(await calendar.PATCH('/calendars/{calendarId}/events/{eventId}', { params: { path }, body }))
        }
        expect(ids.size).toBe(1)
        expect(bench.calls().filter((call) => call === 'createEvent 200')).toHaveLength(1)
        expect(bench.reports.map(({ type }) => type)).toEqual(edits.map(() => 'event_written'))
      } finally {
        await bench.close()
      }
    }),
    { numRuns: 20 },
  )
})

const outcomes = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(500, 502, 503, 504).map((status) => ({ type: 'server_error' as const, status })),
    },
    { weight: 2, arbitrary: fc.constant({ type: 'lost' as const }) },
    { weight: 1, arbitrary: fc.constantFrom(400, 403, 413).map((status) => ({ type: 'api_error' as const, status })) },
  ),
  { maxLength: 8 },
)

test('23: tries stop at the first success, the first final answer and the end of the budget, and wait longer each time', async () => {
  await fc.assert(
    fc.asyncProperty(
      outcomes,
      fc.integer({ min: 1, max: 6 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      async (script, tries, chance) => {
        const bench = createBench({ tries, random: () => chance, baseDelayMs: 1000, maxDelayMs: 10_000 })
        try {
          await bench.signIn('ada')
          for (const fault of script)
            bench.sandbox.control.faults.add({ match: { operation: 'createEvent' }, ...fault })
          await bench.sync.enqueue({
            kind: 'upsert',
            user: 'ada',
            event: { id: '1', title: 'Lunch', start: '2026-11-02', end: '2026-11-03' },
          })
          for (let step = 0; step < 12; step += 1) {
            await bench.sync.drain()
            bench.sandbox.control.clock.advance(bench.reports.at(-1)?.retryInMs ?? 0)
          }
          const final = script.findIndex(({ type }) => type === 'api_error')
          const attempts = Math.min(tries, (final === -1 ? script.length : final) + 1)
          expect(bench.calls().filter((call) => call.startsWith('createEvent'))).toHaveLength(attempts)
          const isWritten = attempts === script.length + 1
          const { dead } = await bench.sync.status('ada')
          expect(dead).toHaveLength(isWritten ? 0 : 1)
          expect(await bench.eventsOf('ada')).toHaveLength(isWritten ? 1 : 0)
          const waits = bench.reports.flatMap(({ retryInMs }) => retryInMs ?? [])
          expect(waits).toHaveLength(attempts - 1)
          for (const [index, wait] of waits.entries()) {
            const base = Math.min(10_000, 1000 * 2 ** index)
            expect(wait).toBeGreaterThanOrEqual(base)
            expect(wait).toBeLessThanOrEqual(base * 1.25)
          }
        } finally {
          await bench.close()
        }
      },
    ),
    { numRuns: 30 },
  )
})
