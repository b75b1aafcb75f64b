import { styleText } from 'node:util'
import type { TestResult } from '../core-suite/harness.ts'
import type { Run } from './run.ts'

/** One line for a runtime, and below it what failed there. */
export function describeRun({ runtime, version, seconds, results, checks }: Run): string {
  const all = [...results, ...checks]
  const failed = all.filter(({ problem }) => problem !== undefined)
  const mark = failed.length === 0 ? styleText('green', 'ok    ') : styleText('red', 'failed')
  const time = styleText('dim', `${seconds.toFixed(1)} s`)
  const count = `${all.length - failed.length} of ${all.length} tests`
  const head = `${mark} ${runtime.name.padEnd(18)} ${(version ?? '').padEnd(15)} ${count} ${time}`
  return [head, ...failed.map(describeFailure)].join('\n')
}

/** `N passed, N failed, N skipped`. */
export function describeTotal(runs: readonly Run[]): string {
  const all = runs.flatMap(({ results, checks }) => [...results, ...checks])
  const failed = countFailures(runs)
  return `${all.length - failed} passed, ${failed} failed, 0 skipped`
}

export function countFailures(runs: readonly Run[]): number {
  return runs.flatMap(({ results, checks }) => [...results, ...checks]).filter(({ problem }) => problem !== undefined)
    .length
}

function describeFailure({ name, problem = '' }: TestResult): string {
  return `         ${styleText('bold', name)}\n           ${problem.replaceAll('\n', '\n           ')}`
}
