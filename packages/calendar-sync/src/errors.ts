/** What went wrong. A public contract: adding a code is minor, changing a meaning is major. */
export type CalendarSyncErrorCode =
  /** An option is unknown, missing or of the wrong kind. Thrown at creation. */
  | 'invalid_option'
  /** No user is named, or the name cannot be part of a store key. */
  | 'invalid_user'
  /** The kind of change is neither `upsert` nor `delete`. */
  | 'unknown_kind'
  /** The event cannot be shown in a calendar: a member is missing, malformed or too long. `member` names it. */
  | 'invalid_event'
  /** The event ends before it begins, or at the same moment. */
  | 'end_not_after_start'
  /** The time zone is not in the IANA database of this machine. */
  | 'unknown_zone'
  /** A line of the recurrence is not one that Google takes. */
  | 'invalid_recurrence'
  /** The app's mapping or zone function failed. */
  | 'mapping_failed'
  /** The store did not take the change: it is not queued, and has to be queued again. */
  | 'store_failed'
  /** What the store holds is not a record of ours, or was written by a newer version of this library. */
  | 'store_value_invalid'

export interface CalendarSyncErrorDetails {
  /** The safe remainder of what went wrong below. */
  cause?: unknown
  user?: string | undefined
  /** The app's own id of the event. */
  eventId?: string | undefined
  /** Member of the event that is at fault. */
  member?: string | undefined
  /** Doing the same again may succeed. Default false. */
  retryable?: boolean | undefined
}

const brand = Symbol.for('@grantkit/calendar-sync-error')

/**
 * Tells what failed, for whom and which event. Test with {@link isCalendarSyncError}: `instanceof` fails when two copies
 * of the package meet. No message, cause or field holds a token, a title or a description.
 */
export class CalendarSyncError extends Error {
  override readonly name = 'CalendarSyncError'
  readonly code: CalendarSyncErrorCode
  readonly retryable: boolean
  declare readonly user?: string
  declare readonly eventId?: string
  declare readonly member?: string

  constructor(code: CalendarSyncErrorCode, message: string, details: CalendarSyncErrorDetails = {}) {
    const { cause, retryable = false, ...fields } = details
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.retryable = retryable
    for (const [name, value] of Object.entries(fields)) {
      if (value !== undefined) Object.assign(this, { [name]: value })
    }
    Object.defineProperty(this, brand, { value: true })
  }
}

/** Tells whether `error` is a {@link CalendarSyncError}, of the given code if one is named. Works across package copies. */
export function isCalendarSyncError(error: unknown, code?: CalendarSyncErrorCode): error is CalendarSyncError {
  if (typeof error !== 'object' || error === null || !(brand in error)) return false
  return code === undefined || ('code' in error && error.code === code)
}
