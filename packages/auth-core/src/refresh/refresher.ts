import { toTokenSet, type TokenSet } from '../access-token.ts'
import type { PreparedAuthentication } from '../client-authentication.ts'
import type { Clock } from '../clock.ts'
import { AuthError, isAuthError } from '../errors.ts'
import type { RefreshOutcome } from '../events.ts'
import { introspectRefreshToken } from '../grants/introspect.ts'
import { renewalRequest } from '../grants/renewals.ts'
import { revoke } from '../grants/revoke.ts'
import { exchange, type Wire } from '../grants/token-endpoint.ts'
import { startStopwatch, within, type Stopwatch } from '../stopwatch.ts'
import type { GrantRecord } from './grant-record.ts'
import type { GrantStore, Reading } from './grant-store.ts'
import { classify, type Outcome } from './outcome.ts'
import * as steps from './steps.ts'
import { quietTimeMs, type Times } from './times.ts'

/** What a refresher works with. */
export interface RefreshPorts {
  readonly grants: GrantStore
  readonly wire: Wire
  readonly account: string
  readonly clock: Clock
  readonly times: Times
  readonly rules: steps.StepRules
  /** Told of each outcome; must not throw. */
  report(outcome: RefreshOutcome, facts: { generation: number; durationMs: number; error?: AuthError }): void
  /** Awaited after the durable save and before anyone uses the tokens; must not throw. */
  saved(tokens: TokenSet): Promise<void>
}

/** What one attempt came to. `unsaved` holds the new record while the store refuses it. */
export type RefreshResult =
  | { readonly kind: 'refreshed'; readonly reading: Reading }
  | { readonly kind: 'unsaved'; readonly reading: Reading; readonly saved: Promise<Reading> }
  | { readonly kind: 'not_claimed'; readonly reading: Reading }
  | { readonly kind: 'failed'; readonly reading: Reading; readonly error: AuthError }

export interface Refresher {
  /** Makes at most one token request for `generation`: claims, sends, settles. */
  refresh(request: { generation: number; refused: boolean }): Promise<RefreshResult>
  /** Resolves when no answer is listened for and no save is outstanding. */
  idle(): Promise<void>
}

interface Attempt {
  readonly claimId: string
  readonly record: GrantRecord
  readonly sent: steps.Sent
  /** Started before the reading whose version the claim names. */
  readonly watch: Stopwatch
  readonly probe: boolean
  readonly secrets: readonly string[]
}

const revokeLimitMs = 10_000

