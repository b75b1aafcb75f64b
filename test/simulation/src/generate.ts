import { defaultTimes, type Times } from '@grantkit/auth-core'
import { createRandom, type Random } from './random.ts'
import { answerFaults, moments, storeFaults } from './scenario.ts'
import type { AnswerFault, CallKind, Happening, Moment, Scenario, StoreStep } from './scenario.ts'

/** A fifth of the defaults: the same order, fewer looks at the store while somebody waits. */
const shortTimes: Times = {
  sendMs: 1_000,
  requestMs: 6_000,
  saveMs: 1_000,
  claimMs: 9_000,
  quietMs: 12_000,
  waitMs: 9_000,
  windowMs: 15_000,
  confirmMs: 1_000,
  refusedAgeMs: 12_000,
}

/** Makes the scenario of a seed: always the same one. */
export function generateScenario(seed: number): Scenario {
  const random = createRandom(seed)
  const times = random.chance(0.05) ? defaultTimes : shortTimes
  const lifetimeMs = random.chance(0.1) ? undefined : times.windowMs * random.pick([4, 8])
  const frame = {
    seed,
    rotation: random.pick(rotations),
    introspects: random.chance(0.25),
    serverErrorMeansNotProcessed: random.chance(0.15),
    revocationEndsGrant: random.chance(0.6),
    checksIdTokens: random.chance(0.1),
    ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
    times,
    background: random.chance(0.3) ? ('off' as const) : ('detached' as const),
    notifies: random.chance(0.6),
    spills: random.chance(0.3),
  }
  const focus: Focus = {
    random,
    times,
    processes: random.between(1, 4),
    momentsMs: momentsOf(random, lifetimeMs ?? times.windowMs * 4, times),
    isGrace: typeof frame.rotation === 'object',
    isHonest: frame.serverErrorMeansNotProcessed,
  }
  const happenings = [...callsOf(focus), ...faultsOf(focus)]
  const lastMs = Math.max(...focus.momentsMs)
  return { ...frame, happenings, horizonMs: lastMs + times.claimMs + times.quietMs }
}

const rotations = [
  'strict',
  'strict',
  'unknown',
  'none',
  { graceSeconds: 30, uses: 2 },
  { graceSeconds: 5, uses: 1 },
] as const

interface Focus {
  readonly random: Random
  readonly times: Times
  readonly processes: number
  /** When it matters: around these instants callers come and things go wrong. */
  readonly momentsMs: readonly number[]
  readonly isGrace: boolean
  readonly isHonest: boolean
}

function momentsOf(random: Random, lifeMs: number, { windowMs }: Times): number[] {
  const count = random.between(1, 3)
  const isDue = random.chance(0.4)
  // Each set of tokens lives from its own refresh on.
  return Array.from({ length: count }, (_, at) => (at + 1) * (lifeMs + 50) - (isDue ? windowMs / 2 : 0))
}

/** Some time after one of the moments; often at once. */
function near({ random, momentsMs, times }: Focus): number {
  const spreadMs = random.pick([0, 5, 50, 500, times.claimMs, times.claimMs + times.quietMs])
  return random.pick(momentsMs) + random.between(0, spreadMs)
}

const callKinds: readonly CallKind[] = [
  'accessToken',
  'accessToken',
  'accessToken',
  'fetch',
  'refresh',
  'status',
  'stale 401',
  'impatient',
]

function callsOf(focus: Focus): Happening[] {
  const { random, processes, momentsMs } = focus
  const call = (atMs: number): Happening => {
    return { kind: 'call', process: random.between(0, processes - 1), atMs, via: random.pick(callKinds) }
  }
  const first = momentsMs.map((atMs) => call(atMs))
  return [...first, ...Array.from({ length: random.between(2, 10) }, () => call(near(focus)))]
}

function faultsOf(focus: Focus): Happening[] {
  const { random } = focus
  // One history in eight is without faults: S3 is about these.
  const count = random.chance(0.125) ? 0 : random.between(1, 4)
  return Array.from({ length: count }, () => random.pick(kinds)(focus))
}

type Maker = (focus: Focus) => Happening

function place({ random, processes }: Focus): { process: number; moment: Moment; nth: number } {
  const moment = random.pick(moments)
  const nth = moment.startsWith('read') ? random.between(0, 12) : random.pick([0, 0, 0, 1, 2])
  return { process: random.between(0, processes - 1), moment, nth }
}

const crash: Maker = (focus) => {
  const { random, times } = focus
  const restart = random.chance(0.5) ? { restartAfterMs: random.between(1, times.claimMs * 2) } : {}
  return { kind: 'crash', ...place(focus), ...restart }
}

