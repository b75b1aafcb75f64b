/** The explored states and transitions, as numbers. */
export interface Graph {
  addState(parent: number, viaMove: number, goals: number): number
  addTransition(from: number, to: number, isFair: boolean): void
  states(): number
  transitions(): number
  /** The moves that lead from the first state to this one. */
  pathTo(state: number): number[]
  isGoal(state: number, goal: number): boolean
  /** The transitions that need no fault, as pairs. */
  fair(): { from: Int32Array; to: Int32Array }
}

export function createGraph(): Graph {
  const parents = growing()
  const moves = growing()
  const goals = growing()
  const from = growing()
  const to = growing()
  let transitions = 0
  return {
    addState(parent, viaMove, goalBits) {
      parents.push(parent)
      moves.push(viaMove)
      goals.push(goalBits)
      return parents.length() - 1
    },
    addTransition(source, target, isFair) {
      transitions += 1
      // Waiting in place is not progress and not a way out either.
      if (!isFair || source === target) return
      from.push(source)
      to.push(target)
    },
    states: () => parents.length(),
    transitions: () => transitions,
    pathTo(state) {
      const path: number[] = []
      for (let at = state; parents.at(at) >= 0; at = parents.at(at)) path.push(moves.at(at))
      return path.toReversed()
    },
    isGoal: (state, goal) => (goals.at(state) & (1 << goal)) !== 0,
    fair: () => ({ from: from.values(), to: to.values() }),
  }
}

/**
 * Finds the first state from which some history without faults never comes to the goal: it ends before, or turns in a
 * circle. Works backwards: a state is safe once all its fault-free successors are.
 */
export function inevitable(graph: Graph, goal: number): { stuck: number; isSafe: Uint8Array } | undefined {
  const count = graph.states()
  const { from, to } = graph.fair()
  const open = new Int32Array(count)
  const firstInto = new Int32Array(count + 1)
  for (let edge = 0; edge < from.length; edge += 1) {
    increase(open, from[edge] ?? 0)
    increase(firstInto, (to[edge] ?? 0) + 1)
  }
  for (let state = 0; state < count; state += 1)
    firstInto[state + 1] = (firstInto[state + 1] ?? 0) + (firstInto[state] ?? 0)
  const sources = new Int32Array(from.length)
  const filled = firstInto.slice()
  for (let edge = 0; edge < from.length; edge += 1) {
    const target = to[edge] ?? 0
    sources[filled[target] ?? 0] = from[edge] ?? 0
    increase(filled, target)
  }
  const isSafe = new Uint8Array(count)
  const safe: number[] = []
  for (let state = 0; state < count; state += 1) {
    if (!graph.isGoal(state, goal)) continue
    isSafe[state] = 1
    safe.push(state)
  }
  for (let state = safe.pop(); state !== undefined; state = safe.pop()) {
    for (let edge = firstInto[state] ?? 0; edge < (firstInto[state + 1] ?? 0); edge += 1) {
      const source = sources[edge] ?? 0
      const remaining = (open[source] ?? 0) - 1
      open[source] = remaining
      if (remaining > 0 || isSafe[source] === 1) continue
      isSafe[source] = 1
      safe.push(source)
    }
  }
  const stuck = isSafe.indexOf(0)
  return stuck < 0 ? undefined : { stuck, isSafe }
}

function increase(values: Int32Array, index: number): void {
  values[index] = (values[index] ?? 0) + 1
}

interface Growing {
  push(value: number): void
  at(index: number): number
  length(): number
  values(): Int32Array
}

function growing(): Growing {
  let values = new Int32Array(1_024)
  let length = 0
  return {
    push(value) {
      if (length === values.length) {
        const larger = new Int32Array(length * 2)
        larger.set(values)
        values = larger
      }
      values[length] = value
      length += 1
    },
    at: (index) => values[index] ?? 0,
    length: () => length,
    values: () => values.subarray(0, length),
  }
}
