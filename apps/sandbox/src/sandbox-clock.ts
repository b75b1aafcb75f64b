import { SandboxError } from './sandbox-error.ts'
import type { Kept } from './state/kept.ts'

/** The sandbox's time: everything that expires or is delayed here goes by it. */
export interface SandboxClock extends Kept {
  nowMs(): number
  /** Moves the time forward and returns the new time. */
  advance(byMs: number): number
  /** Sets the time forward or back, as a machine's clock may be set. */
  move(byMs: number): void
  /** Resolves once `delayMs` have passed on this clock. */
  sleep(delayMs: number): Promise<void>
  /** Wakes all sleepers. */
  close(): void
}

interface ClockState {
  readonly nowMs: number
  /** How far it is ahead of the machine's, if it runs. */
  readonly offsetMs?: number
}

interface Sleeper {
  readonly atMs: number
  readonly wake: () => void
}

/** A clock that stands still at `startMs` until advanced; without `startMs` the machine's clock plus what was advanced. */
export function createSandboxClock(startMs?: number): SandboxClock {
  const sleepers = new Set<Sleeper>()
  let offsetMs = 0
  let closed = false

  const nowMs = (): number => (startMs ?? Date.now()) + offsetMs

  function wakeDue(): void {
    for (const sleeper of sleepers) {
      if (!closed && sleeper.atMs > nowMs()) continue
      sleepers.delete(sleeper)
      sleeper.wake()
    }
  }

  function advance(byMs: number): number {
    if (!Number.isFinite(byMs) || byMs < 0) {
      throw new SandboxError('invalid_option', 'The clock goes forward only: advance by 0 or more milliseconds.')
    }
    move(byMs)
    return nowMs()
  }

  function move(byMs: number): void {
    offsetMs += byMs
    wakeDue()
  }

  function sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined
      const wake = (): void => {
        clearTimeout(timer)
        resolve()
      }
      const sleeper: Sleeper = { atMs: nowMs() + delayMs, wake }
      sleepers.add(sleeper)
      // A timer may ring early: it counts from the start of a turn that has lasted, and the machine's clock can be set back.
      const ring = (): void => {
        wakeDue()
        if (startMs === undefined && sleepers.has(sleeper)) timer = setTimeout(ring, sleeper.atMs - nowMs() + 1)
      }
      ring()
    })
  }

  return {
    nowMs,
    advance,
    move,
    sleep,
    save: (): ClockState => ({ nowMs: nowMs(), ...(startMs === undefined ? { offsetMs } : {}) }),
    // A clock that runs has run on since; one that stands still goes on where it stood.
    load(saved) {
      const state = saved as ClockState
      const run = startMs === undefined ? state.offsetMs : undefined
      move(run === undefined ? state.nowMs - nowMs() : run - offsetMs)
    },
    reset() {
      offsetMs = 0
    },
    close() {
      closed = true
      wakeDue()
    },
  }
}
