import { conditionalWriteTests } from './store-suite/conditional-write-tests.ts'
import { listTests } from './store-suite/list-tests.ts'
import { opaqueTextTests } from './store-suite/opaque-text-tests.ts'
import { raceTests } from './store-suite/race-tests.ts'
import { sharingTests } from './store-suite/sharing-tests.ts'
import type { DefineStoreTest, StoreSubject } from './store-suite/subject.ts'
import { timeTests } from './store-suite/time-tests.ts'

export interface StoreSuiteOptions {
  /** Groups tests; the runner's own. */
  readonly describe: (name: string, define: () => void) => void
  /** Defines a test; the runner's own. The third argument is the longest time that it may take. */
  readonly it: (name: string, run: () => Promise<void>, timeoutMs: number) => void
  /** Makes an empty store; called once for each test. */
  readonly createStore: () => Promise<StoreSubject> | StoreSubject
  /** Whether the store's time comes from elsewhere than `Date.now`; false by default. */
  readonly ownClock?: boolean
  /** How often 64 writers race for a claim; 200 by default, 10 000 for a thorough run. */
  readonly rounds?: number
}

const timeoutMs = 120_000

/**
 * Defines the tests that every store has to pass: conditional writes, versions that never repeat, opaque keys and
 * values, lists, the store's clock and expiry, races, sharing and restarts. A test fails by rejecting with an error
 * that says what was expected. Needs no test library; vitest, jest and node:test fit.
 *
 * @example
 * storeSuite({ describe, it, createStore: () => ({ store: createMemoryStore() }) })
 */
export function storeSuite(options: StoreSuiteOptions): void {
  const { describe, it, createStore, ownClock = false, rounds = 200 } = options
  const test: DefineStoreTest = (name, run) => {
    const runOnce = async (): Promise<void> => {
      const subject = await createStore()
      try {
        await run(subject)
      } finally {
        await subject.close?.()
      }
    }
    it(name, runOnce, timeoutMs)
  }
  describe('conditional writes', () => conditionalWriteTests(test))
  describe('opaque keys and values', () => opaqueTextTests(test))
  describe('lists', () => listTests(test))
  describe('time', () => timeTests(test, { ownClock }))
  describe('races', () => raceTests(test, { rounds }))
  describe('sharing', () => sharingTests(test))
}
