import { describe, expect, it, test } from 'vitest'
import { controls } from './controls.ts'
import { explore } from './explore.ts'
import { invariants } from './invariants.ts'
import { limits } from './limits.ts'

// Long enough for the longest known story, short enough to be read by a person.
const longestTrace = 30

describe('the model notices', () => {
  const cases = controls.flatMap(({ breaks, ...control }) => breaks.map((invariant) => ({ ...control, invariant })))
  it.each(cases)('$name, by $invariant', { timeout: 60_000 }, ({ configuration, invariant }) => {
    const { violation } = explore(configuration, { invariants: [invariant] })
    expect(violation?.invariant).toBe(invariant)
    expect(violation?.trace.length).toBeGreaterThan(2)
    expect(violation?.trace.length).toBeLessThan(longestTrace)
  })
})

test('every invariant is broken by at least one negative control', () => {
  const broken = new Set(controls.flatMap(({ breaks }) => breaks))
  expect([...broken].toSorted()).toEqual(invariants.map(({ name }) => name).toSorted())
})

describe('a limit of section 8 is found where it is not forgiven', () => {
  it.each(limits)('$name', { timeout: 60_000 }, ({ configuration, breaks }) => {
    const { violation } = explore(configuration, { invariants: [breaks] })
    expect(violation?.invariant).toBe(breaks)
    expect(violation?.trace.length).toBeLessThan(longestTrace)
  })
})
