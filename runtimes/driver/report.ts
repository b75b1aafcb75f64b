import { styleText } from 'node:util'
import type { TestResult } from '../core-suite/harness.ts'
import type { Run } from './run.ts'

/** One line for a runtime, and below it what failed there. */
export function describeRun({ runtime, version = '', seconds, results }: Run): string {
  const facts = `${version.padEnd(14)} ${results.length} tests ${styleText('dim', `${seconds.toFixed(1)} s`)}`
  return describeResults(`${runtime.name.padEnd(18)} ${facts}`, results)
}

/** A line that says whether all went well, and below it what did not. */
export function describeResults(title: string, results: readonly TestResult[]): string {
  const failures = results.filter(isFailure).map(describeFailure)
  const mark = failures.length === 0 ? styleText('green', 'ok    ') : styleText('red', 'failed')
  return [`${mark} ${title}`, ...failures].join('\n')
}

/** `N passed, N failed, N skipped`; nothing is ever skipped. */
export function describeTotal(results: readonly TestResult[]): string {
  const failed = countFailures(results)
  return `${results.length - failed} passed, ${failed} failed, 0 skipped`
}

export function countFailures(results: readonly TestResult[]): number {
  return results.filter(isFailure).length
}

function isFailure({ problem }: TestResult): boolean {
  return problem !== undefined
}

function describeFailure({ name, problem = '' }: TestResult): string {
  return `         ${styleText('bold', name)}\n           ${problem.replaceAll('\n', '\n           ')}`
}