export function createRefresher(ports: RefreshPorts): Refresher {
  const { grants, wire, clock, times, rules } = ports
  const outstanding = new Set<Promise<unknown>>()

  function track<T>(work: Promise<T>): Promise<T> {
    outstanding.add(work)
    const forget = (): void => void outstanding.delete(work)
    work.then(forget, forget)
    return work
  }

  function report(outcome: RefreshOutcome, attempt: Attempt, error?: AuthError): void {
    const facts = { generation: attempt.record.generation, durationMs: attempt.watch.elapsedMs() }
    ports.report(outcome, error === undefined ? facts : { ...facts, error })
  }

  async function refresh(request: { generation: number; refused: boolean }): Promise<RefreshResult> {
    // Secrets are fetched before the claim: a slow vault must not sit between reading the refresh token and sending it.
    const prepared = await prepare(wire)
    await resolveDoubt(request.generation)
    const claimed = await claim(request, prepared)
    if ('reading' in claimed) return { kind: 'not_claimed', reading: claimed.reading }
    return send(claimed, prepared)
  }

  async function claim(
    request: { generation: number; refused: boolean },
    prepared: PreparedAuthentication,
  ): Promise<Attempt | { reading: Reading }> {
    // Each try has its own id and watch, so that whichever write won can be told, even after an interrupted one.
    const watches = new Map<string, Stopwatch>()
    const isDone = (record: GrantRecord): boolean => watches.has(record.claim?.id ?? '')
    let probe = false
    const { reading } = await grants.apply(
      ({ record, nowMs, watch }) => {
        if (record === undefined) return undefined
        const freed = steps.takeOver(record, nowMs, rules)
        const id = crypto.randomUUID()
        watches.set(id, watch)
        probe = (freed ?? record).unresolved > 0
        return steps.claim(freed ?? record, { id, ...request }, nowMs, rules) ?? freed
      },
      { isDone, giveUpAfterMs: times.sendMs },
    )
    const { record } = reading
    const claimId = record?.claim?.id ?? ''
    const watch = watches.get(claimId)
    if (record === undefined || watch === undefined) return { reading }
    const { lineage, generation, tokens } = record
    const sent =
      tokens.refreshToken === undefined
        ? { lineage, generation }
        : { lineage, generation, refreshToken: tokens.refreshToken }
    const secrets = [...prepared.secrets, ...(tokens.refreshToken === undefined ? [] : [tokens.refreshToken])]
    return { claimId, record, sent, watch, probe, secrets }
  }

  async function send(attempt: Attempt, prepared: PreparedAuthentication): Promise<RefreshResult> {
    const listening = new AbortController()
    const sentWatch = startStopwatch(clock)
    const outcome = track(
      exchange(wire, prepared, renewalRequest(attempt.record), {
        signal: listening.signal,
        mayStillSend: () => attempt.watch.elapsedMs() < times.sendMs,
      }).then((reply) =>
        classify(reply, { provider: wire.provider, account: ports.account, secrets: attempt.secrets }),
      ),
    )
    const inTime = await within(clock, outcome, times.requestMs)
    if (inTime !== undefined) return settle(attempt, inTime, sentWatch)
    listenOn(attempt, outcome, sentWatch, listening)
    const error = new AuthError(
      'provider_no_answer',
      `The authorization server of "${wire.provider.id}" did not answer in time.`,
      {
        provider: wire.provider.id,
        account: ports.account,
      },
    )
    return settle(attempt, { kind: 'unknown', name: 'unknown_timeout', error }, sentWatch)
  }

  /** The time-out ends the claim, not the request: a late answer is still saved until just before the next probe. */
  function listenOn(
    attempt: Attempt,
    outcome: Promise<Outcome>,
    sentWatch: Stopwatch,
    listening: AbortController,
  ): void {
    const quietMs = quietTimeMs(attempt.record.unresolved + 1, times)
    const cancel = clock.setTimer(() => listening.abort(), Math.max(quietMs - times.sendMs, 0), { background: true })
    const late = outcome.then(async (answer) => {
      cancel()
      if (answer.kind === 'tokens') await settleTokens(attempt, answer, sentWatch)
    })
    // A late answer that cannot be settled leaves the record as the time-out settled it.
    track(late).catch(() => undefined)
  }

  async function settle(attempt: Attempt, outcome: Outcome, sentWatch: Stopwatch): Promise<RefreshResult> {
    if (outcome.kind === 'tokens') return settleTokens(attempt, outcome, sentWatch)
    const error = asGrantError(outcome, attempt)
    const { claimId } = attempt
    const { reading, applied } = await grants.apply(
      ({ record, nowMs }) => record && settleStep(outcome, attempt, record, claimId, nowMs, rules),
      { isDone: (record) => record.claim?.id !== claimId, giveUpAfterMs: remaining(attempt, times) },
    )
    const raceLost = reading.record?.generation !== attempt.record.generation
    report(nameOf(outcome, attempt, raceLost), attempt, error)
    if (raceLost) return { kind: 'not_claimed', reading }
    return { kind: 'failed', reading, error: applied ? withRetryTime(error, reading) : error }
  }

  async function settleTokens(
    attempt: Attempt,
    outcome: Outcome & { kind: 'tokens' },
    sentWatch: Stopwatch,
  ): Promise<RefreshResult> {
    const { claimId, sent } = attempt
    const answer = (): steps.NewTokens => ({ ...outcome.read.tokens, issuedAgoMs: sentWatch.elapsedMs() })
    const saving = track(
      grants.apply(({ record, nowMs }) => record && steps.tokens(record, { claimId, sent, answer: answer() }, nowMs), {
        isDone: (record) => holds(record, attempt, outcome),
        // The answer may be the only copy of a rotated token: saving is tried as long as the process lives.
        giveUpAfterMs: Infinity,
        onRetry: () => report('save_retried', attempt),
      }),
    )
    const saved = saving.then(({ reading, applied }) => finish(attempt, outcome, reading, applied))
    const inTime = await within(clock, saved, times.saveMs)
    if (inTime !== undefined) return inTime
    return serveUnsaved(attempt, answer(), saved)
  }

  function serveUnsaved(attempt: Attempt, answer: steps.NewTokens, saved: Promise<RefreshResult>): RefreshResult {
    const nowMs = (attempt.record.claim?.atMs ?? 0) + attempt.watch.elapsedMs()
    const { claimId, sent } = attempt
    const record = steps.tokens(attempt.record, { claimId, sent, answer }, nowMs) ?? attempt.record
    const reading: Reading = { record, nowMs, watch: startStopwatch(clock), sequence: Infinity }
    return { kind: 'unsaved', reading, saved: saved.then((result) => result.reading) }
  }

  async function finish(
    attempt: Attempt,
    outcome: Outcome & { kind: 'tokens' },
    reading: Reading,
    applied: boolean,
  ): Promise<RefreshResult> {
    if (!applied || !holds(reading.record, attempt, outcome)) {
      report('race_lost', attempt)
      await revokeStray(attempt, outcome, reading.record)
      return { kind: 'not_claimed', reading }
    }
    const { record } = reading
    await ports.saved(toTokenSet(record.tokens, record.generation))
    report(attempt.probe ? 'probe_ok' : 'refreshed', attempt, outcome.error)
    return outcome.error === undefined
      ? { kind: 'refreshed', reading }
      : { kind: 'failed', reading, error: outcome.error }
  }

  /** A token that came after a disconnect must not stay alive unowned. */
  async function revokeStray(
    attempt: Attempt,
    outcome: Outcome & { kind: 'tokens' },
    record: GrantRecord | undefined,
  ): Promise<void> {
    const { refreshToken } = outcome.read.tokens
    if (refreshToken === undefined || refreshToken === attempt.sent.refreshToken) return
    const mayRevoke = record?.state === 'closed' || wire.provider.revocationEndsGrant === false
    if (!mayRevoke) return
    const limit = new AbortController()
    const cancel = clock.setTimer(() => limit.abort(), revokeLimitMs, { background: true })
    // The stray token ends by itself if this fails; nobody holds it.
    await revoke(wire, refreshToken, 'refresh_token', limit.signal).catch(() => false)
    cancel()
  }

  async function resolveDoubt(generation: number): Promise<void> {
    if (!rules.introspectsRefreshTokens) return
    const reading = await grants.read()
    const { record, version, nowMs } = reading
    const refreshToken = record?.tokens.refreshToken
    if (record === undefined || refreshToken === undefined || !steps.mayAsk(record, nowMs, rules)) return
    const limit = new AbortController()
    const cancel = clock.setTimer(() => limit.abort(), times.requestMs, { background: true })
    // No clear answer leaves the doubt; the probe that follows decides.
    const active = await introspectRefreshToken(wire, refreshToken, limit.signal).catch(() => undefined)
    cancel()
    if (active === undefined) return
    const event = { active, generation, reason: 'introspected_inactive' }
    const decide = (now: Reading): GrantRecord | undefined =>
      now.version === version && now.record ? steps.ask(now.record, event, now.nowMs, rules) : undefined
    await grants.apply(decide, { isDone: () => true, giveUpAfterMs: times.sendMs })
  }

  return {
    refresh: (request) => track(refresh(request)),
    async idle() {
      while (outstanding.size > 0) await Promise.allSettled(outstanding)
    },
  }

  function asGrantError(outcome: Exclude<Outcome, { kind: 'tokens' }>, attempt: Attempt): AuthError {
    if (outcome.kind !== 'rejected' || attempt.record.renewal.grant === 'refresh_token') return outcome.error
    const { status, oauthError } = outcome.error
    return new AuthError(
      'grant_rejected',
      `The authorization server of "${wire.provider.id}" refused this client's own grant.`,
      {
        provider: wire.provider.id,
        account: ports.account,
        ...(status === undefined ? {} : { status }),
        ...(oauthError === undefined ? {} : { oauthError }),
      },
    )
  }
}

