import type { Store } from '../store.ts'
import type { GrantStoreOptions } from './grant-store.ts'
import type { Report } from './refresh-ports.ts'
import type { Answered } from './token-attempt.ts'

/** Where new tokens lie while the store refuses them; made by `spillTo` of `@grantkit/auth-core/spill`. */
export interface Spill {
  readonly store: Store
  /** Opens the part of one grant. */
  open(options: Pick<GrantStoreOptions, 'key' | 'clock' | 'random'>, report: Report): GrantSpill
}

/** What a spill does for one grant. */
export interface GrantSpill {
  keeperOf(answered: Answered): Keeper
  /** Gives what was left there, by this process or another. Rejects when it cannot be read. */
  find(): Promise<Answered | undefined>
}

/** Keeps the answer of one attempt until the store has taken it. */
export interface Keeper {
  /** Tries once to write it down, unless it lies there already. */
  keep(): void
  isKept(): boolean
  /** Resolves once it lies there. */
  readonly kept: Promise<void>
  /** Removes what was kept. */
  drop(): Promise<void>
}
