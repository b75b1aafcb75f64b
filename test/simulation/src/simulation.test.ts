import { expect, test } from 'vitest'
import { blindSpots } from './coverage.ts'
import { playRange } from './play-range.ts'
import { quickHistories } from './quick-bound.ts'

test(`S1-S9 and L1-L3 hold in ${quickHistories} histories`, { timeout: 60_000 }, async () => {
  const { failures, coverage, histories } = await playRange({ first: 0, histories: quickHistories })
  expect(failures).toEqual([])
  expect(histories).toBe(quickHistories)
  // A run this short misses what is rare; a deep run has to see everything.
  expect(blindSpots(coverage).length).toBeLessThan(10)
})
