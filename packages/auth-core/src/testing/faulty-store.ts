import { AuthError } from '../errors.ts'
import type { Store } from '../store.ts'
import { forwardStore } from './forward-store.ts'

export type StoreStep = 'read' | 'write' | 'remove' | 'list'

/** What goes wrong with one step. */
export interface StoreFault {
  readonly step: StoreStep
  /** The key, or the prefix of a list, that the fault is for; any when absent. */
  readonly key?: string
  /** How many steps it hits; 1 by default. */
  readonly times?: number
  /**
   * `apply` (default): nothing but the waits below. `throw`: rejects, not applied. `apply-then-throw`: applied, but
   * rejects. `lose`: answers as if applied, but is not (writes and removals only). `conflict`: answers a conflict, not
   * applied (writes and removals only).
   */
  readonly effect?: 'apply' | 'throw' | 'apply-then-throw' | 'lose' | 'conflict'
  /** What it rejects with; an AuthError `store_failed` by default. */
  readonly error?: Error
  /** Awaited before anything is done: a slow store, or a moment for the test to do something. */
  readonly before?: () => Promise<unknown>
  /** Awaited after the step was done and before it is answered. */
  readonly after?: () => Promise<unknown>
}

export interface FaultyStore extends Store {
  /** Adds a fault behind those that wait. A step meets the first one that fits, and uses it up. */
  fault(fault: StoreFault): void
  /** How many steps the waiting faults would still hit. A test that ends with some of them tested less than it says. */
  pendingFaults(): number
}

/** Wraps a store so that chosen steps go wrong in chosen ways; without faults it behaves as the store itself. */
export function faultyStore(store: Store, faults: readonly StoreFault[] = []): FaultyStore {
  let waiting: readonly { fault: StoreFault; left: number }[] = []
  const fault = (next: StoreFault): void => {
    if ((next.effect === 'lose' || next.effect === 'conflict') && (next.step === 'read' || next.step === 'list')) {
      throw new Error(`The fault '${next.effect}' is for writes and removals, not for a ${next.step}.`)
    }
    waiting = [...waiting, { fault: next, left: next.times ?? 1 }]
  }
  for (const each of faults) fault(each)

  const meet = (step: StoreStep, key: string): StoreFault | undefined => {
    const met = waiting.find(({ fault: { step: at, key: of = key } }) => at === step && of === key)
    if (met && --met.left === 0) waiting = waiting.filter((other) => other !== met)
    return met?.fault
  }
  const run = async <T>(step: StoreStep, key: string, apply: () => Promise<T>, lies: Lies<T> = {}): Promise<T> => {
    const { effect = 'apply', before, after, error = outage() } = meet(step, key) ?? {}
    await before?.()
    if (effect === 'throw') throw error
    const answer = await (effect === 'lose' || effect === 'conflict' ? (lies[effect] ?? apply) : apply)()
    await after?.()
    if (effect === 'apply-then-throw') throw error
    return answer
  }
  // A store that loses what it acknowledged has still checked the condition: a true conflict stays one.
  const unlessConflict = async <T>(key: string, ifVersion: string | null, answer: T): Promise<T | 'conflict'> => {
    const { entry } = await store.read(key)
    return (entry?.version ?? null) === ifVersion ? answer : 'conflict'
  }

  return {
    ...forwardStore(store),
    fault,
    pendingFaults: () => waiting.reduce((sum, { left }) => sum + left, 0),
    read: (key) => run('read', key, () => store.read(key)),
    list: (prefix, options) => run('list', prefix, () => store.list(prefix, options)),
    write(key, value, options) {
      const lose = () => unlessConflict(key, options.ifVersion, { version: crypto.randomUUID() })
      return run('write', key, () => store.write(key, value, options), { conflict, lose })
    },
    remove(key, options) {
      const lose = () => unlessConflict(key, options.ifVersion, 'removed' as const)
      return run('remove', key, () => store.remove(key, options), { conflict, lose })
    },
  }
}

interface Lies<T> {
  readonly conflict?: () => Promise<T>
  readonly lose?: () => Promise<T>
}

async function conflict(): Promise<'conflict'> {
  return 'conflict'
}

function outage(): AuthError {
  return new AuthError('store_failed', 'The store failed, as the test asked for.')
}
