import type { Steps } from './configuration.ts'
import { shippedSteps, type GrantRecord } from './shipped-steps.ts'

// What most libraries do instead of a claim, in the vocabulary of the steps: `claim` takes the lock, `claim.deadlineMs`
// is its lifetime, every settling step releases it. Nothing is noted about requests without a known outcome.

/** Whoever finds the lock expired takes it, and has no doubt. */
function takeExpiredLock(record: GrantRecord, nowMs: number): GrantRecord | undefined {
  return record.claim !== undefined && nowMs > record.claim.deadlineMs ? unlocked(record) : undefined
}

function unlocked(record: GrantRecord): GrantRecord {
  const { claim: _, ...rest } = record
  return { ...rest, state: 'active', retryAtMs: 0 }
}

function isOwner(record: GrantRecord, claimId: string): boolean {
  return record.claim?.id === claimId
}

/** Saves what came back over whatever is there. */
function save(record: GrantRecord, event: Parameters<Steps['tokens']>[1], nowMs: number): GrantRecord | undefined {
  const { lineage, generation } = record
  const { refreshToken } = record.tokens
  const sent = { lineage, generation, ...(refreshToken === undefined ? {} : { refreshToken }) }
  return shippedSteps.tokens(unlocked(record), { ...event, sent }, nowMs)
}

/** A lock with a lifetime, without an owner. */
export const lockSteps: Steps = {
  ...shippedSteps,
  takeOver: takeExpiredLock,
  tokens: save,
  notConsumed: (record) => unlocked(record),
  unknown: (record) => unlocked(record),
  rejected: (record, { reason }) => ({ ...unlocked(record), state: 'reauth', reason }),
}

/** A lock with a lifetime and an owner; saving is conditional on still being the owner. */
export const ownedLockSteps: Steps = {
  ...shippedSteps,
  takeOver: takeExpiredLock,
  tokens: (record, event, nowMs) => (isOwner(record, event.claimId) ? save(record, event, nowMs) : undefined),
  notConsumed: (record, { claimId }) => (isOwner(record, claimId) ? unlocked(record) : undefined),
  unknown: (record, { claimId }) => (isOwner(record, claimId) ? unlocked(record) : undefined),
  rejected: (record, { claimId, reason }) =>
    isOwner(record, claimId) ? { ...unlocked(record), state: 'reauth', reason } : undefined,
}
