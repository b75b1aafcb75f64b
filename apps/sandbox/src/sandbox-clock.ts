import { SandboxError } from './sandbox-error.ts'

/** The sandbox's time: everything that expires or is delayed here goes by it. */
export interface SandboxClock {
  nowMs(): number
  /** Moves the time forward and returns the new time. */
  advance(byMs: number): number
  /** Resolves once `delayMs` have passed on this clock. */
  sleep(delayMs: number): Promise<void>
  reset(): void
  /** Wakes all sleepers. */
  close(): void
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
    offsetMs += byMs
    wakeDue()
    return nowMs()
  }

  function sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = startMs === undefined ? setTimeout(wakeDue, delayMs + 1) : undefined
      const wake = (): void => {
        clearTimeout(timer)
        resolve()
      }
      sleepers.add({ atMs: nowMs() + delayMs, wake })
      wakeDue()
    })
  }

  return {
    nowMs,
    advance,
    sleep,
    reset() {
      offsetMs = 0
    },
    close() {
      closed = true
      wakeDue()
    },
  }
}
