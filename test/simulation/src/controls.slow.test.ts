import { describe, expect, it, test } from 'vitest'
import { controls } from './controls.ts'
import { playRange } from './play-range.ts'

/** Enough for the rarest of them; each ends as soon as it is noticed. */
const histories = 1_000

describe('the simulation notices', () => {
  it.each(controls)('$name', { timeout: 60_000 }, async ({ mistake, breaks }) => {
    const found = new Set<string>()
    const isEnough = (violations: readonly string[]): boolean => {
      for (const violation of violations) found.add(violation.slice(0, 2))
      return breaks.every((invariant) => found.has(invariant))
    }
    await playRange({ first: 0, histories, mistake, isEnough })
    expect([...found]).toEqual(expect.arrayContaining([...breaks]))
  })
})

test('every invariant is broken by at least one of these mistakes', () => {
  const broken = new Set(controls.flatMap(({ breaks }) => breaks))
  const all = ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8', 'S9', 'L1', 'L2', 'L3']
  expect([...broken].toSorted()).toEqual(all.toSorted())
})
