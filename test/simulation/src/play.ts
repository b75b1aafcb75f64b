import { checkHistory, type Rules } from '@grantkit/history'
import { heal } from './heal.ts'
import type { Mistake } from './mistake.ts'
import type { Scenario } from './scenario.ts'
import { createSimProcess, type SimProcess } from './sim-process.ts'
import { happen, signIn } from './world-events.ts'
import { createWorld, type World } from './world.ts'

export interface Played {
  /** A sentence for each thing that must not be. */
  readonly violations: readonly string[]
  /** How often each fault, step and outcome occurred. */
  readonly coverage: ReadonlyMap<string, number>
  /** The story, where it was asked for. */
  readonly trace: readonly string[]
}

export interface PlayOptions {
  readonly trace?: boolean
  readonly mistake?: Mistake
}

/** Plays a scenario to its end, lets everything settle, and checks the history. */
export async function play(scenario: Scenario, { trace = false, mistake = {} }: PlayOptions = {}): Promise<Played> {
  const world = createWorld({ ...scenario, times: { ...scenario.times, ...mistake.times } }, { trace })
  const processes = createProcesses(world, mistake)
  await connectFirst(world, processes.of(0))
  for (const happening of scenario.happenings) {
    if (!('atMs' in happening)) continue
    world.timeline.after(happening.atMs - world.timeline.nowMs, () => happen(world, processes.of, happening))
  }
  await world.timeline.advanceTo(scenario.horizonMs)
  const rest = await heal(world, processes.all, processes.startHealer())
  const rules = rulesOf(world.scenario)
  const problems = checkHistory({ lines: world.lines, versions: world.versions, rules, rest })
  const hanging = processes.all.filter(({ waiting }) => waiting() > 0)
  return {
    violations: [
      ...problems,
      ...world.surprises,
      ...hanging.map(({ life }) => `L3: a caller of ${life.name} still waits.`),
    ],
    coverage: world.coverage,
    trace: world.trace ?? [],
  }
}

interface Processes {
  /** Every process there was. */
  readonly all: readonly SimProcess[]
  /** The process with this number, started where it is needed first. */
  of(index: number): SimProcess
  startHealer(): SimProcess
}

const letters = ['A', 'B', 'C', 'D']

function createProcesses(world: World, mistake: Mistake): Processes {
  const running = new Map<number, SimProcess>()
  const all: SimProcess[] = []

  function start(index: number): SimProcess {
    const lives = all.filter(({ life }) => life.index === index).length
    const name = `${letters[index] ?? 'Z'}${lives + 1}`
    const ended = (restartAfterMs: number | undefined): void => {
      if (restartAfterMs !== undefined) world.timeline.after(restartAfterMs, () => void start(index))
    }
    const process = createSimProcess(world, { index, name, ended, mistake })
    running.set(index, process)
    all.push(process)
    return process
  }

  return { all, of: (index) => running.get(index) ?? start(index), startHealer: () => start(letters.length) }
}

/** Before anything goes wrong. */
async function connectFirst(world: World, process: SimProcess): Promise<void> {
  world.isHealed = true
  process.connect(signIn(world))
  await world.timeline.advanceTo(100)
  world.isHealed = false
}

function rulesOf({ rotation, times }: Scenario): Rules {
  return { rotation: rotation === 'unknown' ? 'strict' : rotation, times }
}
