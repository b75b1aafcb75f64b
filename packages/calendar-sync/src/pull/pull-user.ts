import type { GoogleCalendar } from '@grantkit/google-calendar'
import { userKey } from '../keys.ts'
import type { UserRecord } from '../life/user-record.ts'
import { failureOf } from '../push/failure.ts'
import { changeReading, changeRecord, readRecord } from '../records.ts'
import { keepChannel } from './channel.ts'
import type { PullContext } from './pull-context.ts'
import { pullKey, wakeKey } from './pull-keys.ts'
import { claimed, extended, finished, isHeldBy, released, type PullRecord } from './pull-record.ts'
import { readChanges } from './read-changes.ts'

/** Somebody else has the claim by now, or the user is followed no more. */
class ClaimLost extends Error {}

/** The app's own function failed. Its error goes no further than its code: it may quote an event. */
class HandlerFailed extends Error {}

/** Reads what changed in a user's calendar, unless it is not due, or another process does. Failures are told, not thrown. */
export async function pullUser(context: PullContext, user: string, signal: AbortSignal): Promise<void> {
  const { store } = context
  const holder = crypto.randomUUID()
  const wake = await readRecord<object>(store, wakeKey(user))
  const isWoken = wake.value !== undefined
  let mine: PullRecord | undefined
  let isFollowed = false
  await changeRecord<PullRecord>(store, pullKey(user), (record, nowMs) => {
    isFollowed = record !== undefined
    mine = record && claimed(record, { holder, isWoken, nowMs })
    return mine === undefined ? 'keep' : { put: mine }
  })
  // A message that came while the user was let go.
  if (!isFollowed) await changeReading(store, wakeKey(user), wake, 'remove')
  if (mine === undefined) return
  try {
    await readAll(context, mine, holder, signal)
    // One that came meanwhile has another version, and stays.
    if (isWoken) await changeReading(store, wakeKey(user), wake, 'remove')
  } catch (error) {
    if (!(error instanceof ClaimLost)) await endFailed(context, mine, holder, signal.aborted ? 'stop' : error)
  }
}

async function readAll(context: PullContext, record: PullRecord, holder: string, signal: AbortSignal): Promise<void> {
  const { store, onChanges, tell } = context
  const { user } = record
  const calendar = await admit(context, user)
  const { nowMs } = await readRecord(store, pullKey(user))
  // First: what changes from here on is told.
  await keepChannel(context, record, { user, holder, calendar, signal }, nowMs)
  const pass = await readChanges(context, record, {
    calendar,
    signal,
    async deliver(changes) {
      await hold(context, user, holder)
      await onChanges(changes, { user }).catch(() => {
        throw new HandlerFailed()
      })
    },
  })
  if (pass === undefined) return
  const { count } = pass
  await changeRecord<PullRecord>(store, pullKey(user), (current, now) => {
    if (!isHeldBy(current, holder)) return 'keep'
    return { put: finished(current, { ...pass, dueAtMs: now + nextInMs(context, current, now) }) }
  })
  if (count > 0) tell({ level: 'info', type: 'pulled', user, count })
}

/** The calendar is not to be read now. */
class NotAdmitted extends Error {
  readonly code: 'not_connected' | 'account_changed' | 'unverified'

  constructor(code: NotAdmitted['code']) {
    super(code)
    this.code = code
  }
}

/** While it is not known whose calendar this is, nothing that is missing there may be taken for deleted. */
async function admit({ store, connectionFor, calendarOf }: PullContext, user: string): Promise<GoogleCalendar> {
  const { value: known } = await readRecord<UserRecord>(store, userKey(user))
  if (known?.wait?.reason === 'account_changed') throw new NotAdmitted('account_changed')
  if (known?.isUnverified === true) throw new NotAdmitted('unverified')
  const connection = await connectionFor(user)
  if (connection === undefined) throw new NotAdmitted('not_connected')
  return calendarOf(connection)
}

/** Holds the claim for one page more. */
async function hold({ store }: PullContext, user: string, holder: string): Promise<void> {
  const held = await changeRecord<PullRecord>(store, pullKey(user), (record, nowMs) =>
    isHeldBy(record, holder) ? { put: extended(record, holder, nowMs) } : 'keep',
  )
  if (!isHeldBy(held, holder)) throw new ClaimLost()
}

async function endFailed(
  { store, random, pollMs, tell }: PullContext,
  { user, failures }: PullRecord,
  holder: string,
  error: unknown,
): Promise<void> {
  const { code, level, isFailure } = describe(error)
  const backOffMs = Math.min(pollMs, 1000 * 2 ** Math.min(failures, 20)) * (1 + random() / 4)
  const retryInMs = code === 'stopped' ? 0 : Math.round(backOffMs)
  await changeRecord<PullRecord>(store, pullKey(user), (record, nowMs) =>
    isHeldBy(record, holder) ? { put: released(record, { dueAtMs: nowMs + retryInMs, isFailure }) } : 'keep',
  )
  if (isFailure) tell({ level, type: 'pull_failed', user, code, retryInMs })
}

function describe(error: unknown): { code: string; level: 'warning' | 'error'; isFailure: boolean } {
  if (error instanceof HandlerFailed) return { code: 'handler_failed', level: 'error', isFailure: true }
  // Push looks whose calendar it is within a moment; nothing is wrong.
  if (error instanceof NotAdmitted)
    return { code: error.code, level: 'warning', isFailure: error.code !== 'unverified' }
  const failure = error === 'stop' ? ({ about: 'stop' } as const) : failureOf(error, 0)
  if (failure.about === 'stop') return { code: 'stopped', level: 'warning', isFailure: false }
  const code = failure.about === 'user' ? failure.wait.code : failure.code
  const needsPerson = failure.about === 'user' && failure.wait.reason !== 'unavailable'
  return { code, level: needsPerson ? 'error' : 'warning', isFailure: true }
}

/** About a quarter sooner or later, so that the calendars of many are not read at the same moment. */
function nextInMs(
  { pollMs, safetyPollMs, random }: PullContext,
  { channel, noChannelUntilMs = 0 }: PullRecord,
  nowMs: number,
): number {
  const spread = 0.75 + random() / 2
  if (channel !== undefined && channel.expiresAtMs > nowMs) return Math.round(safetyPollMs * spread)
  const retryInMs = noChannelUntilMs > nowMs ? noChannelUntilMs - nowMs : pollMs
  return Math.round(Math.min(pollMs, retryInMs) * spread)
}
