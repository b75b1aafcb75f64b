import type { RefreshOutcome } from '@grantkit/auth-core'
import { answerFaults, moments, storeFaults } from './scenario.ts'
import { steps } from './step-between.ts'

/** The closed list of outcomes: section 9 of the refresh protocol. */
const outcomes = [
  'refreshed',
  'joined',
  'served_valid',
  'race_lost',
  'never_sent',
  'not_processed_client',
  'not_processed_rate',
  'not_processed_server',
  'unknown_timeout',
  'unknown_reset',
  'unknown_5xx',
  'unknown_malformed',
  'taken_over',
  'probe_ok',
  'probe_rejected',
  'rejected',
  'save_retried',
  'save_spilled',
  'wait_timeout',
] as const satisfies readonly RefreshOutcome[]

const otherFaults = [
  'sleep',
  'stop',
  'cut off, refuse',
  'cut off, hang',
  'provider ends grant',
  'store rolls back',
  'store clock forward',
  'store clock back',
  'process clock forward',
  'process clock back',
]

/** Everything that has to occur if the simulation is to say anything. */
const expected: readonly string[] = [
  ...answerFaults.map((fault) => `fault: ${fault}`),
  ...storeFaults.map((fault) => `fault: store writes: ${fault}`),
  ...['slow', 'refuse', 'hang'].map((fault) => `fault: store reads: ${fault}`),
  ...moments.map((moment) => `fault: crash, ${moment}`),
  ...otherFaults.map((fault) => `fault: ${fault}`),
  ...['sign in', 'import', 'disconnect', 'refuse access tokens'].map((event) => `world: ${event}`),
  ...['current', 'spent_in_grace', 'reuse', 'revoked'].map((verdict) => `verdict: ${verdict}`),
  ...outcomes.map((outcome) => `outcome: ${outcome}`),
  ...steps.map((step) => `step: ${step}`),
]

/** Adds the counts of one history to those of many. */
export function addCoverage(total: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) total.set(name, (total.get(name) ?? 0) + count)
}

/** What never occurred. */
export function blindSpots(coverage: ReadonlyMap<string, number>): string[] {
  return expected.filter((name) => !coverage.has(name))
}

/** How often everything occurred, for people. */
export function coverageTable(coverage: ReadonlyMap<string, number>): string {
  const width = Math.max(...expected.map((name) => name.length))
  return expected
    .map((name) => `${name.padEnd(width)}  ${(coverage.get(name) ?? 0).toLocaleString('en').padStart(12)}`)
    .join('\n')
}
