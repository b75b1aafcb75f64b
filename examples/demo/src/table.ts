import type { Report } from './report.ts'

/** Lays rows out in columns under their headings. */
export function table(
  colors: Report['colors'],
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): string[] {
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  return [colors.dim(line(headings)), ...rows.map(line)]
}
