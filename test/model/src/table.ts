import type { Exploration } from './explore.ts'

/** Lines up explorations for people: one row each, numbers to the right. */
export function table(explorations: readonly Exploration[]): string {
  const rows = explorations.map((one) => [
    one.configuration.name,
    count(one.states),
    one.seconds.toFixed(2),
    verdict(one),
  ])
  const all = [['configuration', 'states', 'seconds', 'verdict'], ...rows, total(explorations)]
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all.map((row) => line(row, widths)).join('\n')
}

export function line(row: readonly string[], widths: readonly number[]): string {
  const [name = '', states = '', seconds = '', said = ''] = row
  return [name.padEnd(widths[0] ?? 0), states.padStart(widths[1] ?? 0), seconds.padStart(widths[2] ?? 0), said].join(
    '  ',
  )
}

export function count(states: number): string {
  return states.toLocaleString('en')
}

export function verdict({ violation, isComplete }: Exploration): string {
  if (violation !== undefined) return `${violation.invariant} violated: ${violation.detail}`
  return isComplete ? 'holds' : 'holds as far as explored'
}

/** A violation as numbered lines. */
export function numbered(trace: readonly string[]): string {
  const width = String(trace.length - 1).length
  return trace.map((said, index) => `  ${String(index).padStart(width)}. ${said}`).join('\n')
}

function total(explorations: readonly Exploration[]): string[] {
  const states = explorations.reduce((sum, one) => sum + one.states, 0)
  const seconds = explorations.reduce((sum, one) => sum + one.seconds, 0)
  return [`${explorations.length} configurations`, count(states), seconds.toFixed(2), '']
}
