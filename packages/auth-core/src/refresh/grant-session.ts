import { toTokenSet, type AccessToken, type TokenSet } from '../access-token.ts'
import { statusOf, type ConnectionStatus } from '../connection-status.ts'
import { AuthError, isAuthError } from '../errors.ts'
import { startStopwatch, within } from '../stopwatch.ts'
import { createGrantCopy } from './grant-copy.ts'
import type { GrantRecord } from './grant-record.ts'
import type { Reading } from './grant-store.ts'
import { isHeld, storeNowMs, usableToken, type GrantView } from './grant-view.ts'
import { nextChange } from './next-change.ts'
import { createEndNotice, type EndFacts } from './reconnect-soon.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import { createRefresher } from './refresher.ts'
import type { RefreshResult } from './refresh-result.ts'
import { demandRecord, demandRefreshable, endedOnArrival, waitedTooLong } from './session-errors.ts'
import type { Supply } from './supply.ts'
import { createUpkeep, handOver, type Background } from './upkeep.ts'

export interface SessionPorts extends RefreshPorts {
  readonly random: () => number
  readonly autoRefresh: boolean
  readonly background: Background
  readonly supply: Supply
  /** Told once for each end of a refresh token that comes near. */
  readonly endsSoon: (facts: EndFacts) => void
}

/** This process's view of one stored grant, and the one refresh under way for everybody in it. */
export interface GrantSession {
  /** `refused`: an API answered 401 to this token. */
  accessToken(refused?: AccessToken): Promise<AccessToken>
  refresh(): Promise<void>
  /** Takes over a record that this process has just written. */
  adopt(reading: Reading): void
  /** Settles what lies in the spill. Rejects when that can be neither read nor cleared. */
  recover(): Promise<void>
  status(): Promise<ConnectionStatus>
  exportTokens(): Promise<TokenSet>
  onChange(listener: (status: ConnectionStatus) => void): () => void
  /** Tells whether nobody waits or listens, and nothing is under way. */
  isIdle(): boolean
  /** Waits for answers under way and for new tokens to be stored. */
  idle(): Promise<void>
}

const anyGeneration = -1

