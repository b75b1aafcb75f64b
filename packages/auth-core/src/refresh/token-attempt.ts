import type { PreparedExchange } from '../grants/exchange.ts'
import type { Stopwatch } from '../stopwatch.ts'
import type { GrantRecord } from './grant-record.ts'
import type { Sent } from './steps.ts'

/** One token request under way: its claim, what it is made with, and how long it has lasted. */
export interface TokenAttempt {
  readonly claimId: string
  /** The record as this attempt's claim left it. */
  readonly record: GrantRecord
  readonly sent: Sent
  /** What is exchanged where there is no refresh token. */
  readonly exchange?: PreparedExchange
  /** Started before the reading whose version the claim names. */
  readonly watch: Stopwatch
  /** An earlier presentation of the same refresh token has no known outcome. */
  readonly isProbe: boolean
  /** What has to be taken out of any text that comes back. */
  readonly secrets: readonly string[]
}
