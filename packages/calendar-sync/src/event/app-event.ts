/**
 * An event of the app, as this package understands it. What your own looks like is said by `mapping`. A member that is
 * absent is not kept in step: what stands in Google stays.
 */
export interface AppEvent {
  /** The app's own id: any text, the same for the life of the event. */
  readonly id: string
  readonly title: string
  readonly description?: string
  readonly location?: string
  /**
   * A `Date`, ISO text with an offset, local time of `zone` as `yyyy-mm-ddThh:mm:ss`, or for a whole day `yyyy-mm-dd`.
   * Local time that the clocks skip is moved on by as much as they skip; of two that are called the same, the first is
   * meant.
   */
  readonly start: Date | string
  /** As `start`, and of the same kind. Of whole days it is the day after the last. */
  readonly end: Date | string
  /** IANA name. Default: the `zone` of the sync. */
  readonly zone?: string
  /** RRULE, EXRULE, RDATE and EXDATE lines of RFC 5545. */
  readonly recurrence?: readonly string[]
  /** 1 to 5; decides the colour unless `colorId` is given. */
  readonly priority?: number
  /** `1` to `11` of Google's event colours. */
  readonly colorId?: string
}
