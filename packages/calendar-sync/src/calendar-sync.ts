import type { AppEvent } from './event/app-event.ts'
import { toGoogleFields, type GoogleFields } from './event/google-fields.ts'
import { readEvent } from './event/mapping.ts'
import { CalendarSyncError, isCalendarSyncError } from './errors.ts'
import { outboxKey, userKey } from './keys.ts'
import { requestBackfill, type ReadSource } from './life/backfill.ts'
import { forgetUser, startOver } from './life/forget-user.ts'
import type { UserRecord } from './life/user-record.ts'
import { readEntries, readUserStatus, type UserStatus } from './life/user-status.ts'
import { accept, revive, type OutboxEntry, type Wish } from './push/outbox-entry.ts'
import { createWorker } from './push/worker.ts'
import { changeRecord } from './records.ts'
import { toContext, valueFor, type CalendarSyncOptions, type EventSource } from './sync-options.ts'

/** A change of an event of the app. An event that is not there any more is named by its id. */
export type EventChange<Event> =
  | { readonly kind: 'upsert' | 'delete'; readonly user: string; readonly event: Event }
  | { readonly kind: 'delete'; readonly user: string; readonly eventId: string }

/** Keeps the Google Calendars of an app's users in step with its events. All methods may be called in parallel. */
export interface CalendarSync<Event> {
  /**
   * Writes a change down and returns; a worker carries it out. Changes of one event that come before it does are one.
   * Call it after the app's own save. A user who is not connected needs no queue where there is a `source`.
   *
   * Throws `invalid_user`, `unknown_kind`, `invalid_event`, `end_not_after_start`, `unknown_zone`, `invalid_recurrence`,
   * `mapping_failed`; and `store_failed` if it could not be written down: then call it again.
   */
  enqueue(change: EventChange<Event>): Promise<void>
  /**
   * Carries out what is queued, here or by another process, until the signal ends it; calls that are under way are
   * ended, and done again by whoever is next. Any number of workers may share a store. Failures are reported, not thrown.
   */
  run(options: { readonly signal: AbortSignal }): Promise<void>
  /** Carries out what is due now, and returns: for a timer in place of a worker. Throws `store_failed`. */
  drain(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Reads how things stand with a user. Throws `store_failed`. */
  status(user: string): Promise<UserStatus>
  /** Tries dead events again: that one, or all of the user. Returns how many. Throws `store_failed`. */
  retryDead(user: string, eventId?: string): Promise<number>
  /**
   * Says that a user has signed in: what waited goes on, and what the app had before is queued. Call it after each
   * completed sign-in. Throws `store_failed`.
   */
  connected(user: string): Promise<void>
  /**
   * Begins anew with the calendar that is connected now, where `status` says `account_changed`: the former calendar is
   * left as it is. Throws `store_failed`.
   */
  startOver(user: string): Promise<void>
  /**
   * Ends the connection, asks Google to revoke it, and forgets all that is kept of the user. Events in Google stay.
   * Throws `store_failed`, and what `disconnect` of the connection throws; then call it again.
   */
  disconnect(user: string): Promise<{ readonly revoked: boolean }>
}

/**
 * Creates a sync. Nothing is read or sent until it is used. Throws `invalid_option` and `unknown_zone`.
 *
 * ```ts
 * const sync = createCalendarSync({ store, connectionFor: (user) => auth.connection(user), zone: 'Europe/Paris' })
 * await sync.enqueue({ kind: 'upsert', user: 'ada', event: { id: '1', title: 'Lunch', start, end } })
 * await sync.run({ signal })
 * ```
 */
export function createCalendarSync<Event = AppEvent>(options: CalendarSyncOptions<Event>): CalendarSync<Event> {
  const context = toContext(options)
  const { store, connectionFor } = context
  const { source, mapping, zone = 'UTC' } = options
  const readSource = source && readerOf(source)
  const worker = createWorker(context, readSource)

  function readerOf(from: EventSource<Event>): ReadSource {
    return async function* (user) {
      for await (const event of await from.list(user)) {
        const change = { kind: 'upsert', user, event } as const
        try {
          yield { eventId: idOf(change, mapping), fields: await fieldsOf(user, event) }
        } catch (error) {
          // The others are not kept back by one that cannot be shown.
          if (!isCalendarSyncError(error)) throw error
          yield { code: error.code }
        }
      }
    }
  }

  async function fieldsOf(user: string, event: Event): Promise<GoogleFields> {
    return toGoogleFields(readEvent(event, mapping), await valueFor(zone, user))
  }

  async function wishOf(change: EventChange<Event>): Promise<Wish> {
    const id = crypto.randomUUID()
    const { kind, user } = change
    if (kind === 'delete') return { id, kind }
    if (kind === 'upsert') return { id, kind, fields: await fieldsOf(user, change.event) }
    throw new CalendarSyncError('unknown_kind', "enqueue: the kind of a change is 'upsert' or 'delete'.", { user })
  }

  /** Where there is a source, signing in brings everything anyway. */
  async function needsNoQueue(user: string): Promise<boolean> {
    if (source === undefined) return false
    const status = await (await connectionFor(user))?.status()
    return status === undefined || status.state === 'absent' || status.state === 'closed'
  }

  return {
    async enqueue(change) {
      const { user } = change
      checkName(user, 'user')
      const eventId = idOf(change, mapping)
      const wish = await naming({ user, eventId }, () => wishOf(change))
      if (await needsNoQueue(user)) return
      const key = outboxKey(user, eventId)
      await changeRecord<OutboxEntry>(store, key, (entry, nowMs) => ({
        put: accept(entry, { user, eventId, wish }, nowMs),
      }))
      worker.wake(key)
    },
    run: ({ signal }) => worker.run(signal),
    drain: ({ signal = new AbortController().signal } = {}) => worker.drain(signal),
    status(user) {
      checkName(user, 'user')
      return readUserStatus(context, user)
    },
    async retryDead(user, eventId) {
      checkName(user, 'user')
      const dead = (await readEntries(store, user)).filter((entry) => entry.dead !== undefined)
      const chosen = dead.filter((entry) => eventId === undefined || entry.eventId === eventId)
      for (const entry of chosen) {
        await changeRecord<OutboxEntry>(store, outboxKey(user, entry.eventId), (current) =>
          current?.dead === undefined ? 'keep' : { put: revive(current) },
        )
      }
      worker.wake()
      return chosen.length
    },
    async connected(user) {
      checkName(user, 'user')
      if (source !== undefined) await requestBackfill(context, user)
      await changeRecord<UserRecord>(store, userKey(user), (record) => {
        const { wait: _, ...rest } = record ?? {}
        return { put: { ...rest, isUnverified: true } }
      })
      worker.wake()
    },
    async startOver(user) {
      checkName(user, 'user')
      await startOver(context, user, source !== undefined)
      worker.wake()
    },
    async disconnect(user) {
      checkName(user, 'user')
      const { revoked = false } = (await (await connectionFor(user))?.disconnect()) ?? {}
      await forgetUser(context, user)
      return { revoked }
    },
  }
}

function idOf<Event>(change: EventChange<Event>, mapping: CalendarSyncOptions<Event>['mapping']): string {
  const id = 'eventId' in change ? change.eventId : readEvent(change.event, mapping).id
  checkName(id, 'id')
  return id
}

/** Longest names, in UTF-8 bytes at most three times as many: stores have limits for keys. */
const longestName = 512

function checkName(name: unknown, what: 'user' | 'id'): asserts name is string {
  if (typeof name === 'string' && name !== '' && name.length <= longestName && name.isWellFormed()) return
  const problem = `must be text of 1 to ${longestName} characters that is well-formed`
  if (what === 'user') throw new CalendarSyncError('invalid_user', `The user ${problem}.`)
  throw new CalendarSyncError('invalid_event', `The id of the event ${problem}.`, { member: 'id' })
}

/** Adds to what is wrong with an event which one it is. */
async function naming<T>(about: { user: string; eventId: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isCalendarSyncError(error)) throw new CalendarSyncError('mapping_failed', 'The zone function failed.', about)
    const { code, message, member } = error
    throw new CalendarSyncError(code, message, { ...about, member })
  }
}
