import { toAccessToken, toTokenSet, type AccessToken, type TokenSet } from './access-token.ts'
import type { Clock } from './clock.ts'
import { statusOf, type ConnectionStatus } from './connection-status.ts'
import { AuthError } from './errors.ts'
import type { RefreshOutcome } from './events.ts'
import type { GrantRecord } from './refresh/grant-record.ts'
import type { GrantStore, Reading } from './refresh/grant-store.ts'
import type { Refresher, RefreshResult } from './refresh/refresher.ts'
import { isRenewable } from './refresh/steps.ts'
import type { Times } from './refresh/times.ts'
import { pause, startStopwatch } from './stopwatch.ts'

/** Where work may live that nobody waits for. `off`: a due refresh is awaited by the call that found it due. */
export type Background = 'detached' | 'off' | ((work: Promise<void>) => void)

export interface SessionPorts {
  readonly providerId: string
  readonly account: string
  readonly grants: GrantStore
  readonly refresher: Refresher
  readonly clock: Clock
  readonly random: () => number
  readonly times: Times
  readonly autoRefresh: boolean
  readonly background: Background
  report(outcome: RefreshOutcome, facts: { generation: number; durationMs: number; error?: AuthError }): void
}

/** This process's view of one stored grant: what it last saw, who waits for it, and the one refresh under way. */
export interface GrantSession {
  accessToken(refused?: AccessToken): Promise<AccessToken>
  refresh(): Promise<void>
  reload(): Promise<Reading>
  /** Takes a record over that this process has just written. */
  adopt(reading: Reading): void
  status(): Promise<ConnectionStatus>
  exportTokens(): Promise<TokenSet>
  onChange(listener: (status: ConnectionStatus) => void): () => void
  idle(): Promise<void>
}

interface View {
  readonly reading: Reading
  readonly unsaved: boolean
  readonly token?: AccessToken
  /** Made once per token, so that handing out a fresh one allocates nothing. */
  readonly promise?: Promise<AccessToken>
}

const shortestPollMs = 20
const longestPollMs = 250
const anyGeneration = -1

