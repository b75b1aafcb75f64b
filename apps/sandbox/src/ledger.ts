import { createLedgerChanges, type LedgerChanges } from './ledger-changes.ts'
import { SandboxError } from './sandbox-error.ts'
import type { Kept } from './state/kept.ts'
import type { VendorId } from './vendor.ts'

export type CallKind =
  | 'metadata'
  | 'authorize'
  | 'device'
  | 'token'
  | 'revoke'
  | 'introspect'
  | 'identity'
  | 'api'
  | 'batch'
  | 'unknown'

/** What the server made of a refresh token that was presented; `not_judged`: it never looked at it. */
export type RefreshVerdict =
  | 'current'
  | 'spent_in_grace'
  | 'reuse'
  | 'revoked'
  | 'expired'
  | 'wrong_client'
  | 'unknown'
  | 'not_judged'

/** Where a token belongs: its family (one per authorization) and its number within the family. */
export interface TokenTrace {
  /** Keyed hash of the token. */
  readonly hash: string
  readonly family?: string
  readonly generation?: number
}

export interface RefreshPresentation extends TokenTrace {
  readonly verdict: RefreshVerdict
}

/** How far a call got: `held` waits for a release or for its time, `lost` got no byte of an answer, `cut` got half of one. */
export type CallStage = 'arrived' | 'held' | 'answered' | 'lost' | 'cut'

/** One call, as it was asked and answered. Secrets stand here only as keyed hashes. */
export interface LedgerEntry {
  readonly seq: number
  readonly atMs: number
  /** Who was asked; absent where nobody answers. */
  readonly vendor?: VendorId
  readonly kind: CallKind
  /** The name of the API's specification, such as `goto-admin`; absent where no API was asked. */
  readonly api?: string
  /** The operation id of the API's specification, the name of the OAuth endpoint, or `unknown`. */
  readonly operation: string
  readonly method: string
  readonly path: string
  /** The number of the batch that the call is a part of. */
  readonly batch?: number
  stage: CallStage
  clientId?: string
  account?: string
  grantType?: string
  /** The refresh token that was presented for new tokens. */
  presented?: RefreshPresentation
  /** The access token that was presented. */
  bearer?: TokenTrace
  /** The token that a revocation or introspection is about. */
  subject?: TokenTrace
  issuedAccessToken?: TokenTrace
  issuedRefreshToken?: TokenTrace
  /** The id of the fault that struck. */
  fault?: string
  /** Whether the played vendor did what was asked, whatever became of the answer. */
  processed: boolean
  status?: number
  /** The vendor's error code, if the answer was an error. */
  error?: string
  answeredAtMs?: number
}

/** Picks entries: all named members must be equal. */
export interface LedgerMatch {
  readonly vendor?: VendorId
  readonly kind?: CallKind
  readonly api?: string
  readonly operation?: string
  readonly stage?: CallStage
  readonly clientId?: string
  readonly account?: string
  readonly grantType?: string
  readonly status?: number
  /** Only entries after this sequence number. */
  readonly afterSeq?: number
}

export interface LedgerSummary {
  readonly calls: number
  /** Calls of the token endpoint, whatever they asked for and whatever was answered. */
  readonly tokenRequests: number
  readonly refreshRequests: number
  /** Presentations of a refresh token that was spent, outside any grace. */
  readonly reuse: number
  readonly spentInGrace: number
  readonly invalidGrant: number
  readonly families: number
  readonly apiCalls: number
  readonly apiByStatus: Readonly<Record<string, number>>
  readonly lost: number
  readonly cut: number
  readonly faults: number
}

export type LedgerPredicate = (entry: LedgerEntry) => boolean

export interface Ledger {
  /** All calls in the order in which they arrived. */
  entries(match?: LedgerMatch): LedgerEntry[]
  summary(match?: LedgerMatch): LedgerSummary
  /**
   * Resolves with the first entry that fits, now or later. Fails with `wait_timeout` after `timeoutMs` of real time,
   * 30 s if not given.
   */
  waitFor(match: LedgerMatch | LedgerPredicate, timeoutMs?: number): Promise<LedgerEntry>
}

export interface LedgerBook extends Ledger, Kept {
  open(
    call: Pick<LedgerEntry, 'atMs' | 'vendor' | 'kind' | 'api' | 'operation' | 'method' | 'path' | 'batch'>,
  ): LedgerEntry
  /** Tells waiters and followers that an entry changed. */
  changed(entry: LedgerEntry): void
  /** Follows the book, beyond what a caller of this process needs. */
  readonly changes: Pick<LedgerChanges, 'follow'>
  close(): void
}

