import type { Times } from '@grantkit/auth-core'

/** A history to play, as plain data: what is, and everything that will happen. Each happening can be left out. */
export interface Scenario {
  readonly seed: number
  readonly rotation: 'none' | 'strict' | 'unknown' | { readonly graceSeconds: number; readonly uses: number }
  readonly introspects: boolean
  readonly serverErrorMeansNotProcessed: boolean
  readonly revocationEndsGrant: boolean
  readonly checksIdTokens: boolean
  /** Absent: the server names none. */
  readonly lifetimeMs?: number
  readonly times: Times
  readonly background: 'off' | 'detached'
  /** The store tells of changes, or nobody learns of them but by looking. */
  readonly notifies: boolean
  /** Each process may put new tokens aside while the store refuses them. */
  readonly spills: boolean
  readonly happenings: readonly Happening[]
  /** When the last fault is over and everything that was disturbed may settle. */
  readonly horizonMs: number
}

/** Who: processes are numbered from 0. */
interface ByProcess {
  readonly process: number
}

interface AtTime {
  readonly atMs: number
}

export const moments = [
  'read asked',
  'read answered',
  'claim asked',
  'claim applied',
  'claim answered',
  'request sent',
  'answer arrived',
  'save asked',
  'save applied',
  'save answered',
  'release asked',
  'release applied',
  'release answered',
  'spill asked',
  'spill answered',
] as const

/** A place in the code of a process: right before a step leaves it, when the step is done, when it learns of it. */
export type Moment = (typeof moments)[number]

interface AtMoment extends ByProcess {
  readonly moment: Moment
  /** The so-manieth time that the process comes there, from 0. */
  readonly nth: number
}

export type StoreStep = 'read' | 'claim' | 'save' | 'release' | 'install' | 'close'

export type Happening =
  | (ByProcess & AtTime & { readonly kind: 'call'; readonly via: CallKind })
  | (ByProcess & AtTime & { readonly kind: 'sign in' | 'import' | 'disconnect' })
  | (AtTime & { readonly kind: 'refuse access tokens' | 'provider ends grant' })
  | (AtMoment & { readonly kind: 'crash'; readonly restartAfterMs?: number })
  /** `sleep`: the monotonic clock stands still, as in a sleeping machine; `stop`: it goes on, as for a stopped process. */
  | (AtMoment & { readonly kind: 'sleep' | 'stop'; readonly forMs: number })
  | { readonly kind: 'answer'; readonly nth: number; readonly fault: AnswerFault; readonly delayMs: number }
  | (AtTime & { readonly kind: 'spell'; readonly forMs: number; readonly fault: AnswerFault })
  | (ByProcess & {
      readonly kind: 'store'
      readonly step: StoreStep
      readonly nth: number
      readonly fault: StoreFault
      readonly delayMs: number
    })
  | (ByProcess & AtTime & { readonly kind: 'cut off'; readonly forMs: number; readonly how: 'refuse' | 'hang' })
  | (AtTime & { readonly kind: 'store rolls back'; readonly versions: number })
  | (AtTime & { readonly kind: 'store clock'; readonly byMs: number })
  | (ByProcess & AtTime & { readonly kind: 'process clock'; readonly byMs: number })

/** `stale 401`: the API refuses the token that the call before got. */
export type CallKind = 'accessToken' | 'fetch' | 'refresh' | 'status' | 'stale 401' | 'impatient'

export const answerFaults = [
  'connection refused',
  'request lost',
  'request slow',
  'answer lost',
  'answer cut',
  'answer slow',
  'answer late',
  'answer too late',
  'never answered',
  'server error',
  'server error, processed',
  'invalid_client 401',
  'invalid_client 400',
  'unauthorized without body',
  'rate limited',
  'request time-out',
  'redirect',
  'unreadable 200, processed',
  'unknown error',
  'unusable access token',
  'id token of another',
] as const
export type AnswerFault = (typeof answerFaults)[number]

export const storeFaults = [
  'slow',
  'refuse',
  'hang',
  'conflict',
  'apply, then throw',
  'apply, then hang',
  'lose',
] as const
export type StoreFault = (typeof storeFaults)[number]

export type HappeningOf<K extends Happening['kind']> = Extract<Happening, { kind: K }>

export function happeningsOf<K extends Happening['kind']>(
  scenario: Scenario,
  ...kinds: readonly K[]
): HappeningOf<K>[] {
  return scenario.happenings.filter((one): one is HappeningOf<K> => (kinds as readonly string[]).includes(one.kind))
}
