import { expect, test } from 'vitest'
import { playRange } from './play-range.ts'

/** A first look; the slow tests play more, and `pnpm simulation:deep` a million. */
const bound = 300

test(`S1-S9 and L1-L3 hold in ${bound} histories`, { timeout: 60_000 }, async () => {
  const { failures, histories } = await playRange({ first: 0, histories: bound })
  expect(failures).toEqual([])
  expect(histories).toBe(bound)
})
