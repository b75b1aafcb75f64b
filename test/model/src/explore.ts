import { canonical } from './canonical.ts'
import type { StepName } from './change.ts'
import type { Configuration } from './configuration.ts'
import {
  livenessInvariants,
  safetyInvariants,
  type InvariantName,
  type SafetyInvariant,
  type Step,
} from './invariants.ts'
import { createGraph, inevitable } from './graph.ts'
import { movesOf } from './moves.ts'
import { initialState, type State } from './state.ts'
import { describe } from './words.ts'

export interface Violation {
  readonly invariant: InvariantName
  readonly detail: string
  /** What happened, one line a transition, from the first state on. */
  readonly trace: readonly string[]
}

export interface Exploration {
  readonly configuration: Configuration
  readonly states: number
  readonly transitions: number
  readonly seconds: number
  /** Whether all reachable states were seen. */
  readonly isComplete: boolean
  /** The steps that changed the record somewhere. */
  readonly steps: ReadonlySet<StepName>
  readonly violation?: Violation
}

export interface ExploreOptions {
  /** Only these; all by default. */
  readonly invariants?: readonly InvariantName[]
  readonly maxStates?: number
  /** Called every 100,000 states. */
  readonly onProgress?: (progress: { states: number; waiting: number }) => void
}

const progressStep = 100_000

/** Visits every reachable state breadth first, so that a violation comes with a shortest trace. */
export function explore(configuration: Configuration, options: ExploreOptions = {}): Exploration {
  const { invariants, maxStates = Infinity, onProgress } = options
  const isChecked = (name: InvariantName): boolean => invariants?.includes(name) ?? true
  const safety = safetyInvariants.filter(({ name }) => isChecked(name))
  const startedMs = performance.now()
  const graph = createGraph()
  const ids = new Map<string, number>()
  const queue: (State | undefined)[] = []
  const steps = new Set<StepName>()

  function visit(state: State, parent: number, viaMove: number): number {
    const key = canonical(state, configuration)
    const known = ids.get(key)
    if (known !== undefined) return known
    const id = graph.addState(parent, viaMove, goalsOf(state))
    ids.set(key, id)
    queue.push(state)
    return id
  }

  function report(violation: Violation | undefined, isComplete: boolean): Exploration {
    return {
      configuration,
      states: graph.states(),
      transitions: graph.transitions(),
      seconds: (performance.now() - startedMs) / 1_000,
      isComplete,
      steps,
      ...(violation ? { violation } : {}),
    }
  }

  /** Follows every move out of a state; gives the first violation. */
  function expand(before: State, id: number): Violation | undefined {
    for (const [index, { kind, state: after, events }] of movesOf(before, configuration).entries()) {
      graph.addTransition(id, visit(after, id, index), kind === 'step')
      for (const event of events) if (event.kind === 'wrote') steps.add(event.step)
      const broken = firstBroken(safety, { before, after, events, configuration })
      if (broken !== undefined) return { ...broken, trace: replay(configuration, [...graph.pathTo(id), index]) }
    }
    return undefined
  }

  visit(initialState(configuration), -1, 0)
  for (let id = 0; id < queue.length; id += 1) {
    if (id >= maxStates) return report(undefined, false)
    if (id > 0 && id % progressStep === 0) onProgress?.({ states: id, waiting: queue.length - id })
    const before = queue[id]
    queue[id] = undefined
    const violation = before && expand(before, id)
    if (violation !== undefined) return report(violation, false)
  }
  return report(livenessViolation(), true)

  function livenessViolation(): Violation | undefined {
    for (const [bit, { name }] of livenessInvariants.entries()) {
      const found = isChecked(name) ? inevitable(graph, bit) : undefined
      if (found === undefined) continue
      const isStuck = (state: State): boolean => found.isSafe[ids.get(canonical(state, configuration)) ?? 0] === 0
      const path = graph.pathTo(found.stuck)
      const { rest, ending } = followStuck(stateAt(configuration, path), configuration, isStuck)
      return {
        invariant: name,
        detail: `without further faults it ${ending}`,
        trace: replay(configuration, [...path, ...rest]),
      }
    }
    return undefined
  }
}

/** Goes on through states from which the goal need not come, until nothing is left to do or a state comes again. */
function followStuck(
  from: State,
  configuration: Configuration,
  isStuck: (state: State) => boolean,
): { rest: number[]; ending: string } {
  const seen = new Set<string>()
  const rest: number[] = []
  for (let state = from; ;) {
    const key = canonical(state, configuration)
    if (seen.has(key)) return { rest, ending: 'turns in a circle' }
    seen.add(key)
    const moves = movesOf(state, configuration)
    const next = moves.findIndex(
      (one) => one.kind === 'step' && isStuck(one.state) && canonical(one.state, configuration) !== key,
    )
    const taken = moves[next]
    if (taken === undefined) return { rest, ending: 'ends here' }
    rest.push(next)
    state = taken.state
  }
}

function stateAt(configuration: Configuration, path: readonly number[]): State {
  let state = initialState(configuration)
  for (const index of path) state = movesOf(state, configuration)[index]?.state ?? state
  return state
}

function firstBroken(safety: readonly SafetyInvariant[], step: Step): Omit<Violation, 'trace'> | undefined {
  for (const { name, check } of safety) {
    const detail = check(step)
    if (detail !== undefined) return { invariant: name, detail }
  }
  return undefined
}

function goalsOf(state: State): number {
  let goals = 0
  for (const [bit, { isGoal }] of livenessInvariants.entries()) if (isGoal(state)) goals |= 1 << bit
  return goals
}

/** Runs a path again to put it into words. */
function replay(configuration: Configuration, path: readonly number[]): string[] {
  let state = initialState(configuration)
  const lines = [`the grant: ${describe(state.record)}, holding ${state.record.tokens.refreshToken ?? ''}`]
  for (const index of path) {
    const chosen = movesOf(state, configuration)[index]
    if (chosen === undefined) break
    lines.push(chosen.say())
    state = chosen.state
  }
  return lines
}