interface Waiter {
  readonly fits: LedgerPredicate
  readonly found: (entry: LedgerEntry) => void
  readonly failed: (error: SandboxError) => void
}

export function createLedger(): LedgerBook {
  let book: LedgerEntry[] = []
  const waiters = new Set<Waiter>()
  const changes = createLedgerChanges()

  function tellWaiters(entry: LedgerEntry): void {
    for (const waiter of waiters) {
      if (!waiter.fits(entry)) continue
      waiters.delete(waiter)
      waiter.found(structuredClone(entry))
    }
  }

  function waitFor(match: LedgerMatch | LedgerPredicate, timeoutMs: number = 30_000): Promise<LedgerEntry> {
    const fits = typeof match === 'function' ? match : (entry: LedgerEntry) => fitsMatch(entry, match)
    const present = book.find(fits)
    if (present !== undefined) return Promise.resolve(structuredClone(present))
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        waiters.delete(waiter)
        waiter.failed(new SandboxError('wait_timeout', `No such call within ${timeoutMs} ms: ${describe(match)}.`))
      }, timeoutMs)
      const waiter: Waiter = {
        fits,
        found: (entry) => {
          clearTimeout(late)
          resolve(entry)
        },
        failed: (error) => {
          clearTimeout(late)
          reject(error)
        },
      }
      waiters.add(waiter)
    })
  }

  const select = (match: LedgerMatch = {}): LedgerEntry[] => book.filter((entry) => fitsMatch(entry, match))

  return {
    entries: (match) => structuredClone(select(match)),
    summary: (match) => summarize(select(match)),
    waitFor,
    changes,
    changed(entry) {
      changes.changed(entry)
      tellWaiters(entry)
    },
    open(call) {
      const entry: LedgerEntry = { seq: book.length + 1, ...call, stage: 'arrived', processed: false }
      book.push(entry)
      changes.add(entry)
      tellWaiters(entry)
      return entry
    },
    save: () => book,
    load(saved) {
      book = saved as LedgerEntry[]
      changes.restart()
      for (const entry of book) changes.add(entry)
    },
    reset() {
      book = []
      changes.restart()
    },
    close() {
      for (const waiter of waiters) waiter.failed(new SandboxError('sandbox_closed', 'The sandbox was closed.'))
      waiters.clear()
      changes.end()
    },
  }
}

function describe(match: LedgerMatch | LedgerPredicate): string {
  return typeof match === 'function' ? 'a predicate' : JSON.stringify(match)
}

function fitsMatch(entry: LedgerEntry, match: LedgerMatch): boolean {
  const { afterSeq = 0, ...equal } = match
  if (entry.seq <= afterSeq) return false
  return Object.entries(equal).every(([key, value]) => value === undefined || entry[key as keyof LedgerEntry] === value)
}

/** What the vendors call a code or token that is no good. */
const invalidGrantCodes: readonly string[] = ['invalid_grant', 'invalid_refresh_token']

function summarize(entries: readonly LedgerEntry[]): LedgerSummary {
  const count = (fits: LedgerPredicate): number => entries.filter(fits).length
  const apiByStatus: Record<string, number> = {}
  const families = new Set<string>()
  for (const entry of entries) {
    if (entry.kind === 'api' && entry.stage === 'answered') {
      const status = String(entry.status)
      apiByStatus[status] = (apiByStatus[status] ?? 0) + 1
    }
    if (entry.issuedAccessToken?.family !== undefined) families.add(entry.issuedAccessToken.family)
  }
  return {
    calls: entries.length,
    tokenRequests: count((entry) => entry.kind === 'token'),
    refreshRequests: count((entry) => entry.grantType === 'refresh_token'),
    reuse: count((entry) => entry.presented?.verdict === 'reuse'),
    spentInGrace: count((entry) => entry.presented?.verdict === 'spent_in_grace'),
    invalidGrant: count((entry) => entry.kind === 'token' && invalidGrantCodes.includes(entry.error ?? '')),
    families: families.size,
    apiCalls: count((entry) => entry.kind === 'api'),
    apiByStatus,
    lost: count((entry) => entry.stage === 'lost'),
    cut: count((entry) => entry.stage === 'cut'),
    faults: count((entry) => entry.fault !== undefined),
  }
}
