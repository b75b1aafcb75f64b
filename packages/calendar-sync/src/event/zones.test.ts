import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBench, event } from '../../test/bench.ts'
import { fingerprintsOf } from './fingerprint.ts'
import { toGoogleFields } from './google-fields.ts'

const hourMs = 3600_000

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const numbers = { year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric' } as const
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...numbers, second: 'numeric' })
  formats.set(timeZone, format)
  return format
}

/** Tells by the platform, and by no library of ours, how far a zone is from UTC. */
function offsetMs(atMs: number, timeZone: string): number {
  const parts = formatOf(timeZone).formatToParts(atMs)
  const [year = 0, month = 1, day, hour, minute, second] = ['year', 'month', 'day', 'hour', 'minute', 'second'].map(
    (type) => Number(parts.find((part) => part.type === type)?.value),
  )
  return Date.UTC(year, month - 1, day, hour, minute, second) - atMs
}

/** The instants at which the clocks of a zone change in two years. */
function changesOf(timeZone: string): number[] {
  const changes: number[] = []
  const weekMs = 7 * 24 * hourMs
  for (let fromMs = Date.UTC(2025, 0, 1); fromMs < Date.UTC(2027, 0, 1); fromMs += weekMs) {
    let [low, high] = [fromMs, fromMs + weekMs]
    if (offsetMs(low, timeZone) === offsetMs(high, timeZone)) continue
    while (high - low > 60_000) {
      const middle = low + Math.floor((high - low) / 120_000) * 60_000
      if (offsetMs(middle, timeZone) === offsetMs(low, timeZone)) low = middle
      else high = middle
    }
    changes.push(high)
  }
  return changes
}

// Other ones each time: to find the changes of all takes seconds.
const zones = fc.sample(fc.constantFrom(...Intl.supportedValuesOf('timeZone')), 40)
const changes = new Map<string, number[]>()

/** An instant within three hours of a change, or anywhere where there is none, to the minute. */
const aroundChange = fc
  .tuple(fc.constantFrom(...zones), fc.nat(), fc.integer({ min: -180, max: 180 }), fc.integer({ min: 1, max: 600 }))
  .map(([zone, choice, minutes, lengthMinutes]) => {
    const known = changes.get(zone) ?? changesOf(zone)
    changes.set(zone, known)
    const base = known.length === 0 ? Date.UTC(2026, choice % 12, 1) : (known[choice % known.length] ?? 0)
    const startMs = base + minutes * 60_000
    return { zone, startMs, endMs: startMs + lengthMinutes * 60_000 }
  })

/** What a clock on the wall shows. */
function wallTime(atMs: number, zone: string): string {
  return new Date(atMs + offsetMs(atMs, zone)).toISOString().slice(0, 19)
}

test('400 zones and instants around changes of the clocks come back from Google as the same instants', async () => {
  const cases = fc.sample(aroundChange, 400)
  const bench = createBench()
  await bench.signIn('ada')
  for (const [index, { zone, startMs, endMs }] of cases.entries()) {
    const times = { start: new Date(startMs), end: new Date(endMs), zone }
    await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: event(String(index), { ...times }) })
  }
  await bench.sync.drain()
  const seen = new Map(
    (await bench.eventsOf('ada')).map((each) => [each.extendedProperties?.private?.['grantkitEvent'], each]),
  )
  for (const [index, { zone, startMs, endMs }] of cases.entries()) {
    const { start, end } = seen.get(String(index)) ?? {}
    expect([zone, Date.parse(start?.dateTime ?? ''), Date.parse(end?.dateTime ?? '')]).toEqual([zone, startMs, endMs])
    expect(start?.timeZone).toBe(zone)
  }
  await bench.close()
})

test('local time is the instant at which a clock on the wall shows it, where there is one', () => {
  fc.assert(
    fc.property(aroundChange, ({ zone, startMs }) => {
      const local = wallTime(startMs, zone)
      const { start } = toGoogleFields(
        { id: '1', title: '', start: local, end: new Date(startMs + 48 * hourMs), zone },
        'UTC',
      )
      const readMs = Date.parse('dateTime' in start ? start.dateTime : '')
      expect(wallTime(readMs, zone)).toBe(local)
      // Of two that are called the same, the first.
      expect(readMs).toBeLessThanOrEqual(startMs)
    }),
    { numRuns: 400 },
  )
})

test('in whatever zone Google shows an event, its fingerprint is that of what was sent', async () => {
  await fc.assert(
    fc.asyncProperty(aroundChange, fc.constantFrom(...zones), async ({ zone, startMs, endMs }, shownIn) => {
      const times = { start: new Date(startMs), end: new Date(endMs), zone }
      const sent = toGoogleFields({ id: '1', title: 'Lunch', ...times }, 'UTC')
      const shown = toGoogleFields({ id: '1', title: 'Lunch', ...times, zone: shownIn }, 'UTC')
      const read = { start: { ...shown.start, timeZone: zone }, end: { ...shown.end, timeZone: zone } }
      expect(await fingerprintsOf(read, ['start', 'end'])).toEqual(await fingerprintsOf({ ...sent }, ['start', 'end']))
    }),
    { numRuns: 400 },
  )
})
