import type { SendUpdates } from '@grantkit/google-calendar'
import type { CalendarAccess } from './calendar-access.ts'
import type { ResolveConflict } from './push/carry-out.ts'
import type { Policies } from './push/next-step.ts'

/** What all parts of a sync work with: the options with every default filled in. */
export interface SyncContext extends CalendarAccess {
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
}
