import { toTokenSet } from '../access-token.ts'
import { startStopwatch, within } from '../stopwatch.ts'
import type { GrantRecord } from './grant-record.ts'
import type { Applied, Reading } from './grant-store.ts'
import { judgeIdToken } from './judge-id-token.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import type { RefreshResult } from './refresh-result.ts'
import { revokeStray } from './revoke-stray.ts'
import { tokens } from './steps.ts'
import { factsOf, type Answered } from './token-attempt.ts'

/**
 * Saves the tokens of an answer before anything else is made of them, trying as long as the process lives: this may be
 * the only copy of a rotated token. After `saveMs` the callers are served from memory while saving goes on, and the
 * spill, where there is one, holds a second copy.
 */
export async function saveTokens(ports: RefreshPorts, answered: Answered): Promise<RefreshResult> {
  const { grants, clock, times, report } = ports
  const { attempt } = answered
  const keeper = ports.spill?.keeperOf(answered)
  let isUrgent = answered.isLate === true
  const saving = grants.apply(({ record, nowMs }) => record && withTokens(record, answered, nowMs), {
    isDone: (record) => holds(record, answered),
    giveUpAfterMs: Infinity,
    onRetry(error) {
      report('save_retried', { ...factsOf(attempt), error })
      // A store that says no for good is not waited for.
      if (isUrgent || !error.retryable) keeper?.keep()
    },
    mayExit: () => keeper?.isKept() === true,
  })
  const finished = saving.then(async (saved) => {
    const result = await finish(ports, answered, saved)
    // Without a record there is nothing the tokens could be too old for.
    if (saved.reading.record !== undefined) await keeper?.drop().catch(answered.isFound ? undefined : leave)
    return result
  })
  if ((await within(clock, saving, times.saveMs)) !== undefined) return finished
  isUrgent = true
  keeper?.keep()
  const reading = inMemory(ports, answered)
  const durable = keeper ? Promise.race([finished, keeper.kept]) : finished
  return { kind: 'unsaved', reading, saved: finished.then((result) => result.reading), durable }
}

/** What cannot be removed is out of date, and goes at the next look into the spill. */
function leave(): void {}

/** What the store would hold. */
function inMemory({ clock }: RefreshPorts, answered: Answered): Reading {
  const { record, watch } = answered.attempt
  const nowMs = (record.claim?.atMs ?? 0) + watch.elapsedMs()
  return { record: withTokens(record, answered, nowMs) ?? record, nowMs, watch: startStopwatch(clock), sequence: 0 }
}

function withTokens(record: GrantRecord, answered: Answered, nowMs: number): GrantRecord | undefined {
  const { attempt, outcome, sentWatch } = answered
  const answer = { ...outcome.read.tokens, issuedAgoMs: sentWatch.elapsedMs() }
  return tokens(record, { claimId: attempt.claimId, sent: attempt.sent, answer }, nowMs)
}

async function finish(ports: RefreshPorts, answered: Answered, { reading, applied }: Applied): Promise<RefreshResult> {
  const { attempt, outcome } = answered
  const { record } = reading
  if (!holds(record, answered)) {
    ports.report('race_lost', factsOf(attempt))
    if (record !== undefined) await revokeStray(ports, answered, record)
    return { kind: 'not_claimed', reading }
  }
  await ports.saved(toTokenSet(record.tokens, record.generation))
  const judged = await judgeIdToken(ports, attempt, outcome)
  const error = outcome.error ?? judged?.error
  const name = attempt.isProbe ? 'probe_ok' : 'refreshed'
  // Tokens of the spill may have been saved by somebody else.
  ports.report(applied ? name : 'joined', { ...factsOf(attempt), ...(error ? { error } : {}) })
  return error === undefined
    ? { kind: 'refreshed', reading }
    : { kind: 'failed', reading: judged?.reading ?? reading, error }
}

function holds(record: GrantRecord | undefined, { attempt, outcome }: Answered): record is GrantRecord {
  const { sent } = attempt
  if (record?.lineage !== sent.lineage || record.generation !== sent.generation + 1) return false
  const { accessToken, refreshToken, usable } = outcome.read.tokens
  if (refreshToken !== undefined) return record.tokens.refreshToken === refreshToken
  return usable ? record.tokens.accessToken === accessToken : true
}
