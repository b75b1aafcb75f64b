import type { Clock, Store } from '@grantkit/auth-core'
import type { GoogleCalendar, SendUpdates } from '@grantkit/google-calendar'
import type { ConnectionFor, SyncConnection } from './connection.ts'
import type { Observe } from './observe.ts'
import type { ResolveConflict } from './push/carry-out.ts'
import type { Policies } from './push/next-step.ts'

/** What all parts of a sync work with: the options with every default filled in. */
export interface SyncContext {
  readonly store: Store
  readonly clock: Clock
  readonly random: () => number
  readonly connectionFor: ConnectionFor
  /** The client of a connection: one each, so that all its calls keep the quota together. */
  readonly calendarOf: (connection: SyncConnection) => GoogleCalendar
  readonly calendarIdOf: (user: string) => Promise<string>
  readonly sendUpdates: SendUpdates
  readonly policies: Policies
  readonly resolve: ResolveConflict
  readonly concurrency: number
  /** Limit of one call with the client's own repeats. */
  readonly callTimeoutMs: number
  readonly pollMs: number
  readonly tries: number
  readonly baseDelayMs: number
  readonly maxDelayMs: number
  readonly tell: Observe
}
