import type { RecordFacts } from '@grantkit/history'

/** The steps of the protocol, as they show in the store. */
export const steps = [
  'install',
  'claim',
  'tokens',
  'not consumed',
  'unknown',
  'take over',
  'rejected',
  'release',
  'ask, active',
  'ask, inactive',
  'postpone',
  'follow clock',
  'distrust',
  'close',
] as const
export type StepName = (typeof steps)[number]

/** Tells which steps lead from one value of the record to the next. */
export function stepBetween(before: RecordFacts | undefined, after: RecordFacts): StepName[] {
  if (before === undefined || (before.lineage !== after.lineage && after.state !== 'closed')) return ['install']
  if (after.state === 'closed') return ['close']
  if (after.generation > before.generation) return ['tokens']
  if (after.state === 'reauth') return [before.state === 'claimed' ? 'rejected' : 'ask, inactive']
  if (after.claim !== undefined && after.claim.id !== before.claim?.id) {
    return before.state === 'claimed' ? ['take over', 'claim'] : ['claim']
  }
  if (before.state === 'claimed') return [endOfClaim(before, after)]
  if (after.unresolved < before.unresolved) return ['ask, active']
  if (after.refused && !before.refused) return ['distrust']
  return [after.sinceMs < before.sinceMs ? 'follow clock' : 'postpone']
}

function endOfClaim(before: RecordFacts, after: RecordFacts): StepName {
  const { claim } = before
  const isOver = claim !== undefined && (after.sinceMs > claim.deadlineMs || after.sinceMs < claim.atMs)
  if (isOver) return 'take over'
  if (after.unresolved > before.unresolved) return 'unknown'
  return after.failures > before.failures ? 'not consumed' : 'release'
}
