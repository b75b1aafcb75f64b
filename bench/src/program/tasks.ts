import type { Setup, TokenAnswer } from '../client.ts'

/** What a process with a client in it can be told to do. */
export type Task =
  | { readonly do: 'install'; readonly client: string; readonly setup: Setup; readonly tokens: TokenAnswer }
  | {
      readonly do: 'open'
      readonly client: string
      /** The client that it is compared with. */
      readonly floor: string
      readonly setup: Setup
      readonly transport: Transport
    }
  | { readonly do: 'burst'; readonly url: string; readonly calls: number }
  | { readonly do: 'pace'; readonly url: string; readonly calls: number; readonly everyMs: number }
  | { readonly do: 'compare'; readonly url: string; readonly calls: number; readonly concurrency: number }

/**
 * What the client sends with. `network`: its own way, on so many sockets at most. `stub`: every call is answered in the
 * process, at once. `stubbed api`: only calls of the API are.
 */
export type Transport =
  | { readonly kind: 'network'; readonly sockets?: number }
  | { readonly kind: 'stub' | 'stubbed api' }

/** What came of many calls. */
export interface Tally {
  /** Calls answered 200. */
  readonly answered: number
  /** Calls answered otherwise, or not at all. */
  readonly failed: number
  /** How one of them failed. */
  readonly problem?: string
}

/** How long each call took. */
export interface PacedTally extends Tally {
  readonly latenciesMs: readonly number[]
}

/** What calls cost with the client and with the floor, one after the other in the same process. */
export interface Comparison {
  readonly client: Cost
  readonly floor: Cost
}

export interface Cost {
  readonly wallUs: number
  readonly cpuUs: number
}
