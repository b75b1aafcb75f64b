import type { TestResult } from '../core-suite/harness.ts'
import type { Run } from './run.ts'

/** Fails unless every runtime ran the same tests, and some at all. */
export function compareRuns(runs: readonly Run[]): readonly TestResult[] {
  const everywhere = new Set(runs.flatMap(({ suite }) => suite))
  const problems = runs.flatMap(({ runtime, suite }) => {
    if (suite.length === 0) return [`${runtime.name} ran none.`]
    const ran = new Set(suite)
    return [...everywhere].filter((name) => !ran.has(name)).map((name) => `${runtime.name} did not run: ${name}`)
  })
  const name = 'run the same tests'
  return [problems.length === 0 ? { name } : { name, problem: problems.join('\n') }]
}
