import type { TokenSet } from '../access-token.ts'
import type { Clock } from '../clock.ts'
import type { AuthError } from '../errors.ts'
import type { RefreshOutcome } from '../events.ts'
import type { Wire } from '../grants/token-endpoint.ts'
import type { GrantStore } from './grant-store.ts'
import type { GrantSpill } from './spill.ts'
import type { StepRules } from './steps.ts'
import type { Times } from './times.ts'

/** Tells the app of an outcome. Must not throw. */
export type Report = (
  outcome: RefreshOutcome,
  facts: { generation: number; durationMs: number; error?: AuthError },
) => void

/** What a refresh works with. */
export interface RefreshPorts {
  readonly grants: GrantStore
  readonly spill?: GrantSpill
  readonly wire: Wire
  readonly account: string
  readonly clock: Clock
  readonly times: Times
  readonly rules: StepRules
  readonly report: Report
  /** Awaited after the durable save and before anyone uses the tokens. Must not reject. */
  readonly saved: (tokens: TokenSet) => Promise<void>
}
