import { unwrap } from '@grantkit/google-calendar'
import { afterEach, expect, test } from 'vitest'
import { createBench, event, type Bench } from '../../test/bench.ts'
import { countQuota, createLeapingClock, type CountingFetch, type LeapingClock } from '../../test/quota.ts'
import type { AppEvent, CalendarSync } from '../index.ts'

let bench: Bench

afterEach(() => bench.close())

interface Metered {
  readonly sync: CalendarSync<AppEvent>
  readonly quota: CountingFetch
  readonly clock: LeapingClock
}

/** A sync with the limits and repeats it has by itself, at a Google that counts. */
async function metered(): Promise<Metered> {
  bench = createBench()
  await bench.signIn('ada')
  const quota = countQuota(bench.sandbox)
  const clock = createLeapingClock(bench.sandbox, () => quota.underWay > 0)
  return { sync: bench.another({ client: { fetch: quota.fetch }, clock }), quota, clock }
}

/** Runs a worker until so many events are written, and tells how that went. */
async function writeAll(
  { sync, quota, clock }: Metered,
  count: number,
): Promise<{ sent: number; refused: number; totalMs: number }> {
  const before = { sent: quota.sentAtMs.length, refused: quota.refused, atMs: clock.wallMs() }
  bench.reports.length = 0
  const stop = new AbortController()
  const written = async (): Promise<void> => {
    const running = sync.run({ signal: stop.signal })
    while (bench.reports.filter(({ type }) => type === 'event_written').length < count) {
      await new Promise<void>((resolve) => void clock.setTimer(resolve, 500))
    }
    stop.abort()
    await running
  }
  await clock.through(written())
  const sentAtMs = quota.sentAtMs.slice(before.sent)
  const refused = quota.refused - before.refused
  const totalMs = clock.wallMs() - before.atMs
  const pauses = sentAtMs
    .map((atMs, index) => (atMs - (sentAtMs[index - 1] ?? atMs)) / 1000)
    .filter((seconds) => seconds >= 1)
  const slept = pauses.map((seconds) => `${Math.round(seconds)} s`).join(', ')
  console.log(`${count} events: ${sentAtMs.length} requests, ${refused} refused, ${totalMs / 1000} s; pauses: ${slept}`)
  return { sent: sentAtMs.length, refused, totalMs }
}

const thousand = Array.from({ length: 1000 }, (_, number) => String(number))

test(
  '1,000 events are created and changed under the quota of Google, and none is refused for good',
  { timeout: 300_000 },
  async () => {
    const world = await metered()
    for (const id of thousand) await world.sync.enqueue({ kind: 'upsert', user: 'ada', event: event(id) })
    const created = await writeAll(world, 1000)
    // 600 at once, and the others a minute later: no request too many.
    expect(created).toMatchObject({ sent: 1000, refused: 0 })
    expect(created.totalMs).toBeGreaterThanOrEqual(60_000)
    expect(created.totalMs).toBeLessThan(120_000)

    for (const id of thousand)
      await world.sync.enqueue({ kind: 'upsert', user: 'ada', event: event(id, { title: 'New' }) })
    const changed = await writeAll(world, 1000)
    // Three units each: 200 a minute.
    expect(changed).toMatchObject({ sent: 1000, refused: 0 })
    expect(changed.totalMs).toBeGreaterThanOrEqual(4 * 60_000)
    expect(await world.sync.status('ada')).toMatchObject({ state: 'active', queued: 0, dead: [] })
    const params = { path: { calendarId: 'primary' }, query: { maxResults: 2500 } }
    const { items = [] } = unwrap(await bench.calendarOf('ada').GET('/calendars/{calendarId}/events', { params }))
    expect(items.map(({ summary }) => summary)).toEqual(thousand.map(() => 'New'))
  },
)
