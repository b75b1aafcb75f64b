/**
 * What is known of one event in Google. Push writes it after each answer; pull reads it to tell own writes from changes.
 */
export interface Link {
  /** Also `extendedProperties.private.grantkitEvent` of the Google event names the app's event. */
  readonly googleId: string
  /** Counts the Google ids this event has had: the id of a deleted one stays taken. From 0. */
  readonly generation: number
  readonly calendarId: string
  readonly state: 'present' | 'deleted'
  /** Version after our last write. A Google event with another one was changed by somebody else. */
  readonly etag?: string
  /** Fingerprint of each mapped member of Google's event as it was last written, by its name in Google. */
  readonly written: Fingerprints
  /** The wish that was carried out last. */
  readonly wishId: string
}

/** By member of Google's event, such as `summary`. */
export type Fingerprints = Readonly<Record<string, string>>
