import type { CalendarAccess } from '../calendar-access.ts'
import type { CalendarChange } from './calendar-change.ts'

/** What all parts of a pull work with: the options with every default filled in. */
export interface PullContext extends CalendarAccess {
  readonly onChanges: (changes: readonly CalendarChange[], about: { readonly user: string }) => Promise<void>
  /** Where Google posts messages; nothing where it cannot reach the app. */
  readonly address: string | undefined
  readonly pollMs: number
  readonly safetyPollMs: number
  readonly concurrency: number
  readonly lookMs: number
}
