import { unwrap } from '@grantkit/google-calendar'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBench, event, type Bench } from '../test/bench.ts'
import type { AppEvent, CalendarSync } from './index.ts'

/** The app, as it should be seen in Google in the end. */
interface Model {
  readonly events: Map<string, AppEvent>
  /** Guests whom somebody has invited in Google, by event. */
  readonly guests: Map<string, number>
  isConnected: boolean
}

interface Real {
  readonly bench: Bench
  /** Two processes on one store. */
  readonly workers: readonly CalendarSync<AppEvent>[]
}

type Command = fc.AsyncCommand<Model, Real>

const ids = fc.constantFrom('1', '2', '3')

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name }
}

const save = (id: string, title: string, hour: number, description: string | undefined): Command =>
  command(`save ${id} ${title} ${hour} ${description}`, async (model, { bench }) => {
    const saved = event(id, {
      title,
      start: `2026-11-02T${hour}:00:00`,
      end: `2026-11-02T${hour + 1}:00:00`,
      ...(description === undefined ? {} : { description }),
    })
    model.events.set(id, saved)
    await bench.sync.enqueue({ kind: 'upsert', user: 'ada', event: saved })
  })

const remove = (id: string): Command =>
  command(`remove ${id}`, async (model, { bench }) => {
    model.events.delete(id)
    model.guests.delete(id)
    await bench.sync.enqueue({ kind: 'delete', user: 'ada', eventId: id })
  })

const work = (worker: number): Command => command(`work ${worker}`, (_, { workers }) => drain(workers[worker]))

/** Both at once, and one of them is stopped somewhere. */
const race = (stopAt: number): Command =>
  command(`race, stopped at call ${stopAt}`, async (_, { workers, bench }) => {
    const stop = new AbortController()
    const seen = bench.calls().length
    const poll = setInterval(() => bench.calls().length - seen >= stopAt && stop.abort(), 0)
    await Promise.all([drain(workers[0], stop.signal), drain(workers[1])])
    clearInterval(poll)
  })

async function drain(worker: CalendarSync<AppEvent> | undefined, signal?: AbortSignal): Promise<void> {
  await worker?.drain(signal === undefined ? {} : { signal })
}

const fault = (effect: object, operation: string, times: number): Command =>
  command(`fault ${JSON.stringify(effect)} ${operation} ×${times}`, async (_, { bench }) => {
    bench.sandbox.control.faults.add({ match: { operation }, times, ...effect } as never)
  })

const invite = (id: string): Command =>
  command(`invite to ${id}`, async (model, { bench }) => {
    const found = (await eventsOf(bench)).find(
      ({ extendedProperties }) => extendedProperties?.private?.['grantkitEvent'] === id,
    )
    if (!model.isConnected || found === undefined) return
    const guests = (model.guests.get(id) ?? 0) + 1
    const attendees = Array.from({ length: guests }, (_, number) => ({ email: `guest${number}@example.com` }))
    const path = { calendarId: 'primary', eventId: found.id ?? '' }
    await clearFaults(bench)
    const calendar = bench.calendarOf('ada')
    unwrap(await calendar.PATCH('/calendars/{calendarId}/events/{eventId}', { params: { path }, body: { attendees } }))
    // An event that the app has deleted and Google still has is on its way out.
    if (model.events.has(id)) model.guests.set(id, guests)
  })

const disconnect = command('disconnect', async (model, { bench }) => {
  model.isConnected = false
  // What Google holds of before stays, and so it is emptied here: nobody can know it any more.
  await emptyCalendar(bench)
  model.guests.clear()
  await bench.sync.disconnect('ada')
})

const endGrant = command('end the grant', async (_, { bench }) => {
  bench.sandbox.control.clock.advance(120_000)
  bench.sandbox.control.revokeGrant()
})

const connect = command('connect', (model, real) => signIn(model, real))

const wait = (minutes: number): Command =>
  command(`wait ${minutes} min`, async (_, { bench }) => void bench.sandbox.control.clock.advance(minutes * 60_000))

