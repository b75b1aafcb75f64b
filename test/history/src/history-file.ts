import { appendFileSync, readFileSync } from 'node:fs'
import type { HistoryLine } from './history-line.ts'

export interface HistoryWriter {
  write(line: HistoryLine): void
}

/** Appends lines with one synchronous write each, so that a killed process leaves whole lines. */
export function createHistoryWriter(path: string): HistoryWriter {
  return { write: (line) => appendFileSync(path, `${JSON.stringify(line)}\n`) }
}

export function readHistory(path: string): HistoryLine[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as HistoryLine)
}
