import type { Clock } from '../clock.ts'

export interface FakeClockOptions {
  /** Where the wall clock starts, in epoch milliseconds; 2026-01-01T00:00:00Z by default. */
  readonly wallMs?: number
  /** Where the monotonic clock starts; 0 by default. */
  readonly monotonicMs?: number
  /**
   * Waits until what just became runnable has run; one full turn of the event loop by default. Work that leaves the
   * event loop (sockets, files, WebCrypto) needs a longer wait; pure promise code is faster with microtasks alone.
   */
  readonly settle?: () => Promise<void>
}

export interface PendingTimer {
  /** How far ahead of the present the timer is; 0 when it is due. */
  readonly inMs: number
  readonly background: boolean
}

export interface FakeClock extends Clock {
  /** The timers that wait, the next one first. */
  readonly pendingTimers: readonly PendingTimer[]
  /**
   * Moves both clocks forward and runs each timer at its own instant, in order, letting promises settle after each.
   * Timers set meanwhile run too if they fall due. Rejects when another advance is under way.
   */
  advance(durationMs: number): Promise<void>
  /** Steps the wall clock alone, forward or back, as a correction of the system time does. Runs no timer. */
  jumpWall(stepMs: number): void
}

interface FakeTimer {
  readonly dueMs: number
  readonly background: boolean
  readonly run: () => void
}

/** Creates a clock that stands still until it is told to move. Timers run inside {@link FakeClock.advance} only. */
export function createFakeClock(options: FakeClockOptions = {}): FakeClock {
  const { monotonicMs: startMs = 0, settle = eventLoopTurn } = options
  let monotonicMs = startMs
  let wallMs = options.wallMs ?? Date.UTC(2026, 0, 1)
  let timers: readonly FakeTimer[] = []
  let advancing = false

  const move = (toMs: number): void => {
    wallMs += toMs - monotonicMs
    monotonicMs = toMs
  }
  const runDueTimers = async (untilMs: number): Promise<void> => {
    await settle()
    for (let timer = timers[0]; timer && timer.dueMs <= untilMs; timer = timers[0]) {
      timers = timers.slice(1)
      move(Math.max(timer.dueMs, monotonicMs))
      timer.run()
      await settle()
    }
  }

  return {
    wallMs: () => wallMs,
    monotonicMs: () => monotonicMs,
    setTimer(run, delayMs, { background = false } = {}) {
      const timer: FakeTimer = { dueMs: monotonicMs + Math.max(0, delayMs), background, run }
      // Behind those due at the same instant: equal timers run in the order they were set.
      const at = timers.findIndex((other) => other.dueMs > timer.dueMs)
      timers = at < 0 ? [...timers, timer] : timers.toSpliced(at, 0, timer)
      return () => {
        timers = timers.filter((other) => other !== timer)
      }
    },
    get pendingTimers() {
      return timers.map(({ dueMs, background }) => ({ inMs: Math.max(0, dueMs - monotonicMs), background }))
    },
    async advance(durationMs) {
      if (advancing) throw new Error('The fake clock is advancing already; await the first advance.')
      if (!(durationMs >= 0)) throw new Error(`A fake clock advances by 0 ms or more, not by ${durationMs}.`)
      advancing = true
      try {
        const untilMs = monotonicMs + durationMs
        await runDueTimers(untilMs)
        move(untilMs)
      } finally {
        advancing = false
      }
    },
    jumpWall(stepMs) {
      wallMs += stepMs
    },
  }
}

// Kept from load time: a test runner that replaces the global timers must not stop this clock.
const { setTimeout: setRealTimeout, setImmediate: setRealImmediate } = globalThis as typeof globalThis & {
  setImmediate?: (run: () => void) => unknown
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    if (setRealImmediate) setRealImmediate(resolve)
    else setRealTimeout(resolve, 0)
  })
}
