import { describe, expect, it } from 'vitest'
import { canonical } from './canonical.ts'
import { configuration, grace, type ProviderRotation } from './configuration.ts'
import { createGraph, inevitable, type Graph } from './graph.ts'
import { movesOf } from './moves.ts'
import { newProvider, present, type Provider } from './provider.ts'
import { initialState, withWorker, type State } from './state.ts'

describe('the provider', () => {
  const at = (rotation: ProviderRotation) => configuration({ name: 'x', workers: 1, rotation, budget: {} })
  const use = (provider: Provider, token: string, nowMs: number, rotation: ProviderRotation) =>
    present(provider, token, nowMs, at(rotation))

  it('without rotation answers the same token again and again', () => {
    const first = use(newProvider(), 'R1.1', 0, 'none')
    expect(first.answer).toEqual({ kind: 'tokens', access: 2, usable: true })
    expect(use(first.provider, 'R1.1', 9, 'none').answer).toMatchObject({ kind: 'tokens', access: 3 })
  })

  it('that is strict ends the grant at the second presentation', () => {
    const first = use(newProvider(), 'R1.1', 0, 'strict')
    expect(first.answer).toMatchObject({ refreshToken: 'R1.2' })
    const second = use(first.provider, 'R1.1', 0, 'strict')
    expect(second).toMatchObject({ answer: { kind: 'invalid_grant' }, killed: { current: ['R1.2'] } })
    expect(use(second.provider, 'R1.2', 0, 'strict')).toMatchObject({ answer: { kind: 'invalid_grant' } })
    expect(use(second.provider, 'R1.2', 0, 'strict').killed).toBeUndefined()
  })

  it('with grace answers again inside the window, as often as it says', () => {
    const windowMs = grace.graceSeconds * 1_000
    const first = use(newProvider(), 'R1.1', 0, 'grace')
    const second = use(first.provider, 'R1.1', windowMs, 'grace')
    expect(second.answer).toMatchObject({ refreshToken: 'R1.3' })
    expect(use(first.provider, 'R1.1', windowMs + 1, 'grace').killed).toBeDefined()
    expect(use(second.provider, 'R1.1', windowMs, 'grace').killed).toBeDefined()
    expect(use(second.provider, 'R1.2', 0, 'grace').answer).toMatchObject({ refreshToken: 'R1.4' })
  })
})

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

describe('a goal is inevitable', () => {
  function graph(states: number, goals: readonly number[], fair: readonly [number, number][]): Graph {
    const made = createGraph()
    for (let state = 0; state < states; state += 1) made.addState(state - 1, 0, goals.includes(state) ? 1 : 0)
    for (const [from, to] of fair) made.addTransition(from, to, true)
    return made
  }

  it('when all ways lead to it', () => {
    expect(
      inevitable(
        graph(
          4,
          [3],
          [
            [0, 1],
            [0, 2],
            [1, 3],
            [2, 3],
          ],
        ),
        0,
      ),
    ).toBeUndefined()
  })

  it('unless one of them ends before', () => {
    expect(
      inevitable(
        graph(
          4,
          [3],
          [
            [0, 1],
            [0, 2],
            [1, 3],
          ],
        ),
        0,
      ),
    ).toBe(0)
  })

  it('unless one of them turns in a circle', () => {
    expect(
      inevitable(
        graph(
          4,
          [3],
          [
            [0, 1],
            [1, 2],
            [2, 1],
            [1, 3],
          ],
        ),
        0,
      ),
    ).toBe(0)
  })

  it('and staying in place counts neither way', () => {
    expect(
      inevitable(
        graph(
          2,
          [1],
          [
            [0, 0],
            [0, 1],
          ],
        ),
        0,
      ),
    ).toBeUndefined()
    expect(inevitable(graph(2, [1], [[0, 0]]), 0)).toBe(0)
  })
})
