import type { GoogleCalendar } from '@grantkit/google-calendar'
import { userKey } from '../keys.ts'
import { withWait, type UserRecord, type Wait } from '../life/user-record.ts'
import { isSameCalendar } from '../life/verify-calendar.ts'
import { changeRecord, readRecord } from '../records.ts'
import type { SyncContext } from '../sync-context.ts'
import { failureOf, recheckMs, type Failure } from './failure.ts'
import { aheadMs, longestWaitMs } from './outbox-entry.ts'

/** Whether something of a user may be sent now. */
export type Admission = { readonly calendar: GoogleCalendar } | { readonly waitsMs: number }

/** How often it is looked by itself whether the former calendar is back; signing in looks at once. */
const accountRecheckMs = 3600_000

/** Looks whether a user is connected, has to wait, and still has the calendar that was written to. */
export async function admit(context: SyncContext, user: string, signal: AbortSignal): Promise<Admission> {
  const { value: record, nowMs } = await readRecord<UserRecord>(context.store, userKey(user))
  const waitsMs = aheadMs(record?.wait?.untilMs ?? 0, nowMs, longestWaitMs)
  if (waitsMs > 0) return { waitsMs }
  const connection = await context.connectionFor(user)
  if (connection === undefined) return holdBack(context, user, notConnected)
  const calendar = context.calendarOf(connection)
  if (record?.isUnverified !== true) return { calendar }
  try {
    if (!(await isSameCalendar(context, user, { calendar, signal }))) return await holdBack(context, user, otherAccount)
  } catch (error) {
    const failure = failureOf(error, nowMs)
    if (failure.about === 'stop') return { waitsMs: 0 }
    return await holdBack(context, user, failure.about === 'user' ? failure : passing(failure))
  }
  await changeRecord<UserRecord>(context.store, userKey(user), (current) => {
    const { isUnverified: _, ...verified } = withWait(current, undefined)
    return { put: verified }
  })
  return { calendar }
}

type UserFailure = Extract<Failure, { about: 'user' }>

const notConnected: UserFailure = {
  about: 'user',
  wait: { reason: 'not_connected', code: 'not_connected' },
  forMs: recheckMs,
}
const otherAccount: UserFailure = {
  about: 'user',
  wait: { reason: 'account_changed', code: 'account_changed' },
  forMs: accountRecheckMs,
}

function passing({ code }: { code: string }): UserFailure {
  return { about: 'user', wait: { reason: 'unavailable', code }, forMs: recheckMs }
}

/** Levels by what a person has to do: sign in or set something right, or nothing at all. */
const levels: Readonly<Record<Wait['reason'], 'warning' | 'error'>> = {
  not_connected: 'warning',
  reconnect: 'error',
  missing_scope: 'error',
  account_changed: 'error',
  rate_limited: 'warning',
  quota: 'warning',
  configuration: 'error',
  unavailable: 'warning',
}

/** Sends nothing of a user for a while. */
export async function holdBack(
  { store, tell }: SyncContext,
  user: string,
  { wait, forMs, status }: UserFailure,
): Promise<{ readonly waitsMs: number }> {
  let isNews = false
  await changeRecord<UserRecord>(store, userKey(user), (record, nowMs) => {
    isNews = record?.wait?.code !== wait.code
    return { put: withWait(record, { ...wait, untilMs: nowMs + forMs }) }
  })
  const known = status === undefined ? {} : { status }
  // A person who does not come back is told of once.
  if (isNews)
    tell({ level: levels[wait.reason], type: 'user_waits', user, code: wait.code, retryInMs: forMs, ...known })
  return { waitsMs: forMs }
}

/** Notes that Google takes a user's events; `isOpen`: and nothing has held them back since. */
export async function noteSuccess(
  { store, tell }: SyncContext,
  user: string,
  { isOpen }: { readonly isOpen: boolean },
): Promise<void> {
  let waited: Wait | undefined
  await changeRecord<UserRecord>(store, userKey(user), (record, nowMs) => {
    waited = isOpen ? record?.wait : undefined
    return { put: { ...(isOpen ? withWait(record, undefined) : record), lastSuccessMs: nowMs } }
  })
  if (waited !== undefined) tell({ level: 'info', type: 'user_resumed', user })
}
