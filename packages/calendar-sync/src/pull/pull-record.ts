import type { PushChannel } from '@grantkit/google-calendar/push'
import type { SyncPoint } from '@grantkit/google-calendar/sync'
import { aheadMs } from '../push/outbox-entry.ts'

/** What the store keeps of a user whose calendar is followed. */
export interface PullRecord {
  readonly user: string
  /** Where reading goes on; absent before the first pass. */
  readonly point?: SyncPoint
  /** The newest `created` that was seen, by Google's clock: what was created after it is new. */
  readonly newestCreatedMs?: number
  /** Not before this instant of the store's clock, unless a message comes. */
  readonly dueAtMs: number
  /** How often reading has failed in a row. While it does, messages do not hurry it. */
  readonly failures: number
  /** Whoever reads, and until when nobody else does. */
  readonly claim?: { readonly holder: string; readonly untilMs: number }
  readonly channel?: PushChannel
  /** No channel is tried before this instant. */
  readonly noChannelUntilMs?: number
}

/** How long a handler may take for one page before another process may read the same again. */
const claimMs = 120_000

/** The longest that reading waits. Instants further ahead come from a clock that has gone back since. */
const longestDelayMs: number = 24 * 3600_000

/** Begins anew: another calendar may be behind the connection, to which neither the old point nor the channel belongs. */
export function begun(user: string): PullRecord {
  return { user, dueAtMs: 0, failures: 0 }
}

/** Claims a calendar that is due, for whoever asks first. */
export function claimed(
  record: PullRecord,
  { holder, isWoken, nowMs }: { readonly holder: string; readonly isWoken: boolean; readonly nowMs: number },
): PullRecord | undefined {
  const isFree = aheadMs(record.claim?.untilMs ?? 0, nowMs, claimMs) === 0
  const isDue = aheadMs(record.dueAtMs, nowMs, longestDelayMs) === 0 || (isWoken && record.failures === 0)
  return isFree && isDue ? extended(record, holder, nowMs) : undefined
}

/** Holds a claim for longer. */
export function extended(record: PullRecord, holder: string, nowMs: number): PullRecord {
  return { ...record, claim: { holder, untilMs: nowMs + claimMs } }
}

export function isHeldBy(record: PullRecord | undefined, holder: string): record is PullRecord {
  return record?.claim?.holder === holder
}

/** Ends a claim after a whole pass. */
export function finished(
  record: PullRecord,
  { point, newestCreatedMs, dueAtMs }: { point: SyncPoint; newestCreatedMs: number | undefined; dueAtMs: number },
): PullRecord {
  const { claim: _, ...free } = record
  return { ...free, point, dueAtMs, failures: 0, ...(newestCreatedMs === undefined ? {} : { newestCreatedMs }) }
}

/** Ends a claim without having read all: the next pass begins where this one did. */
export function released(
  record: PullRecord,
  { dueAtMs, isFailure }: { dueAtMs: number; isFailure: boolean },
): PullRecord {
  const { claim: _, ...free } = record
  return { ...free, dueAtMs, failures: isFailure ? record.failures + 1 : record.failures }
}
