import type { ScriptedAnswer } from '@grantkit/auth-core/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { FakeCalendar } from '../../test/fake-calendar.ts'
import { scripted } from '../../test/scripted.ts'
import { syncEvents, type SyncPoint } from './index.ts'

const id = fc.constantFrom('a', 'b', 'c')

/** What may happen between, and during, two passes of a reader. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('put' as const), id, summary: fc.string({ maxLength: 3 }) }),
  fc.record({ kind: fc.constant('remove' as const), id }),
  fc.record({ kind: fc.constant('forget' as const) }),
  // How many steps of the pass are seen before the reader crashes; more than there are is a whole pass.
  fc.record({ kind: fc.constant('sync' as const), steps: fc.constantFrom(1, 2, 3, 4, 99, 99, 99) }),
)

/** A reader that keeps its events and its point in one transaction with each pass. */
class Reader {
  events: Record<string, string | undefined> = {}
  point: SyncPoint | undefined

  async sync(calendar: FakeCalendar, limit: number): Promise<void> {
    const { calendar: client } = scripted(Array<ScriptedAnswer>(20).fill(calendar.answer))
    let events = { ...this.events }
    let seen = 0
    for await (const step of syncEvents(client, 'primary', this.point === undefined ? {} : { from: this.point })) {
      if (seen === limit) return
      seen += 1
      if (step.kind === 'reset') events = {}
      if (step.kind === 'done') Object.assign(this, { events, point: step.next })
      if (step.kind !== 'page') continue
      for (const change of step.changes) {
        if (change.kind === 'changed') events[change.event.id ?? ''] = change.event.summary
        else delete events[change.id]
      }
    }
  }
}

test('whatever changes, is deleted or forgotten, and wherever a reader crashes: after a whole pass it has what is there (C12)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
      const calendar = new FakeCalendar()
      const reader = new Reader()
      for (const one of happenings) {
        if (one.kind === 'put') calendar.put(one.id, one.summary)
        else if (one.kind === 'remove') calendar.remove(one.id)
        else if (one.kind === 'forget') calendar.forgetTokens()
        else await reader.sync(calendar, one.steps)
      }
      await reader.sync(calendar, Number.POSITIVE_INFINITY)
      expect(reader.events).toEqual(calendar.present())
    }),
    { numRuns: 200 },
  )
}, 30_000)
