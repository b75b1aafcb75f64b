import { styleText } from 'node:util'
import type { Finding, Gate, GateResult } from './gate.ts'

const shownFindings = 40

/** What a command counted. */
export interface Tally {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** One line for a gate that ended, and below it what is wrong and how to mend it. */
export function describeGate(gate: Gate, result: GateResult, seconds: number): string {
  const passed = result.findings.length === 0
  const mark = passed ? styleText('green', 'ok    ') : styleText('red', 'failed')
  const head = `${mark} ${gate.name.padEnd(13)} ${result.summary} ${styleText('dim', `${seconds.toFixed(1)} s`)}`
  const details = (result.details ?? []).map((line) => `         ${styleText('dim', line)}`)
  return [head, ...details, ...(passed ? [] : describeFailure(gate, result))].join('\n')
}

/** The last line of every command that counts: `N passed, N failed, N skipped`. */
export function describeTally(tally: Tally): string {
  return `${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`
}

function describeFailure(gate: Gate, result: GateResult): readonly string[] {
  const shown = result.findings.slice(0, shownFindings)
  const hidden = result.findings.length - shown.length
  return [
    ...((result.output ?? '') === '' ? [] : [indent(result.output ?? '', 9)]),
    ...shown.map(describeFinding),
    ...(hidden > 0 ? [`         … and ${hidden} more`] : []),
    `         again: npx -y pnpm@12 ${gate.script}`,
  ]
}

function describeFinding(finding: Finding): string {
  const lines = [`         ${styleText('bold', finding.where)}  ${finding.problem.replaceAll('\n', '\n           ')}`]
  if (finding.fix !== undefined) lines.push(`           fix: ${styleText('cyan', finding.fix)}`)
  return lines.join('\n')
}

function indent(text: string, width: number): string {
  return text.replaceAll(/^(?=.)/gm, ' '.repeat(width))
}
