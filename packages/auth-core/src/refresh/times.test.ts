import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { backoffMs, defaultTimes, quietTimeMs, resolveTimes, restMs } from './times.ts'

describe('resolveTimes', () => {
  it('fills in the defaults; the wait follows the claim', () => {
    expect(resolveTimes()).toEqual(defaultTimes)
    expect(resolveTimes({ claimMs: 50_000 })).toMatchObject({ claimMs: 50_000, waitMs: 50_000 })
    expect(resolveTimes({ claimMs: 50_000, waitMs: 10 })).toMatchObject({ waitMs: 10 })
  })

  it('lets through exactly the times whose claim outlives its request and its save', () => {
    const ms = fc.integer({ min: 0, max: 100_000 })
    fc.assert(
      fc.property(ms, ms, ms, ms, (sendMs, requestMs, saveMs, claimMs) => {
        const fits = sendMs + requestMs + saveMs < claimMs
        const resolve = () => resolveTimes({ sendMs, requestMs, saveMs, claimMs })
        if (fits) expect(resolve()).toMatchObject({ sendMs, requestMs, saveMs, claimMs })
        else expect(resolve).toThrow(expect.objectContaining({ code: 'invalid_times' }))
      }),
    )
  })
})

const hourMs = 3_600_000

describe('the schedule of attempts', () => {
  it('doubles the quiet time up to an hour, and the back-off up to 30 s', () => {
    expect([1, 2, 3, 6, 7, 8, 1_000].map((k) => quietTimeMs(k, defaultTimes))).toEqual([
      60_000, 120_000, 240_000, 1_920_000, 3_600_000, 3_600_000, 3_600_000,
    ])
    expect([1, 2, 3, 5, 6, 1_000].map(backoffMs)).toEqual([1_000, 2_000, 4_000, 16_000, 30_000, 30_000])
    expect([0, -1].map(backoffMs)).toEqual([1_000, 1_000])
    expect(quietTimeMs(0, defaultTimes)).toBe(60_000)
  })

  it('rest as long as the server asks, up to an hour, and 30 s where time heals nothing', () => {
    expect([0, 7_000, 3_600_001, Infinity].map((asked) => restMs(true, asked))).toEqual([0, 7_000, hourMs, hourMs])
    expect([0, 7_000, 40_000, Infinity].map((asked) => restMs(false, asked))).toEqual([30_000, 30_000, 40_000, hourMs])
  })
})
