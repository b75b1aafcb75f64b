import { createFakeClock, type FakeClock } from '@grantkit/auth-core/testing'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRateLimiter, sharedRateLimiter, type RateLimiter, type Turn } from './rate-limiter.ts'

/** Asks for turns at the given instants and tells when each of them came. */
async function turns(limiter: RateLimiter, clock: FakeClock, askMs: readonly number[]): Promise<number[]> {
  const came: number[] = []
  const asked = askMs.toSorted((a, b) => a - b)
  const waits = asked.map(async (atMs, index) => {
    await new Promise<void>((resolve) => void clock.setTimer(resolve, atMs))
    await limiter.take()?.comes
    came[index] = clock.monotonicMs()
  })
  for (const all = Promise.all(waits).then(() => true); !(await Promise.race([all, false]));) {
    await clock.advance(clock.pendingTimers[0]?.inMs ?? 0)
  }
  return came
}

const tenAtOnce = Array.from({ length: 10 }, () => 0)

describe('a rate limiter', () => {
  it('lets as many begin at once as the window takes, and the next ones a window later', async () => {
    const clock = createFakeClock()
    const limiter = createRateLimiter({ requests: 4, windowMs: 1000 }, clock)
    expect(await turns(limiter, clock, tenAtOnce)).toEqual([0, 0, 0, 0, 1000, 1000, 1000, 1000, 2000, 2000])
  })

  it('counts a heavy request as often as the vendor does', async () => {
    const clock = createFakeClock()
    const limiter = createRateLimiter({ requests: 4, windowMs: 1000 }, clock)
    const came: string[] = []
    const ask = (name: string, weight?: number): void => {
      void Promise.resolve(limiter.take(weight)?.comes).then(() => came.push(`${name} at ${clock.monotonicMs()}`))
    }
    ask('light')
    await clock.advance(100)
    ask('heavy', 3)
    ask('second heavy', 3)
    // It would fit, but is not served before who came first.
    ask('second light')
    ask('heavier than the limit', 9)
    await clock.advance(5000)
    expect(came).toEqual([
      'light at 0',
      'heavy at 100',
      'second heavy at 1100',
      'second light at 1100',
      'heavier than the limit at 2100',
    ])
  })

  it('gives a turn without a wait, and without a promise, while there is room', () => {
    const limiter = createRateLimiter({ requests: 2, windowMs: 1000 }, createFakeClock())
    expect([limiter.take(), limiter.take()]).toEqual([undefined, undefined])
    expect(limiter.take()).toBeDefined()
  })

  it('never lets more begin in any window, however it is placed, and nobody out of turn', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.array(fc.nat(3000), { maxLength: 30 }),
        async (requests, windowMs, askMs) => {
          const clock = createFakeClock({ settle: async () => void (await new Promise(setImmediate)) })
          const came = await turns(createRateLimiter({ requests, windowMs }, clock), clock, askMs)
          expect(came).toEqual(came.toSorted((a, b) => a - b))
          for (const [index, atMs] of came.entries()) {
            const other = came[index + requests]
            if (other !== undefined) expect(other - atMs).toBeGreaterThanOrEqual(windowMs)
          }
        },
      ),
      { numRuns: 30 },
    )
  })

  it('lets nobody wait longer than it must', async () => {
    const clock = createFakeClock()
    const limiter = createRateLimiter({ requests: 2, windowMs: 1000 }, clock)
    expect(await turns(limiter, clock, [0, 600, 700, 700, 2500])).toEqual([0, 600, 1000, 1600, 2500])
  })

  it('lets nobody overtake at the very instant a turn comes', async () => {
    const clock = createFakeClock()
    const limiter = createRateLimiter({ requests: 1, windowMs: 1000 }, clock)
    const came: string[] = []
    clock.setTimer(() => void limiter.take()?.comes.then(() => came.push('late')), 1000)
    limiter.take()
    void limiter.take()?.comes.then(() => came.push('early'))
    await clock.advance(2000)
    expect(came).toEqual(['early', 'late'])
  })

  it('moves up whoever stood behind one that leaves', async () => {
    const clock = createFakeClock()
    const limiter = createRateLimiter({ requests: 1, windowMs: 1000 }, clock)
    limiter.take()
    const [first, second] = [limiter.take(), limiter.take()] as [Turn, Turn]
    const came: string[] = []
    void first.comes.then(() => came.push('first'))
    void second.comes.then(() => came.push('second'))
    first.leave()
    await clock.advance(1000)
    expect(came).toEqual(['second'])
    first.leave()
    second.leave()
    expect(limiter.take()).toBeDefined()
  })

  it('lets nobody begin while it rests, and as many as the window takes afterwards, in their order', async () => {
    const clock = createFakeClock()
    const limiter = createRateLimiter({ requests: 2, windowMs: 1000 }, clock)
    const all = turns(limiter, clock, [0, 0, 0, 500, 700, 6000])
    limiter.rest(5000)
    expect(await all).toEqual([5000, 5000, 6000, 6000, 7000, 7000])
  })

  it('rests until the latest time it was told, though its timer was set before', async () => {
    const clock = createFakeClock()
    const limiter = createRateLimiter({ requests: 1, windowMs: 1000 }, clock)
    limiter.take()
    const came = limiter.take()?.comes.then(() => clock.monotonicMs())
    limiter.rest(3000)
    limiter.rest(1)
    await clock.advance(3000)
    expect(await came).toBe(3000)
  })

  it('is not made to wait by a rest that is shorter than its window', async () => {
    const clock = createFakeClock()
    const limiter = createRateLimiter({ requests: 1, windowMs: 1000 }, clock)
    const all = turns(limiter, clock, [0, 0])
    limiter.rest(0)
    expect(await all).toEqual([0, 1000])
  })

  it('leaves no timer behind an empty queue', async () => {
    const clock = createFakeClock()
    const limiter = createRateLimiter({ requests: 1, windowMs: 1000 }, clock)
    limiter.take()
    limiter.take()?.leave()
    expect(clock.pendingTimers).toEqual([])
    await turns(limiter, clock, [0, 0])
    expect(clock.pendingTimers).toEqual([])
  })
})

describe('the limiter of a connection and an API', () => {
  it('is one for all who agree on the limit, and another for any other connection, API or limit', () => {
    const clock = createFakeClock()
    const [connection, limit] = [{}, { requests: 1, windowMs: 1 }]
    const limiter = sharedRateLimiter(connection, 'shelf', limit, clock)
    expect(sharedRateLimiter(connection, 'shelf', { ...limit }, clock)).toBe(limiter)
    expect(sharedRateLimiter({}, 'shelf', limit, clock)).not.toBe(limiter)
    expect(sharedRateLimiter(connection, 'other', limit, clock)).not.toBe(limiter)
    expect(sharedRateLimiter(connection, 'shelf', { ...limit, requests: 2 }, clock)).not.toBe(limiter)
  })
})
