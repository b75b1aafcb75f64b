import { describe, expect, it, test } from 'vitest'
import { canonical } from './canonical.ts'
import { configuration, roomyTimes, type Configuration } from './configuration.ts'
import { movesOf } from './moves.ts'
import { initialState, withWorker, type State } from './state.ts'

describe('two states count as one', () => {
  const small = configuration({ name: 'x', workers: 2, rotation: 'strict', budget: {} })
  const step = (state: State, index = 0): State => movesOf(state, small)[index]?.state ?? state

  it('when only the names of the workers differ', () => {
    const byA = step(initialState(small))
    const [a, b] = byA.workers
    expect(a?.phase).toBe('read')
    const byB = a && b ? withWorker(withWorker(byA, 0, b), 1, a) : byA
    expect(canonical(byB, small)).toBe(canonical(byA, small))
    expect(canonical(byA, small)).not.toBe(canonical(initialState(small), small))
  })

  it('when the same happens later', () => {
    const later = { ...initialState(small), nowMs: 77_000 }
    expect(canonical(step(step(later)), small)).toBe(canonical(step(step(initialState(small))), small))
  })
})

describe('states that count as one have the same future', () => {
  /** What can happen next, without saying when and to whom. */
  function future(state: State, of: Configuration): string {
    const next = movesOf(state, of).map(({ kind, state: after, events }) => {
      const seen = events.map(({ kind: event }) => event).join()
      return `${kind} ${seen} ${canonical(after, of)}`
    })
    return [...new Set(next)].toSorted().join('\n')
  }

  const cases = (['none', 'strict', 'grace'] as const).flatMap((rotation) => [
    configuration({
      name: 'with every fault',
      workers: 2,
      rotation,
      budget: { suspension: 1, lost: 1, late: 1, crash: 1 },
    }),
    configuration({
      name: 'with roomy times',
      workers: 2,
      rotation,
      budget: { suspension: 1, late: 1 },
      times: roomyTimes,
    }),
    configuration({
      name: 'with introspection',
      workers: 2,
      rotation,
      budget: { late: 1, suspension: 1 },
      introspects: true,
    }),
    configuration({
      name: 'with callers',
      workers: 2,
      rotation,
      budget: { unauthorized: 1, expiry: 1 },
      callers: true,
    }),
    configuration({ name: 'with people', workers: 2, rotation, budget: { install: 1, close: 1, suspension: 1 } }),
    configuration({
      name: 'with a spill',
      workers: 2,
      rotation,
      budget: { unsaved: 1, crash: 1, late: 1, install: 1 },
    }),
    configuration({ name: 'with a forgetful store', workers: 2, rotation, budget: { lostWrite: 1, crash: 1 } }),
  ])

  test.each(cases)('$rotation $name', { timeout: 60_000 }, (of) => {
    const futures = new Map<string, string>()
    const queue = [initialState(of)]
    let compared = 0
    for (let state = queue.pop(); state !== undefined && compared < 5_000; state = queue.pop()) {
      const key = canonical(state, of)
      const known = futures.get(key)
      const found = future(state, of)
      if (known !== undefined) {
        compared += 1
        expect(found, key).toBe(known)
        continue
      }
      futures.set(key, found)
      queue.push(...movesOf(state, of).map(({ state: after }) => after))
    }
    expect(compared).toBeGreaterThan(20)
  })
})
