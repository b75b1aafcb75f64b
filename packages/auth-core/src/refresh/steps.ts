import type { Claim, GrantRecord, GrantTokens, Renewal } from './grant-record.ts'
import { backoffMs, quietTimeMs, type Times } from './times.ts'

/** How a provider treats a refresh token that was used. `unknown` is handled as `strict`. */
export type Rotation = 'none' | 'strict' | 'unknown' | { readonly graceSeconds: number; readonly uses: number }

/** What the steps need to know of provider and times. */
export interface StepRules {
  readonly rotation: Rotation
  readonly introspectsRefreshTokens: boolean
  readonly times: Pick<Times, 'sendMs' | 'claimMs' | 'quietMs'>
}

/** The identity of the material a token request was made with. */
export interface Sent {
  readonly lineage: string
  readonly generation: number
  readonly refreshToken?: string
}

/** The part of a token answer that goes into the record. An unusable access token leaves the old one in place. */
export type NewTokens = { readonly usable: boolean } & Omit<
  GrantTokens,
  'obtainedAtMs' | 'expiresAtMs' | 'refreshTokenExpiresAtMs' | 'refreshTokenObtainedAtMs'
> & {
    readonly issuedAgoMs: number
    readonly lifetimeMs?: number
    readonly refreshTokenLifetimeMs?: number
  }

// Each step is pure: it gives the record to write, or undefined when it is not allowed. Whoever writes does so by
// compare-and-swap and tries again on conflict. The rules are section 3 of the refresh protocol (docs/architecture.md).

/** Takes the exclusive right to send one token request for `generation`. */
export function claim(
  record: GrantRecord,
  event: { id: string; generation: number; refused?: boolean },
  nowMs: number,
  rules: StepRules,
): GrantRecord | undefined {
  if (record.state !== 'active' || record.generation !== event.generation || nowMs < record.retryAtMs) return undefined
  if (!isRenewable(record) || hasMissedGrace(record, nowMs, rules)) return undefined
  return {
    ...record,
    state: 'claimed',
    sinceMs: nowMs,
    refused: record.refused || event.refused === true,
    claim: { id: event.id, generation: record.generation, atMs: nowMs, deadlineMs: nowMs + rules.times.claimMs },
  }
}

/** Tells whether a request for a newer token set is possible at all. */
export function isRenewable(record: GrantRecord): boolean {
  return record.renewal.grant !== 'refresh_token' || record.tokens.refreshToken !== undefined
}

/** The end of a claim without tokens, and how long the grant rests at least. */
export interface Ended {
  readonly claimId: string
  readonly restMs?: number
}

/** Gives the claim back after a request that was never sent or not processed. */
export function notConsumed(record: GrantRecord, event: Ended, nowMs: number): GrantRecord | undefined {
  const mine = claimOf(record, event.claimId)
  if (mine === undefined) return undefined
  return mine.generation === record.generation ? backOff(record, nowMs, event.restMs) : release(record, nowMs)
}

/** Ends the claim of a request whose outcome nobody knows. */
export function unknown(record: GrantRecord, event: Ended, nowMs: number, rules: StepRules): GrantRecord | undefined {
  const mine = claimOf(record, event.claimId)
  return mine && settleUnknown(record, mine, nowMs, rules, event.restMs)
}

/** Ends somebody's claim after its deadline, or when the store's clock stepped back behind its start. */
export function takeOver(record: GrantRecord, nowMs: number, rules: StepRules): GrantRecord | undefined {
  if (record.state !== 'claimed' || record.claim === undefined) return undefined
  const { atMs, deadlineMs } = record.claim
  return nowMs > deadlineMs || nowMs < atMs ? settleUnknown(record, record.claim, nowMs, rules) : undefined
}

/**
 * Puts off a presentation that was meant for a grace window and missed it: from here on as with a strict server. The
 * answer to the earlier presentation may still be on its way, and this one would destroy it.
 */
export function postpone(record: GrantRecord, nowMs: number, rules: StepRules): GrantRecord | undefined {
  if (record.state !== 'active' || nowMs < record.retryAtMs || !hasMissedGrace(record, nowMs, rules)) return undefined
  return { ...record, retryAtMs: quietEndMs(record, rules) }
}

/** Moves a back-off along with a store's clock that was set back: it would otherwise last until the old time returns. */
export function followClock(record: GrantRecord, nowMs: number): GrantRecord | undefined {
  if (record.state !== 'active' || nowMs >= record.sinceMs || nowMs >= record.retryAtMs) return undefined
  return { ...record, sinceMs: nowMs, retryAtMs: nowMs + Math.max(record.retryAtMs - record.sinceMs, 0) }
}

