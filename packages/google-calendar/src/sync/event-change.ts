import type { CalendarEvent } from '../schemas.ts'

/** What became of an event since it was last read. */
export type EventChange =
  /** New, or other than before. */
  | { readonly kind: 'changed'; readonly event: CalendarEvent }
  /** Deleted. Few members of it are left, often the id alone. */
  | { readonly kind: 'deleted'; readonly id: string }
  /**
   * One instance of a recurring event does not take place. Keep this as long as the series: nothing else says so.
   * `originalStart` is a moment, or a day as yyyy-mm-dd.
   */
  | {
      readonly kind: 'instance_cancelled'
      readonly id: string
      readonly recurringEventId: string
      readonly originalStart: string
    }

/** Ids of instances: the series, and when it was planned for. Google's guide does not promise it; real ids have it. */
const instanceId = /^(?<series>.+)_(?<start>\d{8}(?:T\d{6}Z)?)$/

/** Reads an event of an incremental list. Cancelled instances may come with nothing but their id. */
export function toEventChange(event: CalendarEvent): EventChange {
  if (event.status !== 'cancelled') return { kind: 'changed', event }
  const { id = '', recurringEventId, originalStartTime } = event
  const { series, start } = instanceId.exec(id)?.groups ?? {}
  const seriesId = recurringEventId ?? series
  const originalStart = originalStartTime?.dateTime ?? originalStartTime?.date ?? (start && toTime(start))
  if (seriesId === undefined || originalStart === undefined) return { kind: 'deleted', id }
  return { kind: 'instance_cancelled', id, recurringEventId: seriesId, originalStart }
}

/** 20260315T130000Z and 20260315 as RFC 3339. */
function toTime(compact: string): string {
  return compact.replace(/^(\d{4})(\d{2})(\d{2})/, '$1-$2-$3').replace(/T(\d{2})(\d{2})(\d{2})Z$/, 'T$1:$2:$3Z')
}
