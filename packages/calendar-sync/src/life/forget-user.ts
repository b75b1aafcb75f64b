import { backfillKey, linkPrefixOf, outboxPrefixOf, userKey } from '../keys.ts'
import type { OutboxEntry } from '../push/outbox-entry.ts'
import { changeRecord, listKeys } from '../records.ts'
import type { SyncContext } from '../sync-context.ts'
import { requestBackfill } from './backfill.ts'
import type { UserRecord } from './user-record.ts'

type Context = Pick<SyncContext, 'store'>

/** Removes everything that is kept of a user. What Google holds stays there. */
export async function forgetUser({ store }: Context, user: string): Promise<void> {
  const lists = await Promise.all([outboxPrefixOf(user), linkPrefixOf(user)].map((prefix) => listKeys(store, prefix)))
  await removeAll(store, [...lists.flat(), backfillKey(user), userKey(user)])
}

/**
 * Leaves the calendar that was written to as it is, and begins with the one that is connected now: its links and what
 * should have been deleted there are forgotten, and all events are queued as new ones.
 */
export async function startOver({ store }: Context, user: string, hasSource: boolean): Promise<void> {
  await removeAll(store, await listKeys(store, linkPrefixOf(user)))
  for (const key of await listKeys(store, outboxPrefixOf(user))) {
    await changeRecord<OutboxEntry>(store, key, (entry) => {
      if (entry === undefined) return 'keep'
      return entry.wish.kind === 'delete' ? 'remove' : { put: { ...entry, sent: {} } }
    })
  }
  if (hasSource) await requestBackfill({ store }, user)
  // Last: until then nothing is sent, and after a crash it can be asked for again.
  await changeRecord<UserRecord>(store, userKey(user), () => ({ put: {} }))
}

async function removeAll(store: SyncContext['store'], keys: readonly string[]): Promise<void> {
  for (const key of keys) await changeRecord(store, key, (value) => (value === undefined ? 'keep' : 'remove'))
}
