import { shippedSteps, type Rotation, type StepRules } from './shipped-steps.ts'

/** The pure steps as the model calls them: the shipped ones, or a variant that is expected to fail. */
export type Steps = typeof shippedSteps

/**
 * How the shell around the steps behaves. The shipped behaviour is `shippedShell`; every other value is a mistake that
 * a negative control makes on purpose.
 */
export interface Shell {
  /** The clock behind the send check counts the time a machine sleeps. */
  readonly countsSleep: boolean
  /** The send check and the first byte on the socket have nothing between them. */
  readonly sendsAtOnce: boolean
  /** The verdict of an introspection is dropped when the record changed since it was asked for. */
  readonly bindsVerdict: boolean
  /** A reading that was begun earlier never replaces a later one in memory. */
  readonly ordersReadings: boolean
  /** A waiting caller has a timer of its own. */
  readonly limitsWaits: boolean
  /** What lies in the spill is settled before anything is claimed. */
  readonly looksIntoSpill: boolean
  /** It is settled as any late answer: only while the record holds what was sent. */
  readonly bindsSpilled: boolean
  /** It stays until then, whatever became of the claim it belongs to. */
  readonly keepsSpilled: boolean
}

export const shippedShell: Shell = {
  countsSleep: true,
  sendsAtOnce: true,
  bindsVerdict: true,
  ordersReadings: true,
  limitsWaits: true,
  looksIntoSpill: true,
  bindsSpilled: true,
  keepsSpilled: true,
}

/** What may go wrong, or simply happen, and how often in one history. */
export type Happening =
  | 'expiry'
  | 'crash'
  | 'lost'
  | 'late'
  | 'suspension'
  | 'lostWrite'
  | 'unsaved'
  | 'refusal'
  | 'install'
  | 'close'
  | 'unauthorized'

export const happenings: readonly Happening[] = [
  'expiry',
  'crash',
  'lost',
  'late',
  'suspension',
  'lostWrite',
  'unsaved',
  'refusal',
  'install',
  'close',
  'unauthorized',
]

export type Budget = Readonly<Partial<Record<Happening, number>>>

/** One tick of the model's clock. A second, because the back-off of the steps is counted in seconds. */
export const tickMs = 1_000

export interface ModelTimes {
  readonly sendMs: number
  readonly requestMs: number
  readonly saveMs: number
  readonly claimMs: number
  readonly quietMs: number
  readonly waitMs: number
}

/** The smallest times with the order of the defaults: send + request + save < claim < quiet. */
export const smallTimes: ModelTimes = {
  sendMs: 1 * tickMs,
  requestMs: 2 * tickMs,
  saveMs: 1 * tickMs,
  claimMs: 5 * tickMs,
  quietMs: 8 * tickMs,
  waitMs: 5 * tickMs,
}

/** With room between reading, claiming and sending: histories in which these fall on different instants. */
export const roomyTimes: ModelTimes = {
  sendMs: 2 * tickMs,
  requestMs: 3 * tickMs,
  saveMs: 1 * tickMs,
  claimMs: 7 * tickMs,
  quietMs: 9 * tickMs,
  waitMs: 7 * tickMs,
}

/**
 * `strict`: a spent refresh token ends the grant. `grace`: the token spent last may come again for a while; every answer
 * to it stays good until one of them is used.
 */
export type ProviderRotation = 'none' | 'strict' | 'grace'

export const grace = { graceSeconds: 8, uses: 1 } as const

export interface Configuration {
  readonly name: string
  readonly workers: number
  readonly rotation: ProviderRotation
  readonly introspects: boolean
  readonly budget: Budget
  /** Callers ask for tokens, keep what they got, and wait for others. */
  readonly callers: boolean
  /** Section 8 of the protocol counts: what cannot be masked is no violation. */
  readonly forgives: boolean
  /** A server with grace sees every request in time, and in the order they were sent. */
  readonly hasOrderlyNetwork: boolean
  readonly times: ModelTimes
  readonly steps: Steps
  readonly shell: Shell
}

export function configuration(
  options: Pick<Configuration, 'name' | 'workers' | 'rotation' | 'budget'> & Partial<Configuration>,
): Configuration {
  return {
    introspects: false,
    callers: false,
    forgives: true,
    hasOrderlyNetwork: true,
    times: smallTimes,
    steps: shippedSteps,
    shell: shippedShell,
    ...options,
  }
}

/** What the steps are told of provider and times. */
export function rulesOf({ rotation, introspects, times }: Configuration): StepRules {
  const told: Rotation = rotation === 'grace' ? grace : rotation
  return { rotation: told, introspectsRefreshTokens: introspects, times }
}
