import type { LedgerEntry } from '../ledger.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { Kept } from '../state/kept.ts'
import { checkFault } from './check-fault.ts'
import type { Fault, PendingFault } from './fault.ts'
import type { FaultTargets } from './fault-targets.ts'

export interface FaultControl {
  /** Adds a fault and returns its id. Faults are tried in the order in which they were added. */
  add(fault: Fault): string
  /** Removes one fault, or all; held calls go on. */
  clear(id?: string): void
  pending(): PendingFault[]
  /** Lets the calls go on that the fault holds now. Returns how many. */
  release(id: string): number
}

export interface StruckFault {
  readonly id: string
  readonly fault: Fault
  /** Resolves when the held call may go on. */
  hold(): Promise<void>
  /** Lets it strike once more, since this call gave it nothing to strike. */
  giveBack(): void
}

export interface FaultSchedule extends FaultControl, Kept {
  /** Finds the fault for a call and uses it up by one. */
  take(entry: LedgerEntry): StruckFault | undefined
  /** Lets all held calls go on. */
  close(): void
}

interface ScheduleState {
  readonly added: number
  readonly faults: readonly Omit<ScheduledFault, 'held'>[]
}

interface ScheduledFault {
  readonly id: string
  readonly fault: Fault
  remaining: number
  toSkip: number
  readonly held: Set<() => void>
}

export function createFaultSchedule(targets: FaultTargets): FaultSchedule {
  const scheduled = new Map<string, ScheduledFault>()
  let added = 0

  function add(fault: Fault): string {
    checkFault(fault)
    targets.check(fault)
    added += 1
    const id = `fault-${added}`
    const remaining = fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1)
    scheduled.set(id, { id, fault: structuredClone(fault), remaining, toSkip: fault.skip ?? 0, held: new Set() })
    return id
  }

  function take(entry: LedgerEntry): StruckFault | undefined {
    for (const each of scheduled.values()) {
      if (each.remaining <= 0 || !targets.fits(each.fault, entry)) continue
      if (each.toSkip > 0) {
        each.toSkip -= 1
        continue
      }
      each.remaining -= 1
      const hold = (): Promise<void> => new Promise((resolve) => each.held.add(resolve))
      const giveBack = (): void => void (each.remaining += 1)
      return { id: each.id, fault: each.fault, hold, giveBack }
    }
    return undefined
  }

  function clear(id?: string): void {
    const cleared = id === undefined ? [...scheduled.values()] : [require(id)]
    for (const each of cleared) {
      letGo(each)
      scheduled.delete(each.id)
    }
  }

  function require(id: string): ScheduledFault {
    const found = scheduled.get(id)
    if (found !== undefined) return found
    throw new SandboxError(
      'unknown_fault',
      `No fault "${id}" here. Known: ${[...scheduled.keys()].join(', ') || 'none'}.`,
    )
  }

  return {
    add,
    take,
    clear,
    release: (id) => letGo(require(id)),
    close() {
      for (const each of scheduled.values()) letGo(each)
    },
    pending: () => [...scheduled.values()].filter((each) => each.remaining > 0 || each.held.size > 0).map(show),
    // What is held stays with the connections that are held.
    save: (): ScheduleState => ({
      added,
      faults: Array.from(scheduled.values(), ({ id, fault, remaining, toSkip }) => ({ id, fault, remaining, toSkip })),
    }),
    load(saved) {
      clear()
      const state = saved as ScheduleState
      added = state.added
      for (const each of state.faults) scheduled.set(each.id, { ...each, held: new Set() })
    },
    reset() {
      clear()
      added = 0
    },
  }
}

function show({ id, fault, remaining, held }: ScheduledFault): PendingFault {
  return { id, fault, remaining: Number.isFinite(remaining) ? remaining : 'always', held: held.size }
}

function letGo({ held }: ScheduledFault): number {
  const waiting = [...held]
  held.clear()
  for (const go of waiting) go()
  return waiting.length
}
