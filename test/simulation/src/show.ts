import type { Played } from './play.ts'
import type { Scenario } from './scenario.ts'

/** A scenario and what came of it, for people. */
export function show(scenario: Scenario, { trace, violations }: Played): string {
  const { happenings, times: _, ...frame } = scenario
  return [
    JSON.stringify(frame),
    ...happenings.map((happening) => `  ${JSON.stringify(happening)}`),
    '',
    ...trace,
    '',
    ...(violations.length === 0 ? ['Nothing is violated.'] : violations),
  ].join('\n')
}
