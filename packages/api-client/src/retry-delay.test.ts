import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { retryDelay, type RetryState } from './retry-delay.ts'

const calm: RetryState = { retries: 0, maxRetries: 3, baseDelayMs: 1000, jitter: 0, random: 0, remainingMs: 30_000 }

const states: fc.Arbitrary<RetryState> = fc.record({
  retries: fc.nat(12),
  maxRetries: fc.nat(12),
  baseDelayMs: fc.double({ min: 0, max: 60_000, noNaN: true }),
  jitter: fc.double({ min: 0, max: 1, noNaN: true }),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  retryAfterMs: fc.option(fc.nat(100_000), { nil: undefined }),
  remainingMs: fc.double({ min: -1000, max: 120_000, noNaN: true }),
})

/** All waits of a call whose every attempt fails at once. */
function waits(start: RetryState): number[] {
  const delays: number[] = []
  for (let state = start; ;) {
    const delayMs = retryDelay(state)
    if (delayMs === undefined) return delays
    delays.push(delayMs)
    state = { ...state, retries: state.retries + 1, remainingMs: state.remainingMs - delayMs }
  }
}

describe('retryDelay', () => {
  it('waits 1, 2 and 4 seconds by default with jitter off, then stops', () => {
    expect(waits(calm)).toEqual([1000, 2000, 4000])
  })

  it('never repeats when told so', () => {
    expect(waits({ ...calm, maxRetries: 0 })).toEqual([])
  })

  it('takes what the API asked for as a lower bound', () => {
    expect(waits({ ...calm, retryAfterMs: 3000 })).toEqual([3000, 3000, 4000])
  })

  it('stops at once when the API asks for more than the call has left', () => {
    expect(waits({ ...calm, retryAfterMs: 30_000 })).toEqual([])
    expect(waits({ ...calm, retryAfterMs: Number.MAX_SAFE_INTEGER })).toEqual([])
  })

  it('never waits longer than the call has left', () => {
    fc.assert(
      fc.property(states, (state) => {
        const total = waits(state).reduce((sum, delayMs) => sum + delayMs, 0)
        expect(total).toBeLessThanOrEqual(Math.max(0, state.remainingMs))
      }),
    )
  })

  it('never waits less than the exponential delay or what the API asked for, and at most the jitter more', () => {
    fc.assert(
      fc.property(states, (state) => {
        const delayMs = retryDelay(state)
        if (delayMs === undefined) return
        const exponentialMs = state.baseDelayMs * 2 ** state.retries
        const floorMs = Math.max(exponentialMs, state.retryAfterMs ?? 0)
        expect(delayMs).toBeGreaterThanOrEqual(floorMs)
        expect(delayMs).toBeLessThanOrEqual(floorMs + exponentialMs * state.jitter)
      }),
    )
  })

  it('makes at most maxRetries waits, none shorter than the one before within the jitter', () => {
    fc.assert(
      fc.property(states, (state) => {
        const delays = waits({ ...state, retries: 0 })
        expect(delays.length).toBeLessThanOrEqual(state.maxRetries)
        for (const [index, delayMs] of delays.entries()) {
          expect(delayMs).toBeGreaterThanOrEqual((delays[index - 1] ?? 0) / (1 + state.jitter))
        }
      }),
    )
  })
})
