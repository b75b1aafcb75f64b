import type { Clock } from '../clock.ts'
import { startStopwatch, type Stopwatch } from '../stopwatch.ts'
import { isDue, mayClaim, type GrantView } from './grant-view.ts'
import type { Supply } from './supply.ts'
import type { Times } from './times.ts'

/** Where work may live that nobody waits for. `off`: a due refresh is awaited by the call that found it due. */
export type Background = 'detached' | 'off' | ((work: Promise<void>) => void)

export interface UpkeepPorts {
  readonly clock: Clock
  readonly times: Times
  readonly random: () => number
  readonly autoRefresh: boolean
  readonly background: Background
  readonly supply: Supply
  isRefreshing(): boolean
  /** Refreshes a token that is still valid; must not reject. */
  refreshDue(known: GrantView): Promise<void>
  /** Compares the copy with the store. */
  look(): Promise<unknown>
}

/** What failed in the background is not tried again by each call. */
const pauseMs = 1_000

/**
 * Makes what keeps a usable token fresh without making its caller wait. Gives the work that has to be awaited where
 * nothing may live in the background.
 */
export function createUpkeep(ports: UpkeepPorts): (known: GrantView) => Promise<void> | undefined {
  const { clock, times, random, background, supply } = ports
  // Fixed for a connection, so that a fleet's refreshes spread out while each keeps its rhythm.
  const due = { windowMs: times.windowMs, jitter: random() * 0.1 }
  let sinceDueTry: Stopwatch | undefined
  let sinceLook: Stopwatch | undefined

  function mayTryDue(known: GrantView): boolean {
    if (ports.isRefreshing() || !mayClaim(known) || !supply.suffices(known.reading.record)) return false
    return !isRecent(sinceDueTry)
  }

  return (known) => {
    if (ports.autoRefresh && isDue(known, due) && mayTryDue(known)) {
      sinceDueTry = startStopwatch(clock)
      const work = ports.refreshDue(known)
      if (background === 'off') return work
    } else if (known.reading.watch.elapsedMs() >= times.confirmMs && !isRecent(sinceLook)) {
      // Shows a disconnect elsewhere. While the store is away, valid tokens are still served.
      sinceLook = startStopwatch(clock)
      ports.look().catch(() => undefined)
    }
    return undefined
  }
}

/** Lets the platform keep the process alive; where it refuses, the work is detached and the caller still served. */
export function handOver(work: () => Promise<void>, background: Background): void {
  if (typeof background !== 'function') return
  try {
    background(work())
  } catch {
    // Such as a waitUntil outside a request.
  }
}

function isRecent(since: Stopwatch | undefined): boolean {
  return since !== undefined && since.elapsedMs() < pauseMs
}
