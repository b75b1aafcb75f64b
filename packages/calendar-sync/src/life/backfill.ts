import { backfillKey, linkKey, outboxKey } from '../keys.ts'
import type { Link } from '../link.ts'
import { accept, type OutboxEntry, type Wish } from '../push/outbox-entry.ts'
import { changeRecord, readRecord } from '../records.ts'
import type { SyncContext } from '../sync-context.ts'

/** An event of the app in Google's words, with its own id. */
export interface SourceEvent {
  readonly eventId: string
  readonly fields: Extract<Wish, { kind: 'upsert' }>['fields']
}

/** Gives a user's events, or what is wrong with those that cannot be shown in a calendar. */
export type ReadSource = (user: string) => AsyncIterable<SourceEvent | { readonly code: string }>

/** Asks for a backfill, which some worker carries out. */
export async function requestBackfill({ store }: Pick<SyncContext, 'store'>, user: string): Promise<void> {
  await changeRecord<{ user: string; id: string }>(store, backfillKey(user), () => ({
    put: { user, id: crypto.randomUUID() },
  }))
}

/**
 * Queues what the app already has of a user and Google does not. What is queued or linked is left alone: whoever did that
 * was later than what is read here. A crash on the way begins it again, which does no harm.
 */
export async function backfill(
  { store, tell }: Pick<SyncContext, 'store' | 'tell'>,
  user: string,
  readSource: ReadSource,
): Promise<void> {
  const request = await readRecord<{ id: string }>(store, backfillKey(user))
  if (request.value === undefined) return
  let count = 0
  for await (const event of readSource(user)) {
    if ('code' in event) {
      tell({ level: 'error', type: 'event_dead', user, code: event.code })
      continue
    }
    const { eventId } = event
    if ((await readRecord<Link>(store, linkKey(user, eventId))).value !== undefined) continue
    const wish: Wish = { id: crypto.randomUUID(), kind: 'upsert', fields: event.fields, onlyIfNew: true }
    await changeRecord<OutboxEntry>(store, outboxKey(user, eventId), (entry, nowMs) =>
      entry === undefined ? { put: accept(entry, { user, eventId, wish }, nowMs) } : 'keep',
    )
    count += 1
  }
  // Another sign-in may have asked for another one meanwhile.
  const { id } = request.value
  await changeRecord<{ id: string }>(store, backfillKey(user), (now) => (now?.id === id ? 'remove' : 'keep'))
  tell({ level: 'info', type: 'backfilled', user, count })
}
