import type { Clock } from '@grantkit/auth-core'
import { happeningsOf, type HappeningOf, type Moment } from './scenario.ts'
import { wallMs, type World } from './world.ts'

/** Whether a process runs, sleeps or is gone, and what time it thinks it is. */
export interface ProcessLife {
  readonly index: number
  readonly name: string
  readonly clock: Clock
  readonly isAlive: boolean
  /** How long it was suspended so far. */
  readonly suspendedMs: number
  /** Lets the process learn of something: now, when it is resumed, or never. */
  deliver(run: () => void): void
  /** Notes that the process has come to a place in its code, where it may be hit. */
  pass(moment: Moment): void
  /** Moves the wall clock of this process. */
  moveClock(byMs: number): void
  resume(): void
}

export interface LifeOptions {
  readonly index: number
  readonly name: string
  /** Told when the process crashes. */
  readonly ended: (restartAfterMs: number | undefined) => void
}

type Hit = HappeningOf<'crash' | 'sleep' | 'stop'>

export function createProcessLife(world: World, { index, name, ended }: LifeOptions): ProcessLife {
  const { timeline } = world
  const hits = happeningsOf(world.scenario, 'crash', 'sleep', 'stop').filter(({ process }) => process === index)
  const passed = new Map<Moment, number>()
  let isAlive = true
  let waiting: (() => void)[] | undefined
  let suspendedSinceMs = 0
  let suspendedMs = 0
  let sleptMs = 0
  let sleeps = false
  let wallOffsetMs = 0

  function resume(): void {
    if (waiting === undefined || !isAlive) return
    const runs = waiting
    waiting = undefined
    const durationMs = timeline.nowMs - suspendedSinceMs
    suspendedMs += durationMs
    if (sleeps) sleptMs += durationMs
    world.lines.push({ kind: 'fault', fault: 'suspension', worker: name })
    world.say(() => `${name} goes on`)
    for (const run of runs) life.deliver(run)
  }

  function hit(happening: Hit): void {
    if (happening.kind === 'crash') {
      isAlive = false
      world.fault(`crash, ${happening.moment}`, { fault: 'crash', worker: name })
      world.say(() => `${name} crashes (${happening.moment})`)
      ended(happening.restartAfterMs)
      return
    }
    if (waiting !== undefined) return
    waiting = []
    suspendedSinceMs = timeline.nowMs
    sleeps = happening.kind === 'sleep'
    world.fault(happening.kind, { fault: 'suspension', worker: name })
    world.say(() => `${name} is suspended for ${happening.forMs} ms (${happening.kind}, ${happening.moment})`)
    timeline.after(happening.forMs, resume)
  }

  function monotonicMs(): number {
    return timeline.nowMs - sleptMs
  }

  const clock: Clock = {
    wallMs: () => wallMs(timeline) + wallOffsetMs,
    monotonicMs,
    setTimer(run, delayMs) {
      const dueMs = monotonicMs() + Math.max(0, delayMs)
      let appointment = timeline.after(delayMs, ring)
      let isCancelled = false
      function ring(): void {
        life.deliver(() => {
          if (isCancelled) return
          const leftMs = dueMs - monotonicMs()
          if (leftMs > 0) appointment = timeline.after(leftMs, ring)
          else run()
        })
      }
      return () => {
        isCancelled = true
        appointment.run = undefined
      }
    },
  }

  const life: ProcessLife = {
    index,
    name,
    clock,
    get isAlive() {
      return isAlive
    },
    get suspendedMs() {
      return suspendedMs + (waiting === undefined ? 0 : timeline.nowMs - suspendedSinceMs)
    },
    deliver(run) {
      if (!isAlive) return
      if (waiting === undefined) run()
      else waiting.push(run)
    },
    pass(moment) {
      if (world.isHealed || !isAlive || hits.length === 0) return
      const nth = passed.get(moment) ?? 0
      passed.set(moment, nth + 1)
      const met = hits.find((one) => one.moment === moment && one.nth === nth)
      if (met !== undefined) hit(met)
    },
    moveClock(byMs) {
      wallOffsetMs += byMs
    },
    resume,
  }
  return life
}

/** A promise that a process waits for; one that is gone waits for ever. */
export function awaited<T>(
  life: ProcessLife,
  start: (settle: { resolve: (value: T) => void; reject: (error: unknown) => void }) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (!life.isAlive) return
    start({
      resolve: (value) => life.deliver(() => resolve(value)),
      reject: (error) => life.deliver(() => reject(error)),
    })
  })
}
