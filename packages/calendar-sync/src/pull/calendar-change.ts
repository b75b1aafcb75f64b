import type { CalendarEvent } from '@grantkit/google-calendar'
import type { MappedMember } from '../event/google-fields.ts'

/**
 * What somebody else did in a user's calendar. `id` is Google's id of the event; `eventId` is the app's own, where the
 * event is linked to one.
 */
export type CalendarChange =
  /** Forget what was read of this calendar before: all of it follows. */
  | { readonly kind: 'reset'; readonly reason: 'first' | 'token_expired' }
  /**
   * New since the last look, or other than before. Of events of the app, `members` names what may be other than the app has
   * it: take these over from `event`. Empty if only members that the app does not write have changed, such as guests.
   */
  | {
      readonly kind: 'created' | 'changed'
      readonly id: string
      readonly event: CalendarEvent
      readonly eventId?: string
      readonly members?: readonly MappedMember[]
    }
  | { readonly kind: 'deleted'; readonly id: string; readonly eventId?: string }
  /** One instance of a series does not take place. `originalStart` is a moment, or a day as yyyy-mm-dd. */
  | {
      readonly kind: 'instance_cancelled'
      readonly id: string
      readonly seriesId: string
      readonly originalStart: string
      readonly eventId?: string
    }