/** Tells whether a refresh has to wait for its time, as far as the clock can be believed. */
export function isBackingOff(record: GrantRecord, nowMs: number): boolean {
  return record.state === 'active' && nowMs < record.retryAtMs && nowMs >= record.sinceMs
}

/** Ends the grant after `invalid_grant`, unless a newer token set shows that only the race was lost. */
export function rejected(
  record: GrantRecord,
  event: { claimId: string; reason: string },
  nowMs: number,
): GrantRecord | undefined {
  const mine = claimOf(record, event.claimId)
  if (mine === undefined) return undefined
  return mine.generation === record.generation ? endGrant(record, event.reason, nowMs) : release(record, nowMs)
}

/** Saves a token answer, however late, while the record still holds what was sent. */
export function tokens(
  record: GrantRecord,
  event: { claimId: string; sent: Sent; answer: NewTokens },
  nowMs: number,
): GrantRecord | undefined {
  const { sent, answer } = event
  const holdsWhatWasSent =
    record.lineage === sent.lineage &&
    record.generation === sent.generation &&
    record.tokens.refreshToken === sent.refreshToken
  if (record.state === 'closed') return undefined
  if (!holdsWhatWasSent) return claimOf(record, event.claimId) && release(record, nowMs)
  const otherClaim = record.state === 'claimed' && record.claim?.id !== event.claimId
  // Each set has a generation of its own, so only this count slows down a server that never sends a usable one.
  const failures = answer.usable ? 0 : record.failures + 1
  const settled: GrantRecord = {
    ...(otherClaim ? record : release(record, nowMs)),
    generation: record.generation + 1,
    tokens: mergeTokens(record.tokens, answer, nowMs),
    unresolved: 0,
    failures,
    retryAtMs: answer.usable ? 0 : nowMs + backoffMs(failures),
    refused: answer.usable ? false : record.refused,
  }
  return without(settled, 'unresolvedSinceMs', 'reason')
}

/** Takes a saved access token out of use that turned out not to be trustworthy. The refresh token beside it stays. */
export function distrust(
  record: GrantRecord,
  suspect: { lineage: string; generation: number; failures: number },
  nowMs: number,
): GrantRecord | undefined {
  const { lineage, generation } = suspect
  if (record.state === 'closed' || record.lineage !== lineage || record.generation !== generation) return undefined
  // The tokens step has set the count back; it goes on from before, so that a server that never improves is left alone.
  const failures = suspect.failures + 1
  return { ...record, refused: true, failures, retryAtMs: nowMs + backoffMs(failures) }
}

/** Resolves doubt by what the server says of the stored refresh token. */
export function ask(
  record: GrantRecord,
  event: { active: boolean; generation: number; reason: string },
  nowMs: number,
  rules: StepRules,
): GrantRecord | undefined {
  if (!mayAsk(record, nowMs, rules) || record.generation !== event.generation) return undefined
  if (!event.active) return endGrant(record, event.reason, nowMs)
  return without({ ...record, unresolved: 0 }, 'unresolvedSinceMs')
}

/** Tells whether the server may be asked about the stored refresh token now. */
export function mayAsk(record: GrantRecord, nowMs: number, rules: StepRules): boolean {
  if (record.state !== 'active' || record.unresolved === 0 || !rules.introspectsRefreshTokens) return false
  // Inside a grace window the earlier answer may still be on its way; the token is presented again, not asked about.
  return nowMs >= record.retryAtMs && (!hasGrace(rules) || nowMs >= quietEndMs(record, rules))
}

/** Starts a new lineage: a person authorized, or a grant was imported. */
export function install(
  record: GrantRecord | undefined,
  event: { lineage: string; renewal: Renewal; answer?: NewTokens },
  nowMs: number,
): GrantRecord {
  const fresh: GrantRecord = {
    ...record,
    v: 1,
    lineage: event.lineage,
    generation: (record?.generation ?? 0) + 1,
    state: 'active',
    sinceMs: nowMs,
    renewal: event.renewal,
    tokens: event.answer ? mergeTokens({}, event.answer, nowMs) : {},
    retryAtMs: 0,
    failures: 0,
    unresolved: 0,
    refused: false,
  }
  return without(fresh, 'claim', 'unresolvedSinceMs', 'reason')
}

/** Erases the token material and leaves a tombstone against late answers. */
export function close(record: GrantRecord, nowMs: number): GrantRecord | undefined {
  if (record.state === 'closed') return undefined
  const tombstone: GrantRecord = {
    ...record,
    state: 'closed',
    sinceMs: nowMs,
    tokens: {},
    retryAtMs: 0,
    failures: 0,
    unresolved: 0,
    refused: false,
  }
  return without(tombstone, 'claim', 'unresolvedSinceMs', 'reason')
}

