import type { PreparedAuthentication } from '../client-authentication.ts'
import type { PreparedExchange } from '../grants/exchange.ts'
import type { Stopwatch } from '../stopwatch.ts'
import { needsExchange } from './grant-record.ts'
import type { Reading } from './grant-store.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import { claim, followClock, postpone, takeOver } from './steps.ts'
import { attemptOf, type TokenAttempt } from './token-attempt.ts'

/** What the caller saw: claim only if it still holds. */
export interface ClaimRequest {
  readonly generation: number
  /** An API answered 401 to this generation's access token. */
  readonly refused: boolean
  /** Prepares what renews the grant where there is no refresh token. */
  readonly exchange?: () => Promise<PreparedExchange>
}

/** What a claim is made with. */
export interface ClaimMeans {
  readonly prepared: PreparedAuthentication
  readonly exchange: PreparedExchange | undefined
  /** Why nobody knows whether the spill holds newer tokens. */
  readonly spillError?: unknown
}

/**
 * Tries to win the exclusive right to send one token request. An overdue claim of somebody else is ended in the same
 * write. Gives the attempt, or the reading that shows why there is none.
 */
export async function claimGrant(
  { grants, rules, times, report }: RefreshPorts,
  { generation, refused }: ClaimRequest,
  { prepared, exchange, spillError }: ClaimMeans,
): Promise<{ attempt: TokenAttempt } | { reading: Reading }> {
  // Each try has an id and a watch of its own: after an interrupted write it is still clear which of them won.
  const tries = new Map<string, Stopwatch>()
  let tookOver = false
  let isBlind = false
  const { reading, applied } = await grants.apply(
    ({ record, nowMs, watch }) => {
      if (record === undefined) return undefined
      const freed = takeOver(record, nowMs, rules)
      tookOver = freed !== undefined
      const current = freed ?? record
      // Another grant than the one that was looked at, of the same generation.
      if (needsExchange(current) && exchange === undefined) return freed
      // The answer in doubt may lie in the spill: another presentation could destroy it.
      isBlind = spillError !== undefined && current.unresolved > 0
      if (isBlind) return freed
      const id = crypto.randomUUID()
      tries.set(id, watch)
      return (
        claim(current, { id, generation, refused }, nowMs, rules) ??
        freed ??
        postpone(record, nowMs, rules) ??
        followClock(record, nowMs)
      )
    },
    { isDone: (record) => tries.has(record.claim?.id ?? ''), giveUpAfterMs: times.sendMs },
  )
  const { record } = reading
  if (applied && tookOver) report('taken_over', { generation: record?.generation ?? 0, durationMs: 0 })
  if (isBlind && !applied) throw spillError
  const claimId = record?.claim?.id ?? ''
  const watch = tries.get(claimId)
  if (record === undefined || watch === undefined) return { reading }
  const attempt = attemptOf(record, claimId, watch)
  if (attempt.sent.refreshToken !== undefined || exchange === undefined) {
    return { attempt: { ...attempt, secrets: [...prepared.secrets, ...attempt.secrets] } }
  }
  return { attempt: { ...attempt, exchange, secrets: [...prepared.secrets, ...exchange.secrets] } }
}
