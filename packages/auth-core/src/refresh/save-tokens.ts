import { toTokenSet } from '../access-token.ts'
import { revoke } from '../grants/revoke.ts'
import { abortAfter, startStopwatch, within, type Stopwatch } from '../stopwatch.ts'
import type { GrantRecord } from './grant-record.ts'
import type { Reading } from './grant-store.ts'
import type { TokensOutcome } from './outcome.ts'
import { judgeIdToken } from './judge-id-token.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import type { RefreshResult } from './refresh-result.ts'
import { tokens, type NewTokens } from './steps.ts'
import type { TokenAttempt } from './token-attempt.ts'

const revokeLimitMs = 10_000

/**
 * Saves the tokens of an answer before anything else is made of them, trying as long as the process lives: this may be
 * the only copy of a rotated token. After `saveMs` the callers are served from memory while saving goes on.
 */
export async function saveTokens(
  ports: RefreshPorts,
  attempt: TokenAttempt,
  outcome: TokensOutcome,
  sentWatch: Stopwatch,
): Promise<RefreshResult> {
  const { grants, clock, times } = ports
  const event = (): { claimId: string; sent: TokenAttempt['sent']; answer: NewTokens } => ({
    claimId: attempt.claimId,
    sent: attempt.sent,
    answer: { ...outcome.read.tokens, issuedAgoMs: sentWatch.elapsedMs() },
  })
  const saving = grants.apply(({ record, nowMs }) => record && tokens(record, event(), nowMs), {
    isDone: (record) => holds(record, attempt, outcome),
    giveUpAfterMs: Infinity,
    onRetry: () => ports.report('save_retried', factsOf(attempt)),
  })
  const inTime = await within(clock, saving, times.saveMs)
  if (inTime !== undefined) return finish(ports, attempt, outcome, inTime.reading)
  const saved = saving.then(({ reading }) => finish(ports, attempt, outcome, reading))
  const nowMs = (attempt.record.claim?.atMs ?? 0) + attempt.watch.elapsedMs()
  const record = tokens(attempt.record, event(), nowMs) ?? attempt.record
  const reading: Reading = { record, nowMs, watch: startStopwatch(clock), sequence: 0 }
  return { kind: 'unsaved', reading, saved: saved.then((result) => result.reading) }
}

async function finish(
  ports: RefreshPorts,
  attempt: TokenAttempt,
  outcome: TokensOutcome,
  reading: Reading,
): Promise<RefreshResult> {
  const { record } = reading
  if (!holds(record, attempt, outcome)) {
    ports.report('race_lost', factsOf(attempt))
    await revokeStray(ports, attempt, outcome, record)
    return { kind: 'not_claimed', reading }
  }
  await ports.saved(toTokenSet(record.tokens, record.generation))
  const judged = await judgeIdToken(ports, attempt, outcome)
  const error = outcome.error ?? judged?.error
  ports.report(attempt.isProbe ? 'probe_ok' : 'refreshed', { ...factsOf(attempt), ...(error ? { error } : {}) })
  return error === undefined
    ? { kind: 'refreshed', reading }
    : { kind: 'failed', reading: judged?.reading ?? reading, error }
}

/** Revokes tokens that came too late to be stored, unless that could end a grant that was authorized anew. */
async function revokeStray(
  { wire, clock }: RefreshPorts,
  attempt: TokenAttempt,
  outcome: TokensOutcome,
  record: GrantRecord | undefined,
): Promise<void> {
  const isClosed = record?.state === 'closed'
  if (!isClosed && wire.provider.revocationEndsGrant !== false) return
  const { refreshToken, accessToken } = outcome.read.tokens
  const limit = abortAfter(clock, revokeLimitMs)
  try {
    if (refreshToken !== undefined && refreshToken !== attempt.sent.refreshToken) {
      await revoke(wire, refreshToken, 'refresh_token', limit.signal)
    }
    if (isClosed && accessToken !== undefined) await revoke(wire, accessToken, 'access_token', limit.signal)
  } catch {
    // Nobody holds the stray tokens; what is not revoked ends by itself.
  } finally {
    limit.cancel()
  }
}

function holds(
  record: GrantRecord | undefined,
  { sent }: TokenAttempt,
  { read }: TokensOutcome,
): record is GrantRecord {
  if (record?.lineage !== sent.lineage || record.generation !== sent.generation + 1) return false
  const { accessToken, refreshToken, usable } = read.tokens
  if (refreshToken !== undefined) return record.tokens.refreshToken === refreshToken
  return usable ? record.tokens.accessToken === accessToken : true
}

/** What each report says of an attempt. */
export function factsOf(attempt: TokenAttempt): { generation: number; durationMs: number } {
  return { generation: attempt.record.generation, durationMs: attempt.watch.elapsedMs() }
}