const suspend: Maker = (focus) => {
  const { random, times } = focus
  const kind = random.pick(['sleep', 'stop'] as const)
  const longestMs = random.pick([times.sendMs * 2, times.claimMs, (times.claimMs + times.quietMs) * 2])
  return { kind, ...place(focus), forMs: random.between(1, longestMs) }
}

const answer: Maker = ({ random, times, isGrace, isHonest }) => {
  const nth = random.pick([0, 0, 1, 2])
  // What comes late is what everything is about.
  const fault = usable(random.chance(0.15) ? 'answer late' : random.pick(answerFaults), isGrace, isHonest)
  const delays: Partial<Record<AnswerFault, [number, number]>> = {
    'request slow': [1, times.requestMs],
    'answer slow': [1, times.requestMs - 100],
    'answer late': [times.requestMs, times.requestMs + times.quietMs - times.sendMs - 100],
    'answer too late': [times.requestMs + times.quietMs, times.requestMs + times.quietMs * 3],
  }
  const [fromMs, toMs] = delays[fault] ?? [0, 0]
  return { kind: 'answer', nth, fault, delayMs: random.between(fromMs, toMs) }
}

/** A grace server has to see its requests in time; a server that says so must not have processed what it answers 5xx. */
function usable(fault: AnswerFault, isGrace: boolean, isHonest: boolean): AnswerFault {
  if (isGrace && fault === 'request slow') return 'answer slow'
  return isHonest && fault === 'server error, processed' ? 'server error' : fault
}

const spellFaults: readonly AnswerFault[] = [
  'connection refused',
  'server error',
  'invalid_client 401',
  'invalid_client 400',
  'rate limited',
]

const spell: Maker = (focus) => {
  const { random, times } = focus
  const forMs = random.between(1_000, times.quietMs * 4)
  return { kind: 'spell', atMs: near(focus), forMs, fault: random.pick(spellFaults) }
}

const storeSteps: readonly StoreStep[] = [
  'read',
  'claim',
  'claim',
  'save',
  'save',
  'release',
  'release',
  'close',
  'install',
]

const store: Maker = ({ random, processes, times }) => {
  const step = random.pick(storeSteps)
  const honest = storeFaults.filter((fault) => fault !== 'lose' || random.chance(0.2))
  const fault = step === 'read' ? random.pick(['slow', 'refuse', 'hang'] as const) : random.pick(honest)
  const nth = step === 'read' ? random.between(0, 12) : random.pick([0, 0, 0, 1, 2])
  const delayMs = fault === 'slow' ? random.between(1, random.pick([100, times.sendMs * 2, times.claimMs])) : 0
  return { kind: 'store', process: random.between(0, processes - 1), step, nth, fault, delayMs }
}

const cutOff: Maker = (focus) => {
  const { random, processes, times } = focus
  const how = random.pick(['refuse', 'hang'] as const)
  const forMs = random.between(1, random.pick([times.saveMs * 2, times.claimMs, times.quietMs * 3]))
  return { kind: 'cut off', process: random.between(0, processes - 1), atMs: near(focus), forMs, how }
}

const person: Maker = (focus) => ({
  kind: focus.random.pick(['sign in', 'import', 'disconnect'] as const),
  process: focus.random.between(0, focus.processes - 1),
  atMs: near(focus),
})

const refusal: Maker = (focus) => ({ kind: 'refuse access tokens', atMs: near(focus) })
const end: Maker = (focus) => ({ kind: 'provider ends grant', atMs: near(focus) })
const rollBack: Maker = (focus) => ({
  kind: 'store rolls back',
  atMs: near(focus),
  versions: focus.random.between(1, 3),
})

const hourMs = 3_600_000
const storeClock: Maker = (focus) => ({
  kind: 'store clock',
  atMs: near(focus),
  byMs: focus.random.pick([-hourMs, hourMs]),
})
const processClock: Maker = (focus) => ({
  kind: 'process clock',
  process: focus.random.between(0, focus.processes - 1),
  atMs: near(focus),
  byMs: focus.random.pick([-hourMs, hourMs]),
})

/** How often each kind comes, by how often it stands here. */
const kinds: readonly Maker[] = [
  crash,
  crash,
  crash,
  suspend,
  suspend,
  answer,
  answer,
  answer,
  answer,
  spell,
  store,
  store,
  store,
  cutOff,
  person,
  person,
  refusal,
  end,
  rollBack,
  storeClock,
  processClock,
]
