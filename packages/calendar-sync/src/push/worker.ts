import { backfill, type ReadSource } from '../life/backfill.ts'
import { backfillPrefix, outboxPrefix, userOf } from '../keys.ts'
import { listKeys } from '../records.ts'
import type { SyncContext } from '../sync-context.ts'
import { admit, holdBack, noteSuccess } from './admission.ts'
import { createAgenda } from './agenda.ts'
import { failureOf } from './failure.ts'
import { pushEntry } from './push-entry.ts'
import { createSlots } from './slots.ts'

/** Carries out what is queued. Any number of them work on one store. */
export interface Worker {
  /** Carries out what is due, until nothing is. */
  drain(signal: AbortSignal): Promise<void>
  /** Drains, waits, and drains again, until the signal ends it. */
  run(signal: AbortSignal): Promise<void>
  /** Something may be due. */
  wake(key?: string): void
}

export function createWorker(context: SyncContext, readSource: ReadSource | undefined): Worker {
  const { store, clock, pollMs, tell } = context
  const slots = createSlots(context.concurrency)
  const agenda = createAgenda(() => clock.monotonicMs(), pollMs)
  let awake = Promise.withResolvers<void>()

  /** Carries out what of a user is due. Tells whether anything was sent. */
  async function pushUser(user: string, keys: readonly string[], signal: AbortSignal): Promise<boolean> {
    const admission = await slots.run(() => admit(context, user, signal))
    if ('waitsMs' in admission) {
      for (const key of keys) agenda.putOff(key, admission.waitsMs)
      return false
    }
    let sent = 0
    let heldBackForMs: number | undefined
    const pushOne = async (key: string): Promise<void> => {
      if (signal.aborted || heldBackForMs !== undefined) return agenda.putOff(key, heldBackForMs)
      const end = await pushEntry(context, key, { calendar: admission.calendar, signal })
      if (end.kind === 'user_waits') {
        heldBackForMs = end.failure.forMs
        agenda.putOff(key, heldBackForMs)
        await holdBack(context, user, end.failure)
      } else if (end.kind === 'later') agenda.putOff(key, end.inMs)
      else agenda.drop(key)
      if (end.kind === 'sent') sent += 1
    }
    await Promise.all(keys.map((key) => slots.run(() => guarded(() => pushOne(key), key))))
    if (sent > 0) await noteSuccess(context, user, { isOpen: heldBackForMs === undefined })
    return sent > 0
  }

  /** What fails here is the store or a function of the app: it is looked at again later. */
  async function guarded<T>(work: () => Promise<T>, key?: string): Promise<T | undefined> {
    try {
      return await work()
    } catch (error) {
      if (key !== undefined) agenda.putOff(key)
      const failure = failureOf(error, 0)
      const code = 'code' in failure ? failure.code : failure.about
      const about = key === undefined ? {} : { user: userOf(key) }
      tell({ level: 'error', type: 'worker_failed', code, ...about })
      return undefined
    }
  }

  /** Looks once at everything that is due. Tells whether more may be due now. */
  async function pass(signal: AbortSignal): Promise<boolean> {
    const backfills = readSource === undefined ? [] : await listKeys(store, backfillPrefix)
    for (const key of backfills.filter((each) => agenda.isDue(each))) {
      await guarded(() => backfill(context, userOf(key), readSource ?? nothing), key)
    }
    const queued = await listKeys(store, outboxPrefix)
    agenda.retain([...queued, ...backfills])
    const users = [
      ...Map.groupBy(
        queued.filter((key) => agenda.isDue(key)),
        userOf,
      ),
    ]
    const sent = await Promise.all(users.map(([user, keys]) => guarded(() => pushUser(user, keys, signal), keys[0])))
    return sent.includes(true) || agenda.nextInMs() === 0
  }

  async function drain(signal: AbortSignal): Promise<void> {
    let goesOn = true
    while (goesOn && !signal.aborted) goesOn = await pass(signal)
  }

  return {
    drain(signal) {
      // Asked to look, it looks at everything.
      agenda.clear()
      return drain(signal)
    },
    async run(signal) {
      const stopped = new Promise<void>((resolve) => {
        if (signal.aborted) resolve()
        else signal.addEventListener('abort', () => resolve(), { once: true })
      })
      while (!signal.aborted) {
        awake = Promise.withResolvers<void>()
        await guarded(() => drain(signal))
        const pause = Promise.withResolvers<void>()
        const cancel = clock.setTimer(pause.resolve, Math.max(1, agenda.nextInMs()))
        await Promise.race([stopped, awake.promise, pause.promise])
        cancel()
      }
    },
    wake(key) {
      if (key === undefined) agenda.clear()
      else agenda.drop(key)
      awake.resolve()
    },
  }
}

async function* nothing(): AsyncGenerator<never> {
  // Without a source there is nothing to backfill from.
}
