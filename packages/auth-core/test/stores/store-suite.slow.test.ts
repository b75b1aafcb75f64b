import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/stores/memory.ts'
import type { Store } from '../../src/store.ts'
import { withValues, type BreakStore } from './break-store.ts'
import { brokenStores } from './broken-stores.ts'
import { createFakeClock } from '../../src/testing/fake-clock.ts'
import { forwardStore } from '../../src/testing/forward-store.ts'
import { storeSuite, type StoreSuiteOptions } from '../../src/testing/store-suite.ts'
import type { StoreSubject } from '../../src/testing/store-suite/subject.ts'

/** Runs the suite without a test runner and gives the names of the tests that failed. */
async function failuresOf(options: Omit<StoreSuiteOptions, 'describe' | 'it'>): Promise<string[]> {
  const tests: { name: string; run: () => Promise<void> }[] = []
  storeSuite({
    rounds: 3,
    ...options,
    describe: (_, define) => define(),
    it: (name, run) => tests.push({ name, run }),
  })
  const failures: string[] = []
  for (const { name, run } of tests) await run().catch(() => failures.push(name))
  return failures
}

type Answer = Awaited<ReturnType<Store['read']>>

function memorySubject(breakStore: BreakStore): StoreSubject {
  const clock = createFakeClock()
  const open = (): Store => {
    const store = createMemoryStore({ clock })
    return { ...forwardStore(store), ...breakStore(store) }
  }
  return { store: open(), reopen: open, passTime: clock.advance }
}

function subjectWithClientClock(): StoreSubject {
  let passedMs = 0
  const store = createMemoryStore({ clock: { wallMs: () => Date.now() + passedMs } })
  return { store, passTime: async (durationMs) => void (passedMs += durationMs) }
}

function subjectWithStaleHandle(): StoreSubject {
  const clock = createFakeClock()
  const store = createMemoryStore({ clock })
  const cache = new Map<string, Answer>()
  const read: Store['read'] = async (key) => {
    const answer = cache.get(key) ?? (await store.read(key))
    cache.set(key, answer)
    return answer
  }
  return { store, open: () => ({ ...forwardStore(store), read }), passTime: clock.advance }
}

describe('storeSuite', () => {
  it('passes a store that keeps its word', async () => {
    expect(await failuresOf({ createStore: () => memorySubject(() => ({})) })).toEqual([])
  })

  for (const [fault, [breakStore, expected]] of Object.entries(brokenStores)) {
    it(`fails a store that ${fault}`, async () => {
      expect(await failuresOf({ createStore: () => memorySubject(breakStore) })).toContain(expected)
    })
  }

  it('fails a second handle that reads what it read before', async () => {
    expect(await failuresOf({ createStore: subjectWithStaleHandle })).toContain(
      'shows a settled write to the next read of another handle',
    )
  })

  it('fails a store that follows the clock of the client, if it should have its own', async () => {
    expect(await failuresOf({ createStore: subjectWithClientClock, ownClock: true })).toEqual([
      'tells its own time, whatever the clock of the client says',
    ])
  })

  it('closes each subject, also after a failure', async () => {
    let open = 0
    const createStore = (): StoreSubject => {
      open++
      return { ...memorySubject(withValues(() => 'wrong')), close: async () => void open-- }
    }
    expect(await failuresOf({ createStore })).not.toEqual([])
    expect(open).toBe(0)
  })
})
