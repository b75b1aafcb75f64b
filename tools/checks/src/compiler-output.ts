/** One complaint of the TypeScript compiler, the lines that explain it folded in. */
export interface Complaint {
  /** As the compiler printed it; undefined for a complaint about the project itself. */
  readonly file?: string
  readonly line?: string
  readonly problem: string
}

/** Reads what `tsc --pretty false` printed. */
export function readCompilerOutput(text: string): readonly Complaint[] {
  const complaints: Complaint[] = []
  for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
    const last = complaints.at(-1)
    if (line.startsWith(' ') && last !== undefined) {
      complaints[complaints.length - 1] = { ...last, problem: `${last.problem}\n${line}` }
    } else {
      complaints.push(readLine(line))
    }
  }
  return complaints
}

function readLine(line: string): Complaint {
  const [, file, row, problem] = /^(\S.*?)\((\d+),\d+\): (.+)$/.exec(line) ?? []
  if (file === undefined || row === undefined || problem === undefined) return { problem: line }
  return { file, line: row, problem }
}
