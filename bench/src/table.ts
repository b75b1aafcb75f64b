import { figureKey, type Bench, type Figures } from './bench.ts'

/** Writes the figures as one Markdown table: a row for each measure, a column for each client. */
export function writeTable(benches: readonly Bench[], columns: readonly string[], figures: Figures): string {
  const rows = benches.flatMap(({ name, measures }) =>
    measures.map(({ id, text, goal = '' }) => [
      text,
      goal,
      ...columns.map((column) => figures.get(figureKey(name, id, column)) ?? '–'),
    ]),
  )
  const head = ['', 'goal', ...columns]
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(Math.max(width, 3))).join(' | ')} |`
  return [line(head), rule, ...rows.map(line)].join('\n')
}
