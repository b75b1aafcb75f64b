import type { PreparedAuthentication } from '../client-authentication.ts'
import { AuthError } from '../errors.ts'
import { renewalRequest } from '../grants/renewals.ts'
import { exchange as sendOnce } from '../grants/token-endpoint.ts'
import { startStopwatch, within, type Stopwatch } from '../stopwatch.ts'
import { claimGrant, type ClaimRequest } from './claim-grant.ts'
import { classify, type NoTokensOutcome, type Outcome } from './outcome.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import type { RefreshResult } from './refresh-result.ts'
import { releaseClaim } from './release-claim.ts'
import { resolveDoubt } from './resolve-doubt.ts'
import { saveTokens } from './save-tokens.ts'
import { unsavedTokens } from './session-errors.ts'
import { quietTimeMs } from './times.ts'
import type { Answered, TokenAttempt } from './token-attempt.ts'

export interface Refresher {
  /** Makes at most one token request for a generation: claims, sends, settles. */
  refresh(request: ClaimRequest): Promise<RefreshResult>
  /** Settles the tokens that lie in the spill, if any. Rejects when it can be neither read nor cleared. */
  recover(): Promise<RefreshResult | undefined>
  isIdle(): boolean
  /**
   * Resolves when no answer is listened for and every token is stored. Rejects with `tokens_unsaved` when the store goes
   * on refusing some that no spill has; saving goes on.
   */
  idle(): Promise<void>
}

/** The shell around the pure steps: everything here is reading, writing and sending. */
export function createRefresher(ports: RefreshPorts): Refresher {
  const { wire, clock, times } = ports
  const outstanding = new Set<Promise<unknown>>()
  const unsaved = new Set<Promise<unknown>>()
  const saving = new Map<string, Promise<RefreshResult>>()

  async function refresh(request: ClaimRequest): Promise<RefreshResult> {
    // Before the claim: a slow vault must not sit between reading the refresh token and sending it.
    const prepared = await wire.authentication.prepare()
    const exchange = await request.exchange?.()
    let spillError: unknown
    const found = await recover().catch((error: unknown) => {
      spillError = error
    })
    if (found && (found.reading.record?.generation ?? 0) > request.generation) {
      return found.kind === 'unsaved' ? found : { kind: 'not_claimed', reading: found.reading }
    }
    if (spillError === undefined) await resolveDoubt(ports)
    const claimed = await claimGrant(ports, request, { prepared, exchange, spillError })
    if ('reading' in claimed) return { kind: 'not_claimed', reading: claimed.reading }
    return send(claimed.attempt, prepared)
  }

  async function recover(): Promise<RefreshResult | undefined> {
    const found = await ports.spill?.find()
    return found && (saving.get(found.attempt.claimId) ?? save(found))
  }

  async function send(attempt: TokenAttempt, prepared: PreparedAuthentication): Promise<RefreshResult> {
    const listening = new AbortController()
    const sentWatch = startStopwatch(clock)
    const reply = sendOnce(wire, prepared, renewalRequest(attempt.record, attempt.exchange), {
      signal: listening.signal,
      mayStillSend: () => attempt.watch.elapsedMs() < times.sendMs,
    })
    const about = { provider: wire.provider, account: ports.account, secrets: attempt.secrets }
    const outcome = trackIn(
      outstanding,
      reply.then((answer) => classify(answer, about)),
    )
    const inTime = await within(clock, outcome, times.requestMs)
    if (inTime !== undefined) return settle(attempt, inTime, sentWatch)
    listenOn(attempt, outcome, sentWatch, listening)
    return releaseClaim(ports, attempt, timedOut(ports))
  }

  function settle(attempt: TokenAttempt, outcome: Outcome, sentWatch: Stopwatch): Promise<RefreshResult> {
    return outcome.kind === 'tokens' ? save({ attempt, outcome, sentWatch }) : releaseClaim(ports, attempt, outcome)
  }

  function save(answered: Answered): Promise<RefreshResult> {
    const { claimId } = answered.attempt
    const end = (): void => void saving.delete(claimId)
    const work = saveTokens(ports, answered)
    saving.set(claimId, work)
    work.then((result) => {
      if (result.kind !== 'unsaved') return end()
      trackIn(unsaved, result.durable)
      result.saved.then(end, end)
    }, end)
    return trackIn(outstanding, work)
  }

  /** The time-out ends the claim, not the request: an answer is still saved until just before the next probe. */
  function listenOn(
    attempt: TokenAttempt,
    outcome: Promise<Outcome>,
    sentWatch: Stopwatch,
    listening: AbortController,
  ): void {
    const quietMs = quietTimeMs(attempt.record.unresolved + 1, times)
    const cancel = clock.setTimer(() => listening.abort(), Math.max(quietMs - times.sendMs, 0), { background: true })
    const late = async (): Promise<void> => {
      const answer = await outcome
      cancel()
      if (answer.kind === 'tokens') await save({ attempt, outcome: answer, sentWatch, isLate: true })
    }
    // Without a usable answer the record stays as the time-out settled it.
    trackIn(outstanding, late()).catch(() => undefined)
  }

  return {
    refresh: (request) => trackIn(outstanding, refresh(request)),
    recover: () => trackIn(outstanding, recover()),
    isIdle: () => outstanding.size + saving.size === 0,
    async idle() {
      while (outstanding.size > 0) await Promise.allSettled(outstanding)
      const durable = await within(clock, Promise.allSettled(unsaved), times.waitMs)
      if (durable === undefined) throw unsavedTokens({ provider: wire.provider.id, account: ports.account })
    },
  }
}

/** Keeps work in a set until it is settled. */
function trackIn<T>(set: Set<Promise<unknown>>, work: Promise<T>): Promise<T> {
  set.add(work)
  const forget = (): void => void set.delete(work)
  work.then(forget, forget)
  return work
}

function timedOut({ wire, account, times }: RefreshPorts): NoTokensOutcome {
  const provider = wire.provider.id
  const seconds = times.requestMs / 1000
  const message = `The authorization server of "${provider}" did not answer within ${seconds} s.`
  const error = new AuthError('provider_no_answer', message, { provider, account })
  return { kind: 'unknown', name: 'unknown_timeout', error }
}
