import type { Store, Times } from '@grantkit/auth-core'

/** Where a worker kills itself: the six points of the refresh protocol's fault tests. */
export type KillPoint = 'before claim' | 'after claim' | 'after send' | 'after answer' | 'during save' | 'after save'

export const killPoints: readonly KillPoint[] = [
  'before claim',
  'after claim',
  'after send',
  'after answer',
  'during save',
  'after save',
]

/** Which store to open. */
export interface StoreChoice {
  /** URL of a module that exports `openStore`, an {@link OpenStore}. */
  readonly module: string
  /** Passed to it, also in other processes; a fleet gives `{ path }`, a place in its folder, when there are none. */
  readonly options?: unknown
}

export type OpenStore = (options: never) => Store & { close(): Promise<void> }

/** What a worker process is told to do, as JSON in its first argument. */
export interface WorkerTask {
  readonly name: string
  readonly origin: string
  readonly client: { readonly id: string; readonly secret: string }
  readonly store: StoreChoice
  readonly historyPath: string
  readonly calls: number
  /** Added to the store's clock. */
  readonly nowOffsetMs?: number
  /** Added to the wall clock of the worker itself. */
  readonly clockOffsetMs?: number
  readonly times?: Partial<Times>
  /** Spreads the calls over this time. */
  readonly spreadMs?: number
  readonly killAt?: KillPoint
  /** Longest number of requests under way at once, as an agent with that many sockets would have; no limit by default. */
  readonly sockets?: number
}

/** What a worker says at its end, as JSON on standard output. */
export interface WorkerReport {
  readonly statuses: Readonly<Record<string, number>>
  readonly errors: Readonly<Record<string, number>>
}
