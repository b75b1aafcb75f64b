/**
 * What is known of one event in Google. Push writes it after each answer; pull reads it to tell own writes from changes.
 * The private extended property `grantkitEvent` of the Google event holds the app's own id.
 */
export interface Link {
  /** Empty for an event that was deleted before it was ever sent. */
  readonly googleId: string
  /** Counts the Google ids this event has had, since the id of a deleted one stays taken. From 0; -1 before the first. */
  readonly generation: number
  readonly calendarId: string
  /** `forgotten`: somebody has deleted it in Google, and by the app's choice it stays away. */
  readonly state: 'present' | 'deleted' | 'forgotten'
  /** Version after our last write. A Google event with another one was changed by somebody else. Empty unless present. */
  readonly etag: string
  /** Fingerprint of each mapped member of Google's event as it was last written, by its name in Google. */
  readonly written: Fingerprints
  /** Members that stay as somebody made them in Google, until the app wants something else than this. */
  readonly kept?: Fingerprints
  /** The wish that was carried out last. */
  readonly wishId: string
}

/** By member of Google's event, such as `summary`. */
export type Fingerprints = Readonly<Record<string, string>>

/** How long it is remembered which ids were used by an event that is deleted. Afterwards Google's answers tell. */
export const tombstoneMs: number = 30 * 24 * 3600_000
