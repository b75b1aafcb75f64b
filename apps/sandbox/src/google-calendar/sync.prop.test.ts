import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Body, type CalendarClient, eventPath, hourAt, signIn } from '../../test/calendar-client.ts'
import { createSandbox } from '../sandbox.ts'

const startMs = Date.UTC(2026, 10, 1)

type Step =
  | { readonly type: 'insert'; readonly hour: number; readonly days: number }
  | { readonly type: 'patch'; readonly pick: number; readonly hour: number }
  | { readonly type: 'rename'; readonly pick: number; readonly summary: string }
  | { readonly type: 'delete'; readonly pick: number }
  | { readonly type: 'sync'; readonly maxResults: number; readonly emptyPages: number }

const pick = fc.nat(50)
const hour = fc.integer({ min: 0, max: 200 })
const step: fc.Arbitrary<Step> = fc.oneof(
  // A series of so many days, or one event.
  fc.record({ type: fc.constant('insert'), hour, days: fc.constantFrom(1, 1, 2, 4) }),
  fc.record({ type: fc.constant('patch'), pick, hour }),
  fc.record({ type: fc.constant('rename'), pick, summary: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ type: fc.constant('delete'), pick }),
  fc.record({ type: fc.constant('sync'), maxResults: fc.integer({ min: 1, max: 4 }), emptyPages: fc.nat(1) }),
)

type Query = Readonly<Record<string, string | number | boolean>>

const queries: readonly Query[] = [
  {},
  { singleEvents: true },
  { timeMin: '2026-11-02T00:00:00Z', timeMax: '2026-11-05T00:00:00Z' },
  { singleEvents: true, timeMin: '2026-11-02T00:00:00Z', timeMax: '2026-11-05T00:00:00Z' },
]

/** Reads all pages of a pass; returns its token. */
async function pass(client: CalendarClient, query: Query, take: (event: Body) => void): Promise<string> {
  let page: Query = query
  for (;;) {
    const { status, body } = await client('GET', eventPath(), { query: page })
    expect(status).toBe(200)
    for (const event of body.items ?? []) take(event)
    if (body.nextPageToken === undefined) return String(body.nextSyncToken)
    page = { ...query, pageToken: body.nextPageToken }
  }
}

function keepIn(mirror: Map<string, Body>): (event: Body) => void {
  return (event) => {
    const id = String(event.id)
    if (event.status === 'cancelled') mirror.delete(id)
    else mirror.set(id, event)
  }
}

async function applyStep(client: CalendarClient, change: Exclude<Step, { type: 'sync' }>): Promise<void> {
  const at = (hours: number): object => hourAt(new Date(startMs + hours * 3600_000).toISOString())
  if (change.type === 'insert') {
    const zoned = {
      start: { ...hourAt(new Date(startMs + change.hour * 3600_000).toISOString()).start, timeZone: 'UTC' },
    }
    const series = { ...zoned, recurrence: [`RRULE:FREQ=DAILY;COUNT=${change.days}`] }
    await client('POST', eventPath(), { body: { ...at(change.hour), ...(change.days > 1 ? series : {}) } })
    return
  }
  // Instances too, and deleted events, which may come back.
  const all: Body[] = []
  for (const singleEvents of [false, true]) {
    await pass(client, { singleEvents, showDeleted: true }, (event) => all.push(event))
  }
  const chosen = all[change.pick % all.length]
  if (chosen === undefined) return
  const path = eventPath(String(chosen.id))
  if (change.type === 'delete') await client('DELETE', path)
  if (change.type === 'rename') await client('PATCH', path, { body: { summary: change.summary, status: 'confirmed' } })
  if (change.type === 'patch') await client('PATCH', path, { body: at(change.hour) })
}

test.each(queries)('a mirror kept by sync tokens is what a full pass reads: %j', async (query) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const sandbox = createSandbox({ startMs })
      const client = await signIn(sandbox)
      const mirror = new Map<string, Body>()
      let syncToken = await pass(client, query, keepIn(mirror))
      const { singleEvents } = query
      const later: Query = singleEvents === undefined ? {} : { singleEvents }
      const sync = async (more: Query): Promise<void> => {
        syncToken = await pass(client, { ...later, ...more, syncToken }, keepIn(mirror))
      }
      for (const change of steps) {
        sandbox.control.clock.advance(1000)
        if (change.type !== 'sync') {
          await applyStep(client, change)
          continue
        }
        if (change.emptyPages > 0) sandbox.control.google.addEmptyPages(change.emptyPages)
        await sync({ maxResults: change.maxResults })
      }
      await sync({})
      const full = new Map<string, Body>()
      await pass(client, query, keepIn(full))
      expect(Object.fromEntries(mirror)).toEqual(Object.fromEntries(full))
    }),
    { numRuns: 25 },
  )
})
