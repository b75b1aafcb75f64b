import type { PreparedAuthentication } from '../client-authentication.ts'
import type { PreparedExchange } from '../grants/exchange.ts'
import type { Stopwatch } from '../stopwatch.ts'
import { needsExchange, type GrantRecord } from './grant-record.ts'
import type { Reading } from './grant-store.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import { claim, followClock, postpone, takeOver, type Sent } from './steps.ts'
import type { TokenAttempt } from './token-attempt.ts'

/** What the caller saw: claim only if it still holds. */
export interface ClaimRequest {
  readonly generation: number
  /** An API answered 401 to this generation's access token. */
  readonly refused: boolean
  /** Prepares what renews the grant where there is no refresh token. */
  readonly exchange?: () => Promise<PreparedExchange>
}

/**
 * Tries to win the exclusive right to send one token request. An overdue claim of somebody else is ended in the same
 * write. Gives the attempt, or the reading that shows why there is none.
 */
export async function claimGrant(
  { grants, rules, times, report }: RefreshPorts,
  request: ClaimRequest,
  prepared: PreparedAuthentication,
  exchange: PreparedExchange | undefined,
): Promise<{ attempt: TokenAttempt } | { reading: Reading }> {
  // Each try has an id and a watch of its own: after an interrupted write it is still clear which of them won.
  const { generation, refused } = request
  const tries = new Map<string, { watch: Stopwatch; isProbe: boolean }>()
  let tookOver = false
  const { reading, applied } = await grants.apply(
    ({ record, nowMs, watch }) => {
      if (record === undefined) return undefined
      const freed = takeOver(record, nowMs, rules)
      tookOver = freed !== undefined
      const current = freed ?? record
      // Another grant than the one that was looked at, of the same generation.
      if (needsExchange(current) && exchange === undefined) return freed
      const id = crypto.randomUUID()
      tries.set(id, { watch, isProbe: current.unresolved > 0 })
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
  const claimId = record?.claim?.id ?? ''
  const won = tries.get(claimId)
  if (record === undefined || won === undefined) return { reading }
  const sent = identityOf(record)
  const own = sent.refreshToken === undefined ? (exchange?.secrets ?? []) : [sent.refreshToken]
  const secrets = [...prepared.secrets, ...own]
  return { attempt: { claimId, record, sent, secrets, ...won, ...(exchange === undefined ? {} : { exchange }) } }
}

function identityOf({ lineage, generation, tokens }: GrantRecord): Sent {
  const { refreshToken } = tokens
  return { lineage, generation, ...(refreshToken === undefined ? {} : { refreshToken }) }
}
