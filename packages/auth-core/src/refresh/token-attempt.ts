import type { PreparedExchange } from '../grants/exchange.ts'
import type { Stopwatch } from '../stopwatch.ts'
import type { GrantRecord } from './grant-record.ts'
import type { TokensOutcome } from './outcome.ts'
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

/** Makes the attempt of a claim that was won. */
export function attemptOf(record: GrantRecord, claimId: string, watch: Stopwatch): TokenAttempt {
  const { lineage, generation, tokens } = record
  const { refreshToken } = tokens
  const sent = { lineage, generation, ...(refreshToken === undefined ? {} : { refreshToken }) }
  const secrets = refreshToken === undefined ? [] : [refreshToken]
  return { claimId, record, sent, watch, isProbe: record.unresolved > 0, secrets }
}

/** What each report says of an attempt. */
export function factsOf({ record, watch }: TokenAttempt): { generation: number; durationMs: number } {
  return { generation: record.generation, durationMs: watch.elapsedMs() }
}

/** An attempt and the tokens it brought. */
export interface Answered {
  readonly attempt: TokenAttempt
  readonly outcome: TokensOutcome
  /** Started when the request was sent. */
  readonly sentWatch: Stopwatch
  /** Came after its time-out: the next probe may be near. */
  readonly isLate?: true
  /** Read back from the spill: the attempt of an earlier process, or of another one. */
  readonly isFound?: true
}
