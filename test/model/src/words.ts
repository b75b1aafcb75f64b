import type { GrantRecord } from './shipped-steps.ts'

/** The record in the words of a trace. */
export function describe(record: GrantRecord): string {
  const doubt = record.unresolved > 0 ? `, ${record.unresolved} unresolved` : ''
  const later = record.retryAtMs > 0 ? `, next attempt at ${seconds(record.retryAtMs)}` : ''
  return `generation ${record.generation}, ${record.state}${doubt}${later}`
}

export function seconds(ms: number): string {
  return `${ms / 1_000} s`
}