export function createGrantSession(ports: SessionPorts): GrantSession {
  const { grants, clock, times, random, report, supply } = ports
  const about = { provider: ports.wire.provider.id, account: ports.account }
  const refresher = createRefresher(ports)
  const copy = createGrantCopy(readFirst, createEndNotice({ replaces: supply.replaces, endsSoon: ports.endsSoon }))
  const upkeep = createUpkeep({
    ...ports,
    isRefreshing: () => refreshing !== undefined,
    refreshDue,
    look: copy.reload,
  })
  const obtaining = new Map<number, Promise<AccessToken>>()
  let refreshing: Promise<RefreshResult> | undefined
  let recovered: Promise<void> | undefined

  /** Reads the store, once what an earlier process left in the spill is settled. */
  async function readFirst(): Promise<Reading> {
    // A spill that cannot be read holds up no valid token; each claim looks into it again.
    recovered ??= recover().catch(() => undefined)
    await recovered
    return grants.read()
  }

  async function recover(): Promise<void> {
    const result = await refresher.recover()
    if (result !== undefined) take(result)
  }

  function accessToken(refused?: AccessToken): Promise<AccessToken> {
    const known = copy.view()
    const token = usableToken(known)
    if (known?.promise === undefined || token === undefined) return obtain(anyGeneration)
    if (refused !== undefined && refused.value === token.value) return replace(refused)
    const work = upkeep(known)
    return work === undefined ? known.promise : bounded(awaitDue(work))
  }

  /** Waits for a refresh that came early, but no longer than any caller waits. */
  async function awaitDue(work: Promise<void>): Promise<AccessToken> {
    await within(clock, work, times.waitMs)
    return usableToken(copy.view()) ?? obtain(anyGeneration)
  }

  async function refreshDue({ reading }: GrantView): Promise<void> {
    const generation = reading.record?.generation ?? 0
    const watch = startStopwatch(clock)
    try {
      await refreshOnce(demandRecord(reading.record, about), false)
    } catch (error) {
      // The token in hand is still valid; the next call after the back-off tries again.
      const facts = { generation, durationMs: watch.elapsedMs() }
      report('served_valid', error instanceof AuthError ? { ...facts, error } : facts)
    }
  }

  /** Gives a newer token than the refused one, or the same if it is too young to be worth a refresh. */
  async function replace(refused: AccessToken): Promise<AccessToken> {
    const known = await copy.current()
    const token = usableToken(known)
    if (token !== undefined && token.value !== refused.value) return token
    const { obtainedAtMs = 0 } = known.reading.record?.tokens ?? {}
    const ageMs = storeNowMs(known) - obtainedAtMs
    // A negative age: the clock was set back, and nothing can be told from it.
    const isYoung = ageMs >= 0 && ageMs < times.refusedAgeMs
    if (token !== undefined && (isYoung || !ports.autoRefresh)) return token
    return obtain(known.reading.record?.generation ?? anyGeneration)
  }

  /** Gives a usable token of a generation above `beyond`; all callers of this process share one run. */
  function obtain(beyond: number): Promise<AccessToken> {
    const running = obtaining.get(beyond)
    if (running !== undefined) return running
    const run = bounded(advance(beyond, ports.autoRefresh)).finally(() => obtaining.delete(beyond))
    obtaining.set(beyond, run)
    return run
  }

  /** Every wait ends, also one for an app's own function (a secret, a hook) that never comes back. */
  async function bounded(run: Promise<AccessToken>): Promise<AccessToken> {
    const wait = startStopwatch(clock)
    const token = await within(clock, run, Math.max(times.waitMs, times.claimMs))
    if (token !== undefined) return token
    throw gaveUp({ generation: copy.view()?.reading.record?.generation ?? 0, durationMs: wait.elapsedMs() })
  }

  async function advance(beyond: number, mayRefresh: boolean): Promise<AccessToken> {
    const wait = startStopwatch(clock)
    let hasWaited = false
    let hasRenewed = false
    let lostClaims = 0
    for (let known = await copy.current(); ;) {
      const record = demandRecord(known.reading.record, about)
      const facts = { generation: record.generation, durationMs: wait.elapsedMs() }
      const token = record.generation > beyond ? usableToken(known) : undefined
      if (token !== undefined) {
        if (hasWaited) report('joined', facts)
        return token
      }
      if (facts.durationMs >= times.waitMs) throw gaveUp(facts)
      const held = isHeld(known)
      // A lost claim shows its reason at the next look; where it shows none, there is no hurry.
      if (held || lostClaims > 1) {
        hasWaited ||= held
        lostClaims = 0
        await nextChange([grants.subscribe, copy.subscribe], {
          clock,
          random,
          limitMs: times.waitMs - facts.durationMs,
        })
        known = await copy.current()
        continue
      }
      if (mayRefresh && supply.canRevive(record)) {
        await supply.revive()
        known = await copy.current()
        continue
      }
      demandRefreshable(record, about, { nowMs: storeNowMs(known), mayRefresh, isSupplied: supply.suffices(record) })
      if (hasRenewed && usableToken(known) === undefined) throw endedOnArrival(about)
      const kind = await tryRefresh(record, record.generation === beyond)
      hasRenewed ||= kind === 'refreshed'
      if (kind === 'not_claimed') lostClaims += 1
      // New tokens are not read again: the store may be away by now.
      known = (kind === 'not_claimed' ? undefined : copy.view()) ?? (await copy.current())
    }
  }

  function gaveUp(facts: { generation: number; durationMs: number }): AuthError {
    const error = waitedTooLong(about)
    report('wait_timeout', { ...facts, error })
    return error
  }

  /** Refreshes once. A refusal of a refresh token that can be replaced is no failure yet. */
  async function tryRefresh(record: GrantRecord, refused: boolean): Promise<RefreshResult['kind']> {
    try {
      return (await refreshOnce(record, refused)).kind
    } catch (error) {
      if (isAuthError(error, 'reconnect') && supply.canRevive(copy.view()?.reading.record)) return 'not_claimed'
      throw error
    }
  }

  /** Runs one refresh, shared by everybody in this process who wants one now. */
  async function refreshOnce(record: GrantRecord, refused: boolean): Promise<RefreshResult> {
    refreshing ??= startRefresh(record, refused).finally(() => {
      refreshing = undefined
    })
    const result = await refreshing
    take(result)
    if (result.kind === 'failed') throw result.error
    return result
  }

  /** Hands the refresh to the platform whoever waits for it: they may go away, and with them what they began. */
  function startRefresh(record: GrantRecord, refused: boolean): Promise<RefreshResult> {
    const { generation } = record
    const result = refresher.refresh({ generation, refused, ...supply.exchangeFor(record) })
    // Tokens that cannot be stored are told as events.
    handOver(() => refresher.idle().catch(() => undefined), ports.background)
    return result
  }

  function take(result: RefreshResult): void {
    copy.adopt(result.reading, result.kind === 'unsaved')
    // What a late save came to is seen at the next look at the latest.
    if (result.kind === 'unsaved') result.saved.then(copy.adopt, () => undefined)
  }

  return {
    accessToken,
    adopt: (reading) => copy.adopt(reading),
    recover,
    async refresh() {
      const { reading } = await copy.current()
      await bounded(advance(reading.record?.generation ?? anyGeneration, true))
    },
    async status() {
      return statusOfView(await copy.current())
    },
    async exportTokens() {
      const { reading } = await copy.current()
      const record = demandRecord(reading.record, about)
      return toTokenSet(record.tokens, record.generation)
    },
    onChange: (listener) =>
      copy.subscribe(() => {
        const view = copy.view()
        try {
          if (view !== undefined) listener(statusOfView(view))
        } catch {
          // A broken listener must not break a refresh.
        }
      }),
    isIdle: () => refresher.isIdle() && obtaining.size === 0 && !copy.isObserved(),
    idle: () => refresher.idle(),
  }
}

function statusOfView(known: GrantView): ConnectionStatus {
  return statusOf(known.reading, known.unsaved, storeNowMs(known))
}
