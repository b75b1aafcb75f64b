import type { PreparedAuthentication } from '../client-authentication.ts'
import { AuthError } from '../errors.ts'
import { renewalRequest } from '../grants/renewals.ts'
import { exchange as sendOnce } from '../grants/token-endpoint.ts'
import { startStopwatch, within, type Stopwatch } from '../stopwatch.ts'
import { claimGrant, type ClaimRequest } from './claim-grant.ts'
import { classify, type NoTokensOutcome, type Outcome, type TokensOutcome } from './outcome.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import type { RefreshResult } from './refresh-result.ts'
import { releaseClaim } from './release-claim.ts'
import { resolveDoubt } from './resolve-doubt.ts'
import { saveTokens } from './save-tokens.ts'
import { quietTimeMs } from './times.ts'
import type { TokenAttempt } from './token-attempt.ts'

export interface Refresher {
  /** Makes at most one token request for a generation: claims, sends, settles. */
  refresh(request: ClaimRequest): Promise<RefreshResult>
  /** Resolves when no answer is listened for and no save is outstanding. */
  idle(): Promise<void>
}

/** The shell around the pure steps: everything here is reading, writing and sending. */
export function createRefresher(ports: RefreshPorts): Refresher {
  const { wire, clock, times } = ports
  const outstanding = new Set<Promise<unknown>>()

  function track<T>(work: Promise<T>): Promise<T> {
    outstanding.add(work)
    const forget = (): void => void outstanding.delete(work)
    work.then(forget, forget)
    return work
  }

  async function refresh(request: ClaimRequest): Promise<RefreshResult> {
    // Before the claim: a slow vault must not sit between reading the refresh token and sending it.
    const prepared = await wire.authentication.prepare()
    const exchange = await request.exchange?.()
    await resolveDoubt(ports)
    const claimed = await claimGrant(ports, request, prepared, exchange)
    if ('reading' in claimed) return { kind: 'not_claimed', reading: claimed.reading }
    return send(claimed.attempt, prepared)
  }

  async function send(attempt: TokenAttempt, prepared: PreparedAuthentication): Promise<RefreshResult> {
    const listening = new AbortController()
    const sentWatch = startStopwatch(clock)
    const reply = sendOnce(wire, prepared, renewalRequest(attempt.record, attempt.exchange), {
      signal: listening.signal,
      mayStillSend: () => attempt.watch.elapsedMs() < times.sendMs,
    })
    const about = { provider: wire.provider, account: ports.account, secrets: attempt.secrets }
    const outcome = track(reply.then((answer) => classify(answer, about)))
    const inTime = await within(clock, outcome, times.requestMs)
    if (inTime !== undefined) return settle(attempt, inTime, sentWatch)
    listenOn(attempt, outcome, sentWatch, listening)
    return releaseClaim(ports, attempt, timedOut(ports))
  }

  function settle(attempt: TokenAttempt, outcome: Outcome, sentWatch: Stopwatch): Promise<RefreshResult> {
    return outcome.kind === 'tokens' ? saveTracked(attempt, outcome, sentWatch) : releaseClaim(ports, attempt, outcome)
  }

  async function saveTracked(
    attempt: TokenAttempt,
    outcome: TokensOutcome,
    sentWatch: Stopwatch,
  ): Promise<RefreshResult> {
    const result = await track(saveTokens(ports, attempt, outcome, sentWatch))
    if (result.kind === 'unsaved') void track(result.saved)
    return result
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
      if (answer.kind === 'tokens') await saveTracked(attempt, answer, sentWatch)
    }
    // Without a usable answer the record stays as the time-out settled it.
    track(late()).catch(() => undefined)
  }

  return {
    refresh: (request) => track(refresh(request)),
    async idle() {
      while (outstanding.size > 0) await Promise.allSettled(outstanding)
    },
  }
}

function timedOut({ wire, account, times }: RefreshPorts): NoTokensOutcome {
  const provider = wire.provider.id
  const seconds = times.requestMs / 1000
  const message = `The authorization server of "${provider}" did not answer within ${seconds} s.`
  const error = new AuthError('provider_no_answer', message, { provider, account })
  return { kind: 'unknown', name: 'unknown_timeout', error }
}
