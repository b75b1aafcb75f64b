import { outboxPrefixOf, userKey } from '../keys.ts'
import { aheadMs, longestWaitMs, type DeadLetter, type OutboxEntry } from '../push/outbox-entry.ts'
import { listKeys, readRecord } from '../records.ts'
import type { SyncContext } from '../sync-context.ts'
import type { UserRecord, Wait, WaitReason } from './user-record.ts'

/** How things stand with one user. Instants are epoch milliseconds of the store's clock. */
export interface UserStatus {
  /** `active`, or why nothing is sent for now. */
  readonly state: 'active' | WaitReason
  /** When it is tried again, if time alone helps. */
  readonly waitsUntilMs?: number
  /** Events that still have to be told to Google, among them those that have failed. */
  readonly queued: number
  /** Events that have failed and are tried again. */
  readonly failing: number
  /** Events that are not tried any more: see `retryDead`. */
  readonly dead: readonly DeadEvent[]
  readonly lastSuccessMs?: number
}

export interface DeadEvent extends DeadLetter {
  /** The app's own id of the event. */
  readonly eventId: string
}

/** States that time alone ends. */
const passing: ReadonlySet<WaitReason> = new Set(['rate_limited', 'quota', 'configuration', 'unavailable'])

/** Reads how things stand with a user. */
export async function readUserStatus(
  { store, connectionFor }: Pick<SyncContext, 'store' | 'connectionFor'>,
  user: string,
): Promise<UserStatus> {
  const { value: record = {}, nowMs } = await readRecord<UserRecord>(store, userKey(user))
  const entries = await readEntries(store, user)
  const alive = entries.filter(({ dead }) => dead === undefined)
  const connection = await (await connectionFor(user))?.status()
  const { lastSuccessMs } = record
  return {
    ...stateOf(connection?.state ?? 'absent', record, nowMs),
    queued: alive.length,
    failing: alive.filter(({ failures }) => failures > 0).length,
    dead: entries.flatMap(({ eventId, dead }) => (dead === undefined ? [] : [{ eventId, ...dead }])),
    ...(lastSuccessMs === undefined ? {} : { lastSuccessMs }),
  }
}

/** Reads all that a user still has in the outbox. */
export async function readEntries(store: SyncContext['store'], user: string): Promise<OutboxEntry[]> {
  const keys = await listKeys(store, outboxPrefixOf(user))
  const readings = await Promise.all(keys.map((key) => readRecord<OutboxEntry>(store, key)))
  return readings.flatMap(({ value }) => value ?? [])
}

/** The connection itself knows best whether it is one; a wait that is over is none. */
function stateOf(
  connection: string,
  { wait, isUnverified }: UserRecord,
  nowMs: number,
): Pick<UserStatus, 'state' | 'waitsUntilMs'> {
  if (connection === 'absent' || connection === 'closed') return { state: 'not_connected' }
  if (connection === 'reauth') return { state: 'reconnect' }
  if (wait === undefined) return { state: 'active' }
  return isOver(wait, isUnverified, nowMs)
    ? { state: 'active' }
    : { state: wait.reason, ...(passing.has(wait.reason) ? { waitsUntilMs: wait.untilMs } : {}) }
}

function isOver({ reason, untilMs }: Wait, isUnverified: true | undefined, nowMs: number): boolean {
  if (reason === 'account_changed') return isUnverified !== true
  if (reason === 'missing_scope') return false
  if (reason === 'not_connected' || reason === 'reconnect') return true
  return aheadMs(untilMs, nowMs, longestWaitMs) === 0
}
