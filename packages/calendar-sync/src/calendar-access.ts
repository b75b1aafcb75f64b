import type { Clock, Store } from '@grantkit/auth-core'
import type { GoogleCalendar } from '@grantkit/google-calendar'
import type { ConnectionFor, SyncConnection } from './connection.ts'
import type { Observe } from './observe.ts'

/** What reading and writing calendars have in common. */
export interface CalendarAccess {
  readonly store: Store
  readonly clock: Clock
  readonly random: () => number
  readonly connectionFor: ConnectionFor
  /** The client of a connection: one each, so that all its calls keep the quota together. */
  readonly calendarOf: (connection: SyncConnection) => GoogleCalendar
  readonly calendarIdOf: (user: string) => Promise<string>
  readonly tell: Observe
}
