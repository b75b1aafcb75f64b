import { changeRecord, listKeys, readRecord } from '../records.ts'
import { createSlots } from '../push/slots.ts'
import { closeChannel } from './channel.ts'
import { toPullContext, type CalendarPullOptions } from './pull-options.ts'
import { pullKey, pullPrefix, toldPrefixOf, userIn, wakeKey, wakePrefix } from './pull-keys.ts'
import { begun, type PullRecord } from './pull-record.ts'
import { pullUser } from './pull-user.ts'
import { takeMessage } from './webhook.ts'

/** Tells an app what other people change in its users' calendars. All methods may be called in parallel. */
export interface CalendarPull {
  /**
   * Begins to follow a user's calendar, with all that is in it. Call it after each completed sign-in: it begins anew, because
   * it may be another calendar. Throws `store_failed`.
   */
  follow(user: string): Promise<void>
  /**
   * Follows a calendar no more: stops its channel, as far as Google lets it, and forgets where reading was. Call it while the
   * user is still connected. Throws `store_failed`.
   */
  unfollow(user: string): Promise<void>
  /**
   * Reads what is due, here or in another process, until the signal ends it. Any number may run on one store; each calendar
   * is read by one at a time. Failures are reported, not thrown.
   */
  run(options: { readonly signal: AbortSignal }): Promise<void>
  /** Reads what is due now, and returns: for a timer in place of `run`. Throws `store_failed`. */
  drain(options?: { readonly signal?: AbortSignal }): Promise<void>
  /** Answers a message of Google's, as a fetch handler at `address`. Throws `store_failed`: Google comes again then. */
  webhook(request: Request): Promise<Response>
}

/** How often it is looked which calendars are due by the clock. */
const scanMs = 30_000

/**
 * Creates a pull. Nothing is read until it is used. Throws `invalid_option`.
 *
 * ```ts
 * const pull = createCalendarPull({ store, connectionFor: (user) => auth.connection(user), onChanges })
 * await pull.follow('ada')
 * await pull.run({ signal })
 * ```
 */
export function createCalendarPull(options: CalendarPullOptions): CalendarPull {
  const context = toPullContext(options)
  const { store, clock, lookMs, tell } = context
  const slots = createSlots(context.concurrency)
  let awake = Promise.withResolvers<void>()

  function wake(): void {
    awake.resolve()
    awake = Promise.withResolvers()
  }

  async function pullAll(prefix: string, signal: AbortSignal): Promise<void> {
    const users = (await listKeys(store, prefix)).map((key) => userIn(key, prefix))
    const pullOne = (user: string): Promise<void> =>
      signal.aborted ? Promise.resolve() : pullUser(context, user, signal)
    await Promise.all(users.map((user) => slots.run(() => pullOne(user))))
  }

  async function wait(signal: AbortSignal, until: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = clock.setTimer(resolve, lookMs)
    signal.addEventListener('abort', () => resolve(), { once: true })
    await Promise.race([promise, until])
    cancel()
  }

  async function run({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    let scannedAtMs = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      const woken = awake.promise
      const isScan = clock.monotonicMs() - scannedAtMs >= scanMs
      try {
        await pullAll(isScan ? pullPrefix : wakePrefix, signal)
        if (isScan) scannedAtMs = clock.monotonicMs()
      } catch {
        tell({ level: 'error', type: 'worker_failed', code: 'store_failed' })
      }
      if (!signal.aborted) await wait(signal, woken)
    }
  }

  async function stopChannelOf(user: string, record: PullRecord | undefined): Promise<void> {
    if (record?.channel === undefined) return
    const connection = await context.connectionFor(user)
    await closeChannel(context, connection && context.calendarOf(connection), record.channel)
  }

  return {
    async follow(user) {
      const { value: before } = await readRecord<PullRecord>(store, pullKey(user))
      await changeRecord<PullRecord>(store, pullKey(user), () => ({ put: begun(user) }))
      await changeRecord<object>(store, wakeKey(user), () => ({ put: {} }))
      wake()
      await stopChannelOf(user, before)
    },
    async unfollow(user) {
      const { value: before } = await readRecord<PullRecord>(store, pullKey(user))
      const told = await listKeys(store, toldPrefixOf(user))
      for (const key of [pullKey(user), wakeKey(user), ...told]) {
        await changeRecord<object>(store, key, (record) => (record === undefined ? 'keep' : 'remove'))
      }
      await stopChannelOf(user, before)
    },
    run,
    drain: ({ signal = new AbortController().signal } = {}) => pullAll(pullPrefix, signal),
    webhook: (request) => takeMessage(context, request, wake),
  }
}
