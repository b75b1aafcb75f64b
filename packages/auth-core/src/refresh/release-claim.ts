import { AuthError } from '../errors.ts'
import type { RefreshOutcome } from '../events.ts'
import type { GrantRecord } from './grant-record.ts'
import type { Reading } from './grant-store.ts'
import type { NoTokensOutcome } from './outcome.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import type { RefreshResult } from './refresh-result.ts'
import { notConsumed, rejected, unknown, type StepRules } from './steps.ts'
import { restMs } from './times.ts'
import { factsOf, type TokenAttempt } from './token-attempt.ts'

/** Ends an attempt that brought no tokens: gives the claim back with what is known of the refresh token. */
export async function releaseClaim(
  ports: RefreshPorts,
  attempt: TokenAttempt,
  outcome: NoTokensOutcome,
): Promise<RefreshResult> {
  const { reading } = await settleClaim(ports, attempt, outcome)
  const raceLost = reading.record?.generation !== attempt.record.generation
  const error = errorOf(attempt, outcome, reading.record?.retryAtMs)
  ports.report(raceLost ? 'race_lost' : nameOf(attempt, outcome), { ...factsOf(attempt), error })
  return raceLost ? { kind: 'not_claimed', reading } : { kind: 'failed', reading, error }
}

async function settleClaim(
  { grants, rules, times, report }: RefreshPorts,
  attempt: TokenAttempt,
  outcome: NoTokensOutcome,
): Promise<{ reading: Reading }> {
  const { claimId } = attempt
  try {
    return await grants.apply(({ record, nowMs }) => record && settle(record, attempt, outcome, nowMs, rules), {
      isDone: (record) => record.claim?.id !== claimId,
      // Callers wait for this. A claim that is left behind ends at its deadline, as one of unknown outcome.
      giveUpAfterMs: times.saveMs,
    })
  } catch (storeError) {
    // Nobody else will ever know what the provider said.
    report(nameOf(attempt, outcome), { ...factsOf(attempt), error: errorOf(attempt, outcome) })
    throw storeError
  }
}

function settle(
  record: GrantRecord,
  attempt: TokenAttempt,
  outcome: NoTokensOutcome,
  nowMs: number,
  rules: StepRules,
): GrantRecord | undefined {
  const { claimId } = attempt
  if (outcome.kind === 'rejected' && isPersonal(attempt)) {
    return rejected(record, { claimId, reason: outcome.reason }, nowMs)
  }
  const ended = { claimId, restMs: restMs(outcome.error.retryable, outcome.retryAfterMs) }
  return outcome.kind === 'unknown' ? unknown(record, ended, nowMs, rules) : notConsumed(record, ended, nowMs)
}

/** Without a refresh token there is no grant that could end: what was sent instead is the app's own. */
function isPersonal({ record, sent }: TokenAttempt): boolean {
  return record.renewal.grant !== 'client_credentials' && sent.refreshToken !== undefined
}

function errorOf(attempt: TokenAttempt, { kind, error }: NoTokensOutcome, retryAtMs = 0): AuthError {
  const ownGrant = kind === 'rejected' && !isPersonal(attempt) && attempt.exchange?.isPersonal !== true
  const scheduled = retryAtMs > 0 ? { retryAtMs } : {}
  const details = { ...error, cause: error.cause, ...scheduled }
  return new AuthError(ownGrant ? 'grant_rejected' : error.code, error.message, details)
}

function nameOf(attempt: TokenAttempt, outcome: NoTokensOutcome): RefreshOutcome {
  if (outcome.kind !== 'rejected') return outcome.name
  return attempt.isProbe ? 'probe_rejected' : 'rejected'
}
