import { toAccessToken, type AccessToken } from '../access-token.ts'
import type { GrantRecord } from './grant-record.ts'
import type { Reading } from './grant-store.ts'
import { isBackingOff, isRenewable } from './steps.ts'

/** What a process last saw of a grant, ready to hand out. */
export interface GrantView {
  readonly reading: Reading
  /** The store does not hold this yet. */
  readonly unsaved: boolean
  readonly token?: AccessToken
  /** Made once per token, so that handing out a fresh one allocates nothing. */
  readonly promise?: Promise<AccessToken>
}

/** Makes the view of a reading, keeping the token object of the one before where nothing newer came. */
export function createView(reading: Reading, unsaved: boolean, before: GrantView | undefined): GrantView {
  const { record } = reading
  const value = record?.tokens.accessToken
  if (record === undefined || value === undefined) return { reading, unsaved }
  if (
    before?.token?.value === value &&
    before.promise !== undefined &&
    isSameGeneration(before.reading.record, record)
  ) {
    return { reading, unsaved, token: before.token, promise: before.promise }
  }
  const token = toAccessToken(value, record.tokens)
  return { reading, unsaved, token, promise: Promise.resolve(token) }
}

/** The store's clock as this process can tell it: never behind, so that nothing is used beyond its end. */
export function storeNowMs({ reading }: GrantView): number {
  return reading.nowMs + reading.watch.elapsedMs()
}

/** The token to use now: valid, not answered with 401, and not of a closed grant. */
export function usableToken(view: GrantView | undefined): AccessToken | undefined {
  const record = view?.reading.record
  if (view === undefined || record === undefined || record.state === 'closed' || record.refused) return undefined
  const { expiresAtMs } = record.tokens
  return expiresAtMs !== undefined && storeNowMs(view) >= expiresAtMs ? undefined : view.token
}

/** Tells whether it is time to refresh a token that is still valid. Unknown lifetime: only a 401 tells. */
export function isDue(view: GrantView, { windowMs, jitter }: { windowMs: number; jitter: number }): boolean {
  const { obtainedAtMs, expiresAtMs } = view.reading.record?.tokens ?? {}
  if (obtainedAtMs === undefined || expiresAtMs === undefined) return false
  const leadMs = Math.min(windowMs, (expiresAtMs - obtainedAtMs) / 4)
  return storeNowMs(view) >= expiresAtMs - leadMs * (1 + jitter)
}

/** Tells whether a refresh could be claimed now, as far as this view knows. */
export function mayClaim(view: GrantView): boolean {
  const { record } = view.reading
  return record?.state === 'active' && isRenewable(record) && !isBackingOff(record, storeNowMs(view))
}

/** Tells whether a claim is under way that nobody may end yet. */
export function isHeld(view: GrantView): boolean {
  const { record } = view.reading
  const claim = record?.state === 'claimed' ? record.claim : undefined
  if (claim === undefined) return false
  const nowMs = storeNowMs(view)
  return nowMs <= claim.deadlineMs && nowMs >= claim.atMs
}

/** Tells whether a reading is from before the view: readings may come back out of order. */
export function isOutdated(reading: Reading, view: GrantView | undefined): boolean {
  if (view === undefined) return false
  if (!view.unsaved) return reading.sequence < view.reading.sequence || isOvertaken(reading, view.reading)
  // Tokens that only this process holds are given up for a disconnect, not for the older ones the store still has.
  if (reading.record?.state === 'closed') return false
  const held = view.reading.record
  return reading.record?.lineage === held?.lineage && (reading.record?.generation ?? 0) < (held?.generation ?? 0)
}

/** Tells whether a write was followed by newer tokens before its answer came. */
function isOvertaken({ record, basedOn = Infinity }: Reading, known: Reading): boolean {
  return basedOn < known.sequence && (record?.generation ?? 0) < (known.record?.generation ?? 0)
}

/** Tells whether tokens that could not be saved are of no use any more: disconnected or replaced meanwhile. */
export function isSuperseded({ record }: Reading, view: GrantView | undefined): boolean {
  const known = view?.reading.record
  return known?.state === 'closed' || (known?.generation ?? 0) >= (record?.generation ?? 0)
}

/** Tells whether two views differ in anything a listener would want to know. */
export function isChange(before: GrantView | undefined, after: GrantView): boolean {
  const a = before?.reading.record
  const b = after.reading.record
  return (
    before?.unsaved !== after.unsaved ||
    !isSameGeneration(a, b) ||
    a?.state !== b?.state ||
    a?.retryAtMs !== b?.retryAtMs ||
    a?.unresolved !== b?.unresolved
  )
}

function isSameGeneration(a: GrantRecord | undefined, b: GrantRecord | undefined): boolean {
  return a?.lineage === b?.lineage && a?.generation === b?.generation
}
