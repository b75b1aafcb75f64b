import { rulesOf, type Configuration } from './configuration.ts'
import { quietTimeMs, type GrantRecord } from './shipped-steps.ts'
import { left, type Presentation, type Spilled, type State } from './state.ts'

export type StepName =
  | 'claim'
  | 'tokens'
  | 'notConsumed'
  | 'unknown'
  | 'takeOver'
  | 'postpone'
  | 'rejected'
  | 'ask'
  | 'install'
  | 'close'
  | 'loss of the last write'

/** What an observer of a transition can see. The invariants look at nothing else but this and the states. */
export type Event =
  | {
      readonly kind: 'wrote'
      readonly step: StepName
      readonly before: GrantRecord
      readonly after: GrantRecord
      /** The writer's claim is older than the last install or close. */
      readonly isOutlived: boolean
      /** For a step that ends the grant: the server said so about this generation. */
      readonly endedGeneration?: number
    }
  | { readonly kind: 'claimed'; readonly after401: boolean; readonly beyond: number; readonly generation: number }
  | { readonly kind: 'presented'; readonly earlier?: Presentation; readonly nowMs: number }
  | { readonly kind: 'reuse'; readonly isProbe: boolean; readonly stillHeldBy: readonly string[] }
  | { readonly kind: 'cleared'; readonly spilled: Spilled }
  | { readonly kind: 'handed'; readonly worker: number; readonly before: number; readonly access: number }

export interface Change {
  readonly state: State
  readonly events: readonly Event[]
}

/** Stores a record and keeps the observers' books: who is out of date, what the presentations came to. */
export function write(
  state: State,
  configuration: Configuration,
  step: StepName,
  after: GrantRecord,
  about: { nowMs?: number; isOutlived?: boolean; endedGeneration?: number } = {},
): Change {
  const before = state.record
  // A claim ends at the instant its last step was computed for: the reading's, not the write's.
  const { nowMs = state.nowMs, isOutlived = false, endedGeneration } = about
  const mayBeLost = left(state, 'lostWrite') > 0
  return {
    state: {
      ...state,
      record: after,
      ...(mayBeLost ? { previous: before } : {}),
      workers: state.workers.map((worker) => (worker.isUpToDate ? { ...worker, isUpToDate: false } : worker)),
      presentations: settlePresentations(state, configuration, step, after, nowMs),
    },
    events: [
      { kind: 'wrote', step, before, after, isOutlived, ...(endedGeneration === undefined ? {} : { endedGeneration }) },
    ],
  }
}

/** The presentation of a claim is over when the claim leaves the record. */
function settlePresentations(
  state: State,
  configuration: Configuration,
  step: StepName,
  after: GrantRecord,
  nowMs: number,
): readonly Presentation[] {
  if (state.presentations.length === 0) return state.presentations
  const ended = state.record.claim?.id
  const isOver = ended !== undefined && after.claim?.id !== ended
  return state.presentations
    .map((one) => {
      if (step === 'ask' && one.generation === after.generation) return { ...one, unknowns: 0, notBeforeMs: nowMs }
      return isOver && one.isOpen && one.claimId === ended ? over(one, step, nowMs, configuration) : one
    })
    .filter((one) => one.isOpen || canStillMatter(one, state, after))
}

function over(one: Presentation, step: StepName, nowMs: number, configuration: Configuration): Presentation {
  const ended = { ...one, isOpen: false }
  if (step === 'notConsumed') return { ...ended, notBeforeMs: nowMs }
  if (step !== 'unknown' && step !== 'takeOver') return { ...ended, notBeforeMs: Infinity }
  const unknowns = one.unknowns + 1
  // The specified quiet time, computed here from the observer's own count. Only a strict server needs it.
  const quietMs = rulesOf(configuration).rotation === 'strict' ? quietTimeMs(unknowns, configuration.times) : 0
  return { ...ended, unknowns, notBeforeMs: nowMs + quietMs }
}

function canStillMatter(one: Presentation, state: State, after: GrantRecord): boolean {
  if (one.lineage === after.lineage && one.generation === after.generation) return true
  return state.workers.some(
    ({ attempt, phase }) =>
      (phase === 'claimed' || phase === 'checked') &&
      attempt?.sent.lineage === one.lineage &&
      attempt.sent.generation === one.generation,
  )
}
