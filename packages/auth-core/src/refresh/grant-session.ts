import { toTokenSet, type AccessToken, type TokenSet } from '../access-token.ts'
import { statusOf, type ConnectionStatus } from '../connection-status.ts'
import { AuthError, isAuthError } from '../errors.ts'
import { startStopwatch, within, type Stopwatch } from '../stopwatch.ts'
import type { GrantRecord } from './grant-record.ts'
import type { Reading } from './grant-store.ts'
import {
  createView,
  isChange,
  isDue,
  isHeld,
  isOutdated,
  isSuperseded,
  mayClaim,
  storeNowMs,
  usableToken,
  type GrantView,
} from './grant-view.ts'
import { nextChange } from './next-change.ts'
import { createEndNotice, type EndFacts } from './reconnect-soon.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import { createRefresher } from './refresher.ts'
import type { RefreshResult } from './refresh-result.ts'
import { demandRecord, demandRefreshable, endedOnArrival, waitedTooLong } from './session-errors.ts'
import type { Supply } from './supply.ts'

/** Where work may live that nobody waits for. `off`: a due refresh is awaited by the call that found it due. */
export type Background = 'detached' | 'off' | ((work: Promise<void>) => void)

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
  reload(): Promise<Reading>
  /** Takes over a record that this process has just written. */
  adopt(reading: Reading): void
  status(): Promise<ConnectionStatus>
  exportTokens(): Promise<TokenSet>
  onChange(listener: (status: ConnectionStatus) => void): () => void
  idle(): Promise<void>
}

const anyGeneration = -1
/** What failed in the background is not tried again by each call. */
const backgroundPauseMs = 1_000

