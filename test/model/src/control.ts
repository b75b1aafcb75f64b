import { configuration, type Configuration, type Steps } from './configuration.ts'
import type { InvariantName } from './invariants.ts'
import { shippedSteps, type GrantRecord } from './shipped-steps.ts'

/** A protocol with one mistake, and the invariants that have to notice it. */
export interface Control {
  readonly name: string
  /** What the mistake is, and why it looks harmless. */
  readonly mistake: string
  readonly breaks: readonly InvariantName[]
  readonly configuration: Configuration
}

/** Two workers and a strict server, unless told otherwise. */
export function strict(
  name: string,
  budget: Configuration['budget'],
  changes: Partial<Configuration> = {},
): Configuration {
  return configuration({ name, workers: 2, rotation: 'strict', budget, ...changes })
}

/** The shipped steps with one of them replaced. */
export function changed(steps: Partial<Steps>): Steps {
  return { ...shippedSteps, ...steps }
}

/** The record without its claim. */
export function reopened(record: GrantRecord): GrantRecord {
  const { claim: _, ...rest } = record
  return { ...rest, state: 'active' }
}
