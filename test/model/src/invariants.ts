import type { Event } from './change.ts'
import { happened, isWanted, nameOf, type State } from './state.ts'
import { isCurrent } from './provider.ts'
import type { Configuration, Happening } from './configuration.ts'
import type { GrantRecord } from './shipped-steps.ts'

export type SafetyName = 'S1' | 'S2' | 'S3' | 'S4' | 'S5' | 'S6' | 'S7' | 'S8' | 'S9' | 'S10' | 'E1' | 'E2' | 'L3'
export type LivenessName = 'L1' | 'L2'
export type InvariantName = SafetyName | LivenessName

/** One transition as the invariants see it. */
export interface Step {
  readonly before: State
  readonly after: State
  readonly events: readonly Event[]
  readonly configuration: Configuration
}

/** Says what is wrong, or nothing. */
type Check = (step: Step) => string | undefined

export interface SafetyInvariant {
  readonly name: SafetyName
  readonly meaning: string
  readonly check: Check
}

type EventOf<K extends Event['kind']> = Extract<Event, { kind: K }>

function onEach<K extends Event['kind']>(kind: K, check: (event: EventOf<K>, step: Step) => string | undefined): Check {
  return (step) => {
    for (const event of step.events) {
      const wrong = event.kind === kind ? check(event as EventOf<K>, step) : undefined
      if (wrong !== undefined) return wrong
    }
    return undefined
  }
}

/** Section 8: something happened that no protocol can mask. */
const isForgiven = ({ after, configuration }: Step, ...faults: Happening[]): boolean =>
  configuration.forgives && happened(after, configuration, ...faults)

const mayGoBack = (step: Step): boolean => isForgiven(step, 'lostWrite')

const spacedPresentations = onEach('presented', ({ earlier, nowMs }, step) => {
  if (earlier === undefined || mayGoBack(step)) return undefined
  if (earlier.isOpen) return 'the claim of its previous presentation has not ended'
  return nowMs < earlier.notBeforeMs ? 'the quiet time of its previous presentation is not over' : undefined
})

const forwardOnly = onEach('wrote', ({ step, before, after }) => {
  if (step === 'loss of the last write') return undefined
  if (after.generation < before.generation) return `generation ${before.generation} became ${after.generation}`
  const older = issueNumber(after) < issueNumber(before) && after.state !== 'closed'
  return older ? `${before.tokens.refreshToken} was replaced by the older ${after.tokens.refreshToken}` : undefined
})

const nothingLost: Check = (step) => {
  const { after, events } = step
  if (isForgiven(step, 'crash', 'lost', 'suspension', 'lostWrite')) return undefined
  if (events.some(({ kind }) => kind === 'reuse')) return 'reuse detection was triggered'
  if (after.record.state === 'reauth') return 'the grant was lost'
  const { refreshToken } = after.record.tokens
  const isAtRest = after.strays.length === 0 && after.workers.every(({ phase }) => phase === 'idle')
  if (!isAtRest || after.record.state === 'closed' || isCurrent(after.provider, refreshToken)) return undefined
  return `at rest the store holds ${refreshToken}, which is not the provider's current one`
}

const reuseOnlyByProbe = onEach('reuse', ({ isProbe }, step) =>
  isProbe || mayGoBack(step) ? undefined : 'a presentation that was no probe triggered reuse detection',
)

const probeDestroysNothing = onEach('reuse', ({ stillHeldBy }, step) =>
  stillHeldBy.length === 0 || mayGoBack(step) ? undefined : `what it destroyed was still held by ${stillHeldBy.join()}`,
)

const earlierClaimsAreDead = onEach('wrote', ({ step, isOutlived }, seen) =>
  isOutlived && !mayGoBack(seen) ? `"${step}" of an earlier claim changed the record` : undefined,
)

const endedOnlyByWord = onEach('wrote', ({ step, before, after, endedGeneration }) => {
  if (after.state !== 'reauth' || before.state === 'reauth' || step === 'loss of the last write') return undefined
  return endedGeneration === before.generation ? undefined : `"${step}" ended generation ${before.generation} unasked`
})

const callersGoForward = onEach('handed', ({ worker, before, access }, step) =>
  access >= before || mayGoBack(step) ? undefined : `${nameOf(worker)} handed out A${access} after A${before}`,
)

const onlyTokensChangeTokens = onEach('wrote', ({ step, before, after }) => {
  if (['tokens', 'install', 'close', 'loss of the last write'].includes(step)) return undefined
  return JSON.stringify(before.tokens) === JSON.stringify(after.tokens) ? undefined : `"${step}" changed token fields`
})

