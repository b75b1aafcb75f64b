import { happenings, type Configuration, type Happening } from './configuration.ts'
import type { Provider } from './provider.ts'
import { newProvider } from './provider.ts'
import type { GrantRecord, Sent } from './shipped-steps.ts'

/** Everything there is at one instant: the stored record, the provider, the processes, the network, the clock. */
export interface State {
  readonly nowMs: number
  readonly record: GrantRecord
  /** The value before the last write, kept while the store may still lose that write. */
  readonly previous?: GrantRecord
  /** What the stored access token is worth. `young`: a 401 would not refresh it. */
  readonly access: 'young' | 'good' | 'ended'
  /** Grows with each install and close. */
  readonly epoch: number
  /**
   * What section 8 says of the stored tokens. `frail`: their worker was suspended meanwhile, so a probe may have been
   * made without it. `doomed`: they were saved while such a probe was under way to a strict server; whatever comes of
   * them is lost with them.
   */
  readonly prospects: 'good' | 'frail' | 'doomed'
  readonly provider: Provider
  /** The answer that the second store holds, because the first one refused it. */
  readonly spilled?: Spilled
  readonly workers: readonly Worker[]
  /** Requests that nobody listens to any more and the server has not seen yet. */
  readonly strays: readonly Stray[]
  /** How often each happening may still come. */
  readonly left: readonly number[]
  /** For S1: the last presentation of each generation that can still matter. */
  readonly presentations: readonly Presentation[]
  readonly nextId: number
}

/**
 * One refresh attempt of one process at a time.
 * idle → read → claimed → sent → answered → idle; sent → listening after a time-out; answered → unsaved while the store
 * refuses the tokens; idle → asked → idle.
 */
export type Phase =
  | 'idle'
  | 'read'
  | 'claimed'
  | 'checked'
  | 'sent'
  | 'answered'
  | 'unsaved'
  | 'listening'
  | 'asked'
  | 'waiting'

export interface Spilled {
  readonly attempt: Attempt
  readonly answer: TokensAnswer
  /** The worker that left it was suspended since its attempt began. */
  readonly hasSlept: boolean
}

export interface Worker {
  readonly phase: Phase
  readonly suspended: boolean
  /** Was suspended since its attempt began. */
  readonly hasSlept: boolean
  /** When the phase's own clock started: t0, the sending, the answer, the asking, the waiting. */
  readonly sinceMs: number
  /** Nobody wrote since this worker's reading. */
  readonly isUpToDate: boolean
  /** The generation this worker wants to leave behind, while reading, and whether because of a 401. */
  readonly beyond: number
  readonly isRefusal: boolean
  readonly attempt?: Attempt
  readonly request?: Request
  readonly answer?: Answer
  readonly verdict?: { readonly active: boolean; readonly generation: number }
  /** The access token this process's callers got last; 0 for none. */
  readonly handed: number
  /** The generation that access token belongs to. */
  readonly handedGeneration: number
  /** A reading under way in the same process, and whether something newer was adopted since it began. */
  readonly glance?: { readonly access: number; readonly generation: number; readonly isOverdue: boolean }
}

export interface Attempt {
  readonly claimId: string
  readonly sent: Sent
  readonly isProbe: boolean
  readonly unresolved: number
  readonly epoch: number
}

export interface Request {
  readonly at: 'server' | 'client'
  /** When it is processed and answered at the latest. */
  readonly byMs: number
  readonly isLate: boolean
  readonly answer?: Answer
}

export interface Stray {
  readonly token: string
  readonly isProbe: boolean
  readonly byMs: number
}

export interface TokensAnswer {
  readonly kind: 'tokens'
  readonly access: number
  readonly refreshToken?: string
  readonly usable: boolean
}

export type Answer =
  | TokensAnswer
  | { readonly kind: 'invalid_grant' }
  | { readonly kind: 'not processed' }
  | { readonly kind: 'unknown' }

export interface Presentation {
  readonly lineage: string
  readonly generation: number
  readonly claimId: string
  readonly isOpen: boolean
  /** The earliest instant of the next presentation once this one is no longer open. */
  readonly notBeforeMs: number
  readonly unknowns: number
}

export const idleWorker: Worker = {
  phase: 'idle',
  suspended: false,
  hasSlept: false,
  sinceMs: 0,
  isUpToDate: false,
  beyond: 0,
  isRefusal: false,
  handed: 0,
  handedGeneration: 0,
}

/** An active grant of generation 1 whose access token has just ended. */
export function initialState(configuration: Configuration): State {
  const record: GrantRecord = {
    v: 1,
    lineage: 'L1',
    generation: 1,
    state: 'active',
    sinceMs: 0,
    renewal: { grant: 'refresh_token' },
    tokens: { accessToken: 'A1', refreshToken: 'R1.1' },
    retryAtMs: 0,
    failures: 0,
    unresolved: 0,
    refused: false,
  }
  return {
    nowMs: 0,
    record,
    access: 'ended',
    epoch: 0,
    prospects: 'good',
    provider: newProvider(),
    workers: Array.from({ length: configuration.workers }, () => idleWorker),
    strays: [],
    left: happenings.map((happening) => configuration.budget[happening] ?? 0),
    presentations: [],
    nextId: 1,
  }
}

export function left(state: State, happening: Happening): number {
  return state.left[happenings.indexOf(happening)] ?? 0
}

export function happened(state: State, configuration: Configuration, ...which: Happening[]): boolean {
  return which.some((happening) => left(state, happening) < (configuration.budget[happening] ?? 0))
}

export function spend(state: State, happening: Happening): State {
  const index = happenings.indexOf(happening)
  return { ...state, left: state.left.with(index, (state.left[index] ?? 0) - 1) }
}

export function withWorker(state: State, index: number, worker: Worker): State {
  return { ...state, workers: state.workers.with(index, worker) }
}

/** The worker without its attempt; what its callers hold stays. */
export function rested({ handed, handedGeneration, glance }: Worker): Worker {
  return { ...idleWorker, handed, handedGeneration, ...(glance ? { glance } : {}) }
}

/** The number in an access token's name; 0 without one. */
export function accessNumber(record: GrantRecord): number {
  return Number(record.tokens.accessToken?.slice(1) ?? 0)
}

/** Somebody needs a newer access token. */
export function isWanted({ record, access }: State): boolean {
  return record.state !== 'closed' && (access === 'ended' || record.refused)
}

export function nameOf(worker: number): string {
  return `worker ${'ABC'.charAt(worker)}`
}
