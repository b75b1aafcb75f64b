import type { Clock, Store } from '@grantkit/auth-core'
import type { GoogleCalendar } from '@grantkit/google-calendar'
import type { ConnectionFor, SyncConnection } from '../connection.ts'
import type { Observe } from '../observe.ts'
import type { CalendarChange } from './calendar-change.ts'

/** What all parts of a pull work with: the options with every default filled in. */
export interface PullContext {
  readonly store: Store
  readonly clock: Clock
  readonly random: () => number
  readonly connectionFor: ConnectionFor
  readonly calendarOf: (connection: SyncConnection) => GoogleCalendar
  readonly calendarIdOf: (user: string) => Promise<string>
  readonly onChanges: (changes: readonly CalendarChange[], about: { readonly user: string }) => Promise<void>
  /** Where Google posts messages; nothing where it cannot reach the app. */
  readonly address: string | undefined
  readonly pollMs: number
  readonly safetyPollMs: number
  readonly concurrency: number
  readonly lookMs: number
  readonly tell: Observe
}
