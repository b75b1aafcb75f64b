import { expect, test } from 'vitest'
import { blindSpots } from './coverage.ts'
import { playRange } from './play-range.ts'

const bound = 1_000

test(`S1-S9 and L1-L3 hold in ${bound} histories, which see almost every fault and step`, async () => {
  const { failures, coverage, histories } = await playRange({ first: 0, histories: bound })
  expect(failures).toEqual([])
  expect(histories).toBe(bound)
  // A run this short misses what is rare; a deep run has to see everything.
  expect(blindSpots(coverage).length).toBeLessThan(5)
}, 120_000)