export function createGrantSession(ports: SessionPorts): GrantSession {
  const { grants, clock, times, random, report, supply } = ports
  const about = { provider: ports.wire.provider.id, account: ports.account }
  const refresher = createRefresher(ports)
  // Fixed for a connection, so that a fleet's refreshes spread out while each keeps its rhythm.
  const due = { windowMs: times.windowMs, jitter: random() * 0.1 }
  const noticeEnd = createEndNotice({ replaces: supply.replaces, endsSoon: ports.endsSoon })
  const listeners = new Set<() => void>()
  const obtaining = new Map<number, Promise<AccessToken>>()
  let view: GrantView | undefined
  let reloading: Promise<Reading> | undefined
  let refreshing: Promise<RefreshResult> | undefined
  let sinceDueTry: Stopwatch | undefined
  let sinceLook: Stopwatch | undefined

  function adopt(reading: Reading, unsaved = false): void {
    if (unsaved ? isSuperseded(reading, view) : isOutdated(reading, view)) return
    const before = view
    view = createView(reading, unsaved, before)
    noticeEnd(view)
    if (isChange(before, view)) for (const listener of listeners) listener()
  }

  function reload(): Promise<Reading> {
    reloading ??= grants
      .read()
      .then((reading) => {
        adopt(reading)
        return reading
      })
      .finally(() => {
        reloading = undefined
      })
    return reloading
  }

  async function current(): Promise<GrantView> {
    try {
      const reading = await reload()
      return view ?? createView(reading, false, undefined)
    } catch (error) {
      // While the store is away, tokens that only this process holds are the newest there are.
      if (view?.unsaved) return view
      throw error
    }
  }

  function accessToken(refused?: AccessToken): Promise<AccessToken> {
    const token = usableToken(view)
    if (view?.promise === undefined || token === undefined) return obtain(anyGeneration)
    if (refused !== undefined && refused.value === token.value) return replace(refused)
    return maintain(view) ?? view.promise
  }

  /** Keeps a usable token fresh without making its caller wait, unless the background is off. */
  function maintain(known: GrantView): Promise<AccessToken> | undefined {
    if (ports.autoRefresh && isDue(known, due) && mayTryDue(known)) {
      sinceDueTry = startStopwatch(clock)
      const work = refreshDue(known)
      if (ports.background === 'off') return work.then(() => usableToken(view) ?? obtain(anyGeneration))
      if (ports.background !== 'detached') handOver(work, ports.background)
    } else if (known.reading.watch.elapsedMs() >= times.confirmMs && !isRecent(sinceLook)) {
      // Shows a disconnect elsewhere. While the store is away, valid tokens are still served.
      sinceLook = startStopwatch(clock)
      reload().catch(() => undefined)
    }
    return undefined
  }

  function mayTryDue(known: GrantView): boolean {
    if (refreshing !== undefined || !mayClaim(known) || !supply.suffices(known.reading.record)) return false
    return !isRecent(sinceDueTry)
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
    const known = await current()
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
    throw gaveUp({ generation: view?.reading.record?.generation ?? 0, durationMs: wait.elapsedMs() })
  }

  async function advance(beyond: number, mayRefresh: boolean): Promise<AccessToken> {
    const wait = startStopwatch(clock)
    let hasWaited = false
    let hasRenewed = false
    let lostClaims = 0
    for (let known = await current(); ;) {
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
        await nextChange([grants.subscribe, subscribe], { clock, random, limitMs: times.waitMs - facts.durationMs })
        known = await current()
        continue
      }
      if (mayRefresh && supply.canRevive(record)) {
        await supply.revive()
        known = await current()
        continue
      }
      demandRefreshable(record, about, { nowMs: storeNowMs(known), mayRefresh, isSupplied: supply.suffices(record) })
      if (hasRenewed && usableToken(known) === undefined) throw endedOnArrival(about)
      const kind = await tryRefresh(record, record.generation === beyond)
      hasRenewed ||= kind !== 'not_claimed'
      if (kind === 'not_claimed') lostClaims += 1
      // New tokens are not read again: the store may be away by now.
      known = kind === 'not_claimed' || view === undefined ? await current() : view
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
      if (isAuthError(error, 'reconnect') && supply.canRevive(view?.reading.record)) return 'not_claimed'
      throw error
    }
  }

  /** Runs one refresh, shared by everybody in this process who wants one now. */
  async function refreshOnce(record: GrantRecord, refused: boolean): Promise<RefreshResult> {
    const { generation } = record
    refreshing ??= refresher.refresh({ generation, refused, ...supply.exchangeFor(record) }).finally(() => {
      refreshing = undefined
    })
    const result = await refreshing
    adopt(result.reading, result.kind === 'unsaved')
    if (result.kind === 'unsaved') void adoptWhenSaved(result.saved)
    if (result.kind === 'failed') throw result.error
    return result
  }

  async function adoptWhenSaved(saved: Promise<Reading>): Promise<void> {
    adopt(await saved)
  }

  function subscribe(listener: () => void): () => void {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return {
    accessToken,
    reload,
    adopt: (reading) => adopt(reading),
    async refresh() {
      const { reading } = await current()
      await bounded(advance(reading.record?.generation ?? anyGeneration, true))
    },
    async status() {
      return statusOfView(await current())
    },
    async exportTokens() {
      const { reading } = await current()
      const record = demandRecord(reading.record, about)
      return toTokenSet(record.tokens, record.generation)
    },
    onChange: (listener) =>
      subscribe(() => {
        try {
          if (view !== undefined) listener(statusOfView(view))
        } catch {
          // A broken listener must not break a refresh.
        }
      }),
    idle: () => refresher.idle(),
  }
}

/** Lets the platform keep the process alive; where it refuses, the work is detached and the caller still served. */
function handOver(work: Promise<void>, keepAlive: (work: Promise<void>) => void): void {
  try {
    keepAlive(work)
  } catch {
    // Such as a waitUntil outside a request.
  }
}

function isRecent(since: Stopwatch | undefined): boolean {
  return since !== undefined && since.elapsedMs() < backgroundPauseMs
}

function statusOfView(known: GrantView): ConnectionStatus {
  return statusOf(known.reading, known.unsaved, storeNowMs(known))
}
