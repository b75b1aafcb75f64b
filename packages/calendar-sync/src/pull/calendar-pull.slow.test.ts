import type { Store } from '@grantkit/auth-core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBench, event, type Bench } from '../../test/bench.ts'
import { createPullBench, personOf } from '../../test/pull-bench.ts'
import type { CalendarChange, CalendarPullOptions } from './index.ts'

const name = fc.constantFrom('a', 'b', 'c')
const title = fc.constantFrom('Lunch', 'Dentist', 'Rehearsal', 'Review')

/** What may happen between two readings, and how a reading may end. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('person_creates' as const), title }),
  fc.record({ kind: fc.constant('person_edits' as const), nth: fc.nat(5), title }),
  fc.record({ kind: fc.constant('person_deletes' as const), nth: fc.nat(5) }),
  fc.record({ kind: fc.constant('app_writes' as const), name, title }),
  fc.record({ kind: fc.constant('app_deletes' as const), name }),
  fc.record({ kind: fc.constant('token_expires' as const) }),
  fc.record({ kind: fc.constant('pull' as const) }),
  // After so many steps of the store the process is dead; its last step may have been done or not.
  fc.record({ kind: fc.constant('pull_dies' as const), steps: fc.nat(14), isLastDone: fc.boolean() }),
  fc.record({ kind: fc.constant('handler_dies' as const), isApplied: fc.boolean() }),
)
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never

/** A store that a process which dies has seen. */
function dyingStore(store: Store, steps: number, isLastDone: boolean): Store {
  let left = steps
  const step = async <T>(work: () => Promise<T>): Promise<T> => {
    left -= 1
    if (left > 0) return await work()
    if (left === 0 && isLastDone) await work()
    throw new Error('The process is dead.')
  }
  return {
    durability: store.durability,
    read: (key) => step(() => store.read(key)),
    write: (key, value, options) => step(() => store.write(key, value, options)),
    remove: (key, options) => step(() => store.remove(key, options)),
    list: (prefix, options) => step(() => store.list(prefix, options)),
  }
}

/** An app that keeps its own events, and a mirror of all others. */
class App {
  readonly own = new Map<string, string>()
  readonly mirror = new Map<string, string>()

  apply(changes: readonly CalendarChange[]): void {
    for (const change of changes) {
      if (change.kind === 'reset') this.mirror.clear()
      else if (change.kind === 'instance_cancelled') continue
      else if (change.eventId === undefined) this.applyToMirror(change)
      else if (change.kind === 'deleted') this.own.delete(change.eventId)
      else if (change.members?.includes('summary')) this.own.set(change.eventId, change.event.summary ?? '')
    }
  }

  private applyToMirror(change: Extract<CalendarChange, { kind: 'created' | 'changed' | 'deleted' }>): void {
    if (change.kind === 'deleted') this.mirror.delete(change.id)
    else this.mirror.set(change.id, change.event.summary ?? '')
  }
}

async function play(bench: Bench, happenings: readonly Happening[]): Promise<App> {
  const app = new App()
  const person = personOf(bench)
  const pull = async (options: Partial<CalendarPullOptions> = {}): Promise<void> => {
    // After any claim, and any wait.
    bench.sandbox.control.clock.advance(1_300_000)
    const onChanges = async (changes: readonly CalendarChange[]): Promise<void> => app.apply(changes)
    await createPullBench(bench, { onChanges, ...options })
      .pull.drain()
      .catch(() => undefined)
  }
  const write = async (change: Parameters<Bench['sync']['enqueue']>[0]): Promise<void> => {
    await bench.sync.enqueue(change)
    await bench.sync.drain()
  }
  const nth = async (index: number): Promise<string | undefined> => {
    const events = await bench.eventsOf('ada')
    return events[index % Math.max(1, events.length)]?.summary
  }
  await createPullBench(bench).pull.follow('ada')
  for (const one of happenings) {
    bench.sandbox.control.clock.advance(1500)
    if (one.kind === 'pull') await pull()
    else if (one.kind === 'pull_dies') await pull({ store: dyingStore(bench.store, one.steps, one.isLastDone) })
    else if (one.kind === 'handler_dies') {
      const onChanges = async (changes: readonly CalendarChange[]): Promise<void> => {
        if (one.isApplied) app.apply(changes)
        throw new Error('The handler is dead.')
      }
      await pull({ onChanges })
    } else if (one.kind === 'person_creates') await person.create(one.title)
    else if (one.kind === 'person_edits' || one.kind === 'person_deletes') {
      const found = await nth(one.nth)
      if (found === undefined) continue
      await (one.kind === 'person_edits' ? person.edit(found, { summary: one.title }) : person.remove(found))
    } else if (one.kind === 'app_writes') {
      app.own.set(one.name, one.title)
      await write({ kind: 'upsert', user: 'ada', event: event(one.name, { title: one.title }) })
    } else if (one.kind === 'app_deletes') {
      app.own.delete(one.name)
      await write({ kind: 'delete', user: 'ada', eventId: one.name })
    } else bench.sandbox.control.google.expireSyncTokens()
  }
  await pull()
  return app
}

test('whatever people and the app do, and wherever a process dies: nothing is skipped, and own writes stay own', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { minLength: 4, maxLength: 20, size: 'max' }), async (happenings) => {
      const bench = createBench()
      await bench.signIn('ada')
      try {
        const app = await play(bench, happenings)
        const events = await bench.eventsOf('ada')
        const isOwn = ({ extendedProperties }: (typeof events)[number]) =>
          extendedProperties?.private?.['grantkitEvent'] !== undefined
        const own = events
          .filter(isOwn)
          .map((each) => [each.extendedProperties?.private?.['grantkitEvent'], each.summary])
        const others = events.filter((each) => !isOwn(each)).map(({ id, summary }) => [id, summary])
        expect(Object.fromEntries(app.own)).toEqual(Object.fromEntries(own))
        expect(Object.fromEntries(app.mirror)).toEqual(Object.fromEntries(others))
      } finally {
        await bench.close()
      }
    }),
    { numRuns: 200 },
  )
}, 240_000)