export function createGrantSession(ports: SessionPorts): GrantSession {
  const { grants, refresher, clock, times, random } = ports
  const jitter = 1 + random() * 0.1
  const listeners = new Set<(status: ConnectionStatus) => void>()
  const wakeUps = new Set<() => void>()
  const advancing = new Map<number, Promise<AccessToken>>()
  let view: View | undefined
  let reloading: Promise<Reading> | undefined
  let refreshing: Promise<RefreshResult> | undefined
  let duePause = startStopwatch(clock)
  let dueTried = false

  function nowMs(reading: Reading): number {
    return reading.nowMs + reading.watch.elapsedMs()
  }

  function usable(current: View | undefined): AccessToken | undefined {
    const record = current?.reading.record
    if (record === undefined || record.state === 'closed' || record.refused) return undefined
    const { expiresAtMs } = record.tokens
    if (expiresAtMs !== undefined && current !== undefined && nowMs(current.reading) >= expiresAtMs) return undefined
    return current?.token
  }

  function isDue({ reading }: View): boolean {
    const { obtainedAtMs, expiresAtMs } = reading.record?.tokens ?? {}
    // Unknown lifetime: no early refresh, only after a 401.
    if (obtainedAtMs === undefined || expiresAtMs === undefined) return false
    const lead = Math.min(times.windowMs, (expiresAtMs - obtainedAtMs) / 4) * jitter
    return nowMs(reading) >= expiresAtMs - lead
  }

  function adopt(reading: Reading, unsaved = false): void {
    const before = view
    if (before !== undefined && isOlder(reading, before)) return
    const { record } = reading
    const value = record?.tokens.accessToken
    const same =
      before?.token !== undefined && before.token.value === value && sameTokens(before.reading.record, record)
    const token =
      value === undefined || record === undefined
        ? undefined
        : same
          ? before?.token
          : toAccessToken(value, record.tokens)
    const promise = token === undefined ? undefined : token === before?.token ? before.promise : Promise.resolve(token)
    view = { reading, unsaved, ...(token && promise ? { token, promise } : {}) }
    if (isSameState(before?.reading.record, record) && before?.unsaved === unsaved) return
    for (const wake of wakeUps) wake()
    if (listeners.size === 0) return
    const status = statusOf(reading, unsaved, nowMs(reading))
    for (const listener of listeners) listener(status)
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

  function accessToken(refused?: AccessToken): Promise<AccessToken> {
    const current = view
    const token = usable(current)
    if (token === undefined || current?.promise === undefined) return advance(anyGeneration)
    if (refused !== undefined && refused.value === token.value) return replace(refused)
    return maintain(current) ?? current.promise
  }

  /** Keeps a usable token fresh without making its caller wait, unless the background is off. */
  function maintain(current: View): Promise<AccessToken> | undefined {
    if (ports.autoRefresh && isDue(current) && mayTryDue(current)) {
      dueTried = true
      duePause = startStopwatch(clock)
      const work = refreshDue(current)
      if (ports.background === 'off') return work.then(() => usable(view) ?? advance(anyGeneration))
      if (typeof ports.background === 'function') ports.background(work)
    } else if (current.reading.watch.elapsedMs() >= times.confirmMs && reloading === undefined) {
      // A hint only: while the store is away, valid tokens are still served.
      reload().catch(() => undefined)
    }
    return undefined
  }

  function mayTryDue({ reading }: View): boolean {
    const { record } = reading
    if (record?.state !== 'active' || !isRenewable(record) || nowMs(reading) < record.retryAtMs) return false
    return refreshing === undefined && (!dueTried || duePause.elapsedMs() >= Math.min(times.confirmMs, 1_000))
  }

  async function refreshDue(current: View): Promise<void> {
    const generation = current.reading.record?.generation ?? 0
    const watch = startStopwatch(clock)
    try {
      await attempt(generation, false)
    } catch (error) {
      // The token in hand is still valid: the failure is reported and tried again later.
      const facts = { generation, durationMs: watch.elapsedMs() }
      ports.report('served_valid', error instanceof AuthError ? { ...facts, error } : facts)
    }
  }

  /** An API answered 401 to the current token: gives a newer one, or the same if it may not be replaced yet. */
  async function replace(refused: AccessToken): Promise<AccessToken> {
    const { record, nowMs: storeNowMs } = await reload()
    const token = usable(view)
    if (token !== undefined && token.value !== refused.value) return token
    if (token !== undefined && storeNowMs - (record?.tokens.obtainedAtMs ?? 0) < times.refusedAgeMs) return token
    return advance(record?.generation ?? anyGeneration)
  }

  /** Gives a usable token of a generation above `beyond`; all callers of this process share one run. */
  function advance(beyond: number): Promise<AccessToken> {
    const running = advancing.get(beyond)
    if (running !== undefined) return running
    const run = obtain(beyond).finally(() => advancing.delete(beyond))
    advancing.set(beyond, run)
    return run
  }

  async function obtain(beyond: number, byHand = false): Promise<AccessToken> {
    const wait = startStopwatch(clock)
    let joined = false
    for (;;) {
      await reload()
      const record = demand(view)
      const token = usable(view)
      if (token !== undefined && record.generation > beyond) {
        if (joined) ports.report('joined', { generation: record.generation, durationMs: wait.elapsedMs() })
        return token
      }
      if (wait.elapsedMs() >= times.waitMs) throw waitedTooLong(record, wait.elapsedMs())
      if (isHeldByOther(record)) {
        joined = true
        await nextChange(times.waitMs - wait.elapsedMs())
        continue
      }
      checkRenewable(record, byHand)
      await attempt(record.generation, beyond === record.generation)
    }
  }

  function isHeldByOther(record: GrantRecord): boolean {
    const claim = record.state === 'claimed' ? record.claim : undefined
    if (claim === undefined || view === undefined) return false
    const now = nowMs(view.reading)
    return now <= claim.deadlineMs && now >= claim.atMs
  }

  function demand(current: View | undefined): GrantRecord {
    const record = current?.reading.record
    if (record !== undefined && record.state !== 'closed') return record
    throw fail('not_connected', record === undefined ? 'is not connected' : 'was disconnected', 'Authorize it first.')
  }

  function checkRenewable(record: GrantRecord, byHand: boolean): void {
    if (record.state === 'reauth') {
      throw fail(
        'reconnect',
        `has to be authorized again (${record.reason ?? 'ended by the provider'})`,
        'Let the person sign in.',
      )
    }
    if (!isRenewable(record)) {
      throw fail('reconnect', 'has no refresh token and its access token has ended', 'Let the person sign in.')
    }
    if (!ports.autoRefresh && !byHand) {
      throw fail(
        'access_token_expired',
        'has an access token that ended, and autoRefresh is off',
        'Call connection.refresh().',
      )
    }
    const now = view === undefined ? 0 : nowMs(view.reading)
    if (record.state === 'active' && now < record.retryAtMs) {
      throw fail(
        'backing_off',
        `waits ${Math.ceil((record.retryAtMs - now) / 1000)} s after a failed refresh`,
        'Try again then.',
        {
          retryAtMs: record.retryAtMs,
        },
      )
    }
  }

  /** Runs one refresh, shared by everybody in this process who wants one now. */
  async function attempt(generation: number, refused: boolean): Promise<void> {
    refreshing ??= refresher.refresh({ generation, refused }).finally(() => {
      refreshing = undefined
    })
    const result = await refreshing
    adopt(result.reading, result.kind === 'unsaved')
    if (result.kind === 'unsaved')
      void result.saved.then(
        (reading) => adopt(reading),
        () => undefined,
      )
    if (result.kind === 'failed') throw result.error
  }

  /** Resolves at the next notice of a change, or when it is time to look again. */
  async function nextChange(limitMs: number): Promise<void> {
    const pollMs = Math.min(shortestPollMs + random() * (longestPollMs - shortestPollMs), limitMs)
    let wake = (): void => undefined
    const noticed = new Promise<void>((resolve) => {
      wake = resolve
    })
    wakeUps.add(wake)
    const unsubscribe = grants.subscribe(wake)
    await Promise.race([noticed, pause(clock, pollMs)])
    unsubscribe()
    wakeUps.delete(wake)
  }

  function waitedTooLong(record: GrantRecord, durationMs: number): AuthError {
    const error = fail('wait_timeout', 'is being refreshed elsewhere and that did not end in time', 'Try again.')
    ports.report('wait_timeout', { generation: record.generation, durationMs, error })
    return error
  }

  function fail(
    code: AuthError['code'],
    what: string,
    advice: string,
    details: { retryAtMs?: number } = {},
  ): AuthError {
    const { providerId, account } = ports
    const message = `The connection of "${account}" to "${providerId}" ${what}. ${advice}`
    return new AuthError(code, message, { provider: providerId, account, ...details })
  }

  return {
    accessToken,
    reload,
    adopt: (reading) => adopt(reading),
    async refresh() {
      const { record } = await reload()
      await obtain(record?.generation ?? anyGeneration, true)
    },
    async status() {
      await reload()
      const current = view
      return current === undefined
        ? statusOf(await reload(), false, 0)
        : statusOf(current.reading, current.unsaved, nowMs(current.reading))
    },
    async exportTokens() {
      await reload()
      const record = demand(view)
      return toTokenSet(record.tokens, record.generation)
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    idle: () => refresher.idle(),
  }
}

function isOlder(reading: Reading, before: View): boolean {
  const known = before.reading.record
  // Tokens that only this process holds yet are not given up for the older ones the store still has.
  if (before.unsaved)
    return reading.record?.lineage === known?.lineage && (reading.record?.generation ?? 0) < (known?.generation ?? 0)
  return reading.sequence < before.reading.sequence
}

function sameTokens(a: GrantRecord | undefined, b: GrantRecord | undefined): boolean {
  return a?.lineage === b?.lineage && a?.generation === b?.generation
}

function isSameState(a: GrantRecord | undefined, b: GrantRecord | undefined): boolean {
  return sameTokens(a, b) && a?.state === b?.state && a?.retryAtMs === b?.retryAtMs && a?.unresolved === b?.unresolved
}