const clearedWhenOfNoUse = onEach('cleared', ({ spilled: { attempt, answer } }, step) => {
  const { record, provider } = step.after
  if (record.state === 'closed' || record.lineage !== attempt.sent.lineage || mayGoBack(step)) return undefined
  const { refreshToken } = answer
  const isLost = isCurrent(provider, refreshToken) && !isCurrent(provider, record.tokens.refreshToken)
  return isLost ? `${refreshToken} left the spill, and the store holds none that is good` : undefined
})

const takenOverOnlyFromTheGone = onEach('wrote', ({ step }, { after, configuration }) =>
  step !== 'takeOver' || happened(after, configuration, 'crash', 'suspension', 'lostWrite')
    ? undefined
    : 'the claim of a worker that was neither gone nor suspended was taken over',
)

const old401sAreHarmless = onEach('claimed', ({ after401, beyond, generation }) =>
  after401 && beyond < generation ? `a 401 to generation ${beyond} refreshed generation ${generation}` : undefined,
)

const waitsEnd: Check = ({ after, configuration }) => {
  const { waitMs } = configuration.times
  // A process that sleeps returns nothing; that is no fault of the waiting.
  const index = after.workers.findIndex(
    ({ phase, hasSlept, sinceMs }) => phase === 'waiting' && !hasSlept && after.nowMs > sinceMs + waitMs,
  )
  return index < 0 ? undefined : `${nameOf(index)}'s caller still waits after ${waitMs / 1_000} s`
}

/** Section 7 of the refresh protocol, what the spill adds to it (S10), and two facts its proof leans on (E1, E2). */
export const safetyInvariants: readonly SafetyInvariant[] = [
  {
    name: 'S1',
    meaning:
      'Within a generation the refresh token is presented again only after the previous presentation is known not ' +
      'consumed, or its quiet time has passed since its claim ended.',
    check: spacedPresentations,
  },
  {
    name: 'S2',
    meaning: 'The generation never decreases, and a stored refresh token is never replaced by an older one.',
    check: forwardOnly,
  },
  {
    name: 'S3',
    meaning:
      'Without crash, lost answer or suspension no grant is lost, reuse detection is never triggered, and at rest the ' +
      "stored token is the provider's current one.",
    check: nothingLost,
  },
  { name: 'S4', meaning: 'Reuse detection is triggered only by a probe.', check: reuseOnlyByProbe },
  {
    name: 'S5',
    meaning: 'A probe destroys nothing that the store, the spill or a process that was never suspended still holds.',
    check: probeDestroysNothing,
  },
  {
    name: 'S6',
    meaning: 'After an install or a close no earlier claim changes the record.',
    check: earlierClaimsAreDead,
  },
  {
    name: 'S7',
    meaning: 'A grant ends only by invalid_grant for the stored generation, by introspection, or by a person.',
    check: endedOnlyByWord,
  },
  { name: 'S8', meaning: 'No caller gets an access token older than one it already got.', check: callersGoForward },
  { name: 'S9', meaning: 'No outcome but tokens changes token fields.', check: onlyTokensChangeTokens },
  {
    name: 'S10',
    meaning: 'A refresh token leaves the spill only when the store holds one that is good, or when none is.',
    check: clearedWhenOfNoUse,
  },
  {
    name: 'E1',
    meaning: 'Only the claim of a worker that crashed or was suspended is ever taken over.',
    check: takenOverOnlyFromTheGone,
  },
  { name: 'E2', meaning: 'A late 401 to an older access token starts no refresh.', check: old401sAreHarmless },
  { name: 'L3', meaning: 'A waiting caller returns within W.', check: waitsEnd },
]

export interface LivenessInvariant {
  readonly name: LivenessName
  readonly meaning: string
  /** Every history without further faults has to come to such a state. */
  readonly isGoal: (state: State) => boolean
}

export const livenessInvariants: readonly LivenessInvariant[] = [
  {
    name: 'L1',
    meaning: 'Nothing that anybody needs stays claimed for ever.',
    isGoal: (state) => state.record.state !== 'claimed' || !isWanted(state),
  },
  {
    name: 'L2',
    meaning: 'A due grant comes to a new generation, or a person is told to authorize again.',
    isGoal: (state) => !isWanted(state) || state.record.state === 'reauth',
  },
]

function issueNumber({ tokens: { refreshToken } }: GrantRecord): number {
  return Number(refreshToken?.slice(refreshToken.indexOf('.') + 1) ?? 0)
}

/** Every invariant with its meaning, safety first. */
export const invariants: readonly { readonly name: InvariantName; readonly meaning: string }[] = [
  ...safetyInvariants,
  ...livenessInvariants,
]
