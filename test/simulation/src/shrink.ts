import type { Mistake } from './mistake.ts'
import { play } from './play.ts'
import type { Scenario } from './scenario.ts'

/** Leaves out every happening that the violation of one invariant does not need. */
export async function shrink(scenario: Scenario, invariant: string, mistake: Mistake = {}): Promise<Scenario> {
  let smallest = scenario
  for (let at = smallest.happenings.length - 1; at >= 0; at--) {
    const without = { ...smallest, happenings: smallest.happenings.toSpliced(at, 1) }
    const { violations } = await play(without, { mistake })
    if (!violations.some((violation) => violation.startsWith(invariant))) continue
    smallest = without
    // What was needed before may not be any more.
    at = Math.min(at, smallest.happenings.length)
  }
  return smallest
}
