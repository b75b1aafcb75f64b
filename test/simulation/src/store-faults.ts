import type { ProcessLife } from './process-life.ts'
import { happeningsOf, type StoreFault, type StoreStep } from './scenario.ts'
import type { World } from './world.ts'

export interface MetFault {
  readonly fault?: StoreFault
  readonly delayMs: number
}

const none: MetFault = { delayMs: 0 }
/** Slower than this, a step hinders its process as much as one that never ends. */
const hinderingMs = 1_000

/** Finds, for each step of one process at the store, what goes wrong with it. */
export function createStoreFaults(world: World, life: ProcessLife): (step: StoreStep) => MetFault {
  const { timeline, scenario } = world
  const mine = <T extends { process: number }>(one: T): boolean => one.process === life.index
  const faults = happeningsOf(scenario, 'store').filter(mine)
  const outages = happeningsOf(scenario, 'cut off').filter(mine)
  const taken = new Map<StoreStep, number>()

  return (step) => {
    if (world.isHealed) return none
    const nth = taken.get(step) ?? 0
    taken.set(step, nth + 1)
    const { nowMs } = timeline
    const hindered = { fault: 'cut_off', worker: life.name } as const
    const outage = outages.find(({ atMs, forMs }) => nowMs >= atMs && nowMs < atMs + forMs)
    if (outage !== undefined) {
      world.fault(`cut off, ${outage.how}`, hindered)
      return { fault: outage.how, delayMs: 0 }
    }
    const met = faults.find((one) => one.step === step && one.nth === nth)
    if (met === undefined) return none
    const hangs = met.fault.endsWith('hang') || met.delayMs > hinderingMs
    world.fault(`store ${step === 'read' ? 'reads' : 'writes'}: ${met.fault}`, hangs ? hindered : undefined)
    return met
  }
}
