import type { Clock } from '@grantkit/auth-core'
import type { Sandbox } from '@grantkit/sandbox'

/** What Google counts for each person and minute (https://developers.google.com/workspace/calendar/api/guides/quota, 2026). */
const unitsPerWindow = 600
const windowMs = 60_000
const unitsOf = (method: string): number => (method === 'PATCH' ? 3 : 1)

export interface CountingFetch {
  readonly fetch: typeof fetch
  /** When calls were sent. */
  readonly sentAtMs: readonly number[]
  /** Calls that were refused. */
  readonly refused: number
  /** Calls that are not answered yet. */
  readonly underWay: number
}

/** Counts units in a sliding window as Google does, and refuses what is too much, by 403 as it mostly does. */
export function countQuota(sandbox: Sandbox): CountingFetch {
  const spent: { readonly atMs: number; readonly units: number }[] = []
  const counts = { refused: 0, underWay: 0 }
  const sentAtMs: number[] = []

  async function answer(input: Request | URL | string, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init)
    const nowMs = sandbox.control.clock.nowMs()
    while ((spent[0]?.atMs ?? nowMs) <= nowMs - windowMs) spent.shift()
    const units = unitsOf(request.method)
    sentAtMs.push(nowMs)
    if (spent.reduce((sum, each) => sum + each.units, units) <= unitsPerWindow) {
      spent.push({ atMs: nowMs, units })
      return sandbox.fetch(request)
    }
    counts.refused += 1
    const message = 'Rate Limit Exceeded'
    const errors = [{ domain: 'usageLimits', reason: 'rateLimitExceeded', message }]
    return Response.json({ error: { code: 403, message, errors } }, { status: 403 })
  }

  return {
    fetch: async (input, init) => {
      counts.underWay += 1
      try {
        return await answer(input, init)
      } finally {
        counts.underWay -= 1
      }
    },
    sentAtMs,
    get refused() {
      return counts.refused
    },
    get underWay() {
      return counts.underWay
    },
  }
}

export interface LeapingClock extends Clock {
  /** Leaps from one timer to the next until the work is done. */
  through<T>(work: Promise<T>): Promise<T>
}

/** A clock that stands still while something is under way, and leaps when everybody sleeps. The sandbox's goes along. */
export function createLeapingClock(sandbox: Sandbox, isBusy: () => boolean): LeapingClock {
  const timers = new Set<{ readonly atMs: number; readonly run: () => void }>()
  const nowMs = (): number => sandbox.control.clock.nowMs()

  function leap(): void {
    const [next] = [...timers].toSorted((a, b) => a.atMs - b.atMs)
    if (next === undefined) return
    const pauseMs = Math.max(0, next.atMs - nowMs())
    sandbox.control.clock.advance(pauseMs)
    timers.delete(next)
    next.run()
  }

  return {
    wallMs: nowMs,
    monotonicMs: nowMs,
    setTimer(run, delayMs) {
      const timer = { atMs: nowMs() + delayMs, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async through(work) {
      let isDone = false
      const done = work.finally(() => (isDone = true))
      done.catch(() => undefined)
      // Digests come from other threads: nobody is asleep before nothing has happened for a while.
      for (let quietTurns = 0; !isDone; quietTurns += 1) {
        if (isBusy()) quietTurns = 0
        await new Promise((resolve) => setTimeout(resolve, quietTurns < 3 ? 0 : 3))
        if (quietTurns < 10 || isBusy()) continue
        leap()
        quietTurns = 0
      }
      return done
    },
  }
}