async function signIn(model: Model, { bench }: Real): Promise<void> {
  await bench.signIn('ada')
  await bench.sync.connected('ada')
  model.isConnected = true
}

async function clearFaults(bench: Bench): Promise<void> {
  for (const { id } of bench.sandbox.control.faults.pending()) bench.sandbox.control.faults.clear(id)
}

async function eventsOf(bench: Bench): ReturnType<Bench['eventsOf']> {
  await clearFaults(bench)
  return bench.eventsOf('ada').catch(() => [])
}

async function emptyCalendar(bench: Bench): Promise<void> {
  for (const { id: eventId = '' } of await eventsOf(bench)) {
    const path = { calendarId: 'primary', eventId }
    await bench.calendarOf('ada').DELETE('/calendars/{calendarId}/events/{eventId}', { params: { path } })
  }
}

const operations = fc.constantFrom('createEvent', 'updateEvent', 'deleteEvent', 'getEvent')
const effects = fc.constantFrom<object>(
  { type: 'lost' },
  { type: 'lost', processed: true },
  { type: 'server_error', processed: true },
  { type: 'rate_limited', retryAfterSeconds: 5 },
  { type: 'forbidden', errorCode: 'quotaExceeded' },
  { type: 'cut' },
  { type: 'html', processed: true },
)

const commands = fc.commands(
  [
    fc
      .tuple(
        ids,
        fc.constantFrom('a', 'b', 'c'),
        fc.integer({ min: 10, max: 12 }),
        fc.option(fc.constantFrom('x', 'y'), { nil: undefined }),
      )
      .map((saved) => save(...saved)),
    ids.map(remove),
    fc.nat(1).map(work),
    fc.nat(4).map(race),
    fc
      .tuple(effects, operations, fc.integer({ min: 1, max: 3 }))
      .map(([effect, operation, times]) => fault(effect, operation, times)),
    ids.map(invite),
    fc.constant(disconnect),
    fc.constant(endGrant),
    fc.constant(connect),
    fc.integer({ min: 1, max: 90 }).map(wait),
  ],
  { maxCommands: 25 },
)

/** Faults have stopped, the person is signed in, and time passes: everything has to agree. */
async function settle(model: Model, real: Real): Promise<void> {
  const { bench, workers } = real
  await clearFaults(bench)
  await signIn(model, real)
  for (let hour = 0; hour < 3; hour += 1) {
    bench.sandbox.control.clock.advance(3600_000)
    await drain(workers[0])
    await bench.sync.retryDead('ada')
    await drain(workers[1])
  }
}

test('whatever edits, sign-ins, faults and stops there were: in the end Google agrees with the app, once', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (script) => {
      const model: Model = { events: new Map(), guests: new Map(), isConnected: false }
      const bench = createBench({ source: { list: () => model.events.values() } })
      const real: Real = { bench, workers: [bench.another(), bench.another()] }
      try {
        await fc.asyncModelRun(() => ({ model, real }), script)
        await settle(model, real)
        const seen = (await bench.eventsOf('ada')).map(
          ({ summary, description, start, end, attendees = [], extendedProperties }) => ({
            id: extendedProperties?.private?.['grantkitEvent'],
            summary,
            description,
            start: start?.dateTime,
            end: end?.dateTime,
            guests: attendees.length,
          }),
        )
        const wanted = [...model.events.values()].map(({ id, title, description, start, end }) => ({
          id,
          summary: title,
          description,
          start: `${String(start)}+01:00`,
          end: `${String(end)}+01:00`,
          guests: model.guests.get(id) ?? 0,
        }))
        const byId = (a: { id?: string | undefined }, b: { id?: string | undefined }) =>
          String(a.id).localeCompare(String(b.id))
        expect(seen.toSorted(byId)).toEqual(wanted.toSorted(byId))
        expect(await bench.sync.status('ada')).toMatchObject({ state: 'active', queued: 0, dead: [] })
      } finally {
        await bench.close()
      }
    }),
    { numRuns: Number(process.env['MODEL_RUNS'] ?? 100) },
  )
})