function claimOf(record: GrantRecord, claimId: string): Claim | undefined {
  return record.state === 'claimed' && record.claim?.id === claimId ? record.claim : undefined
}

function release(record: GrantRecord, nowMs: number): GrantRecord {
  return without({ ...record, state: 'active', sinceMs: nowMs }, 'claim')
}

function backOff(record: GrantRecord, nowMs: number, restMs = 0): GrantRecord {
  const failures = record.failures + 1
  return { ...release(record, nowMs), failures, retryAtMs: nowMs + Math.max(backoffMs(failures), restMs) }
}

function endGrant(record: GrantRecord, reason: string, nowMs: number): GrantRecord {
  return { ...release(record, nowMs), state: 'reauth', reason }
}

function settleUnknown(record: GrantRecord, ended: Claim, nowMs: number, rules: StepRules, restMs = 0): GrantRecord {
  if (ended.generation !== record.generation) return release(record, nowMs)
  if (rules.rotation === 'none' || record.tokens.refreshToken === undefined) return backOff(record, nowMs, restMs)
  const unresolved = record.unresolved + 1
  const unresolvedSinceMs = record.unresolvedSinceMs ?? ended.atMs
  const isForgiven = withinGrace(unresolved, unresolvedSinceMs, nowMs, rules)
  const quietMs = isForgiven ? 0 : quietTimeMs(unresolved, rules.times)
  return { ...release(record, nowMs), unresolved, unresolvedSinceMs, retryAtMs: nowMs + Math.max(quietMs, restMs) }
}

function withinGrace(unresolved: number, sinceMs: number, nowMs: number, rules: StepRules): boolean {
  if (typeof rules.rotation === 'string') return false
  // The next presentation leaves at most sendMs after its claim, so it still arrives inside the window.
  const lastStartMs = sinceMs + rules.rotation.graceSeconds * 1000 - rules.times.sendMs
  // Before its beginning, by a clock that was set back, nobody knows how much of the window is left.
  return unresolved <= rules.rotation.uses && nowMs >= sinceMs && nowMs < lastStartMs
}

function hasGrace({ rotation }: StepRules): boolean {
  return typeof rotation !== 'string'
}

function hasMissedGrace(record: GrantRecord, nowMs: number, rules: StepRules): boolean {
  if (!hasGrace(rules) || record.unresolved === 0 || nowMs >= quietEndMs(record, rules)) return false
  return !withinGrace(record.unresolved, record.unresolvedSinceMs ?? record.sinceMs, nowMs, rules)
}

/** When a strict server may see an unresolved token again; `sinceMs` is when its claim ended. */
function quietEndMs(record: GrantRecord, { times }: StepRules): number {
  return record.sinceMs + quietTimeMs(record.unresolved, times)
}

function mergeTokens(old: GrantTokens, answer: NewTokens, nowMs: number): GrantTokens {
  const {
    usable,
    issuedAgoMs,
    lifetimeMs,
    refreshTokenLifetimeMs,
    accessToken,
    refreshToken,
    scopes,
    extras,
    subject,
  } = answer
  const issuedAtMs = Math.floor(nowMs - issuedAgoMs)
  const merged: Record<string, unknown> = { ...old }
  if (usable && accessToken !== undefined) {
    merged['accessToken'] = accessToken
    merged['obtainedAtMs'] = issuedAtMs
    if (lifetimeMs === undefined) delete merged['expiresAtMs']
    else merged['expiresAtMs'] = issuedAtMs + Math.floor(lifetimeMs)
  }
  if (refreshToken !== undefined) {
    merged['refreshToken'] = refreshToken
    delete merged['refreshTokenObtainedAtMs']
    if (refreshTokenLifetimeMs === undefined) delete merged['refreshTokenExpiresAtMs']
    else merged['refreshTokenObtainedAtMs'] = issuedAtMs
  }
  if (refreshTokenLifetimeMs !== undefined)
    merged['refreshTokenExpiresAtMs'] = issuedAtMs + Math.floor(refreshTokenLifetimeMs)
  if (scopes !== undefined) merged['scopes'] = scopes
  if (subject !== undefined) merged['subject'] = subject
  if (extras !== undefined) merged['extras'] = { ...old.extras, ...extras }
  return merged as GrantTokens
}

function without<K extends keyof GrantRecord>(record: GrantRecord, ...keys: K[]): GrantRecord {
  const rest = { ...record }
  for (const key of keys) delete rest[key]
  return rest
}