async function prepare(wire: Wire): Promise<PreparedAuthentication> {
  try {
    return await wire.authentication.prepare()
  } catch (error) {
    if (isAuthError(error)) throw error
    // The function is the app's own; its error may quote anything, so only the fact is passed on.
    throw new AuthError('client_secret_unavailable', 'The function that gives the client secret failed.')
  }
}

function settleStep(
  outcome: Exclude<Outcome, { kind: 'tokens' }>,
  attempt: Attempt,
  record: GrantRecord,
  claimId: string,
  nowMs: number,
  rules: steps.StepRules,
): GrantRecord | undefined {
  if (outcome.kind === 'unknown') return steps.unknown(record, { claimId }, nowMs, rules)
  // Without a refresh token there is no grant a person could renew: the refusal is a matter of configuration.
  const personal = attempt.record.renewal.grant === 'refresh_token'
  if (outcome.kind === 'rejected' && personal) return steps.rejected(record, { claimId, reason: outcome.reason }, nowMs)
  return steps.notConsumed(record, { claimId }, nowMs)
}

function nameOf(outcome: Exclude<Outcome, { kind: 'tokens' }>, attempt: Attempt, raceLost: boolean): RefreshOutcome {
  if (raceLost) return 'race_lost'
  if (outcome.kind !== 'rejected') return outcome.name
  return attempt.probe ? 'probe_rejected' : 'rejected'
}

function holds(
  record: GrantRecord | undefined,
  attempt: Attempt,
  outcome: Outcome & { kind: 'tokens' },
): record is GrantRecord {
  if (record?.lineage !== attempt.sent.lineage || record.generation !== attempt.sent.generation + 1) return false
  const { accessToken, refreshToken, usable } = outcome.read.tokens
  if (refreshToken !== undefined) return record.tokens.refreshToken === refreshToken
  return usable ? record.tokens.accessToken === accessToken : true
}

function remaining(attempt: Attempt, times: Times): number {
  return Math.max(times.claimMs - attempt.watch.elapsedMs(), 0)
}

function withRetryTime(error: AuthError, reading: Reading): AuthError {
  const retryAtMs = reading.record?.retryAtMs ?? 0
  if (retryAtMs > 0 && error.retryable) Object.assign(error, { retryAtMs })
  return error
}
