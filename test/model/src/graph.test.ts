import { describe, expect, it } from 'vitest'
import { createGraph, inevitable } from './graph.ts'

describe('the last state is inevitable', () => {
  /** Transitions as "from>to"; the state with the highest number is the goal. */
  function stuckAt(transitions: string): number | undefined {
    const pairs = transitions.split(' ').map((one) => one.split('>').map(Number))
    const last = Math.max(...pairs.flat())
    const graph = createGraph()
    for (let state = 0; state <= last; state += 1) graph.addState(state - 1, 0, state === last ? 1 : 0)
    for (const [from = 0, to = 0] of pairs) graph.addTransition(from, to, true)
    return inevitable(graph, 0)?.stuck
  }

  it('when all ways lead to it', () => {
    expect(stuckAt('0>1 0>2 1>3 2>3')).toBeUndefined()
  })

  it('unless one of them ends before', () => {
    expect(stuckAt('0>1 0>2 1>3')).toBe(0)
  })

  it('unless one of them turns in a circle', () => {
    expect(stuckAt('0>1 1>2 2>1 1>3')).toBe(0)
  })

  it('and staying in place is neither a way nor a circle', () => {
    expect(stuckAt('0>0 0>1')).toBeUndefined()
    expect(stuckAt('0>0 1>2')).toBe(0)
  })

  it('even where transitions with faults lead elsewhere', () => {
    const graph = createGraph()
    for (let state = 0; state <= 2; state += 1) graph.addState(state - 1, 0, state === 2 ? 1 : 0)
    graph.addTransition(0, 2, true)
    graph.addTransition(0, 1, false)
    graph.addTransition(1, 2, true)
    expect(inevitable(graph, 0)).toBeUndefined()
    expect(graph.pathTo(2)).toEqual([0, 0])
  })
})
