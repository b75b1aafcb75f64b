import type { GoogleCalendar } from '@grantkit/google-calendar'
import type { SyncReport } from '../observe.ts'
import type { SyncContext } from '../sync-context.ts'
import { carryOut } from './carry-out.ts'
import { ClaimLost, claimEntry, type ClaimedEntry } from './claimed-entry.ts'
import { failureOf, type Failure } from './failure.ts'
import type { PushResult } from './next-step.ts'
import type { Outcome, OutboxEntry } from './outbox-entry.ts'

/** What came of looking at one entry. */
export type PushEnd =
  | { readonly kind: 'sent' }
  /** Look again then; never, if it is gone or dead. */
  | { readonly kind: 'later'; readonly inMs: number | undefined }
  /** Nothing of this user can be sent for now. */
  | { readonly kind: 'user_waits'; readonly failure: Extract<Failure, { about: 'user' }> }

const reportOf: Readonly<Record<PushResult, SyncReport['type'] | undefined>> = {
  written: 'event_written',
  deleted: 'event_deleted',
  kept: 'event_kept',
  forgotten: 'event_forgotten',
  unchanged: undefined,
}

/** Claims an entry, brings its event to where it is wanted, and notes how that went. */
export async function pushEntry(
  context: SyncContext,
  key: string,
  { calendar, signal }: { readonly calendar: GoogleCalendar; readonly signal: AbortSignal },
): Promise<PushEnd> {
  const claimed = await claimEntry(context, key)
  if (!('entry' in claimed)) return { kind: 'later', inMs: claimed.dueInMs }
  try {
    const { user } = claimed.entry
    const calendarId = await context.calendarIdOf(user)
    const done = await carryOut({ ...context, ...claimed, calendar, calendarId, signal })
    if (done === undefined) return await endFailed(context, claimed, busy)
    if (done.result !== 'unchanged' || claimed.link !== done.link) await claimed.remember(done.link)
    const left = await claimed.release({ kind: 'done' })
    const type = reportOf[done.result]
    if (type !== undefined) context.tell({ level: 'info', type, ...aboutEntry(claimed.entry) })
    return left === undefined ? { kind: 'sent' } : { kind: 'later', inMs: 0 }
  } catch (error) {
    // Whoever has taken it over goes on with it.
    if (error instanceof ClaimLost) return { kind: 'later', inMs: context.callTimeoutMs }
    return await endFailed(context, claimed, failureOf(error, claimed.nowMs))
  }
}

/** The event was changed in Google each time before it could be written. */
const busy: Failure = { about: 'event', code: 'conflict', isFinal: false, retryAfterMs: 0 }

async function endFailed(context: SyncContext, claimed: ClaimedEntry, failure: Failure): Promise<PushEnd> {
  const { entry, nowMs } = claimed
  const outcome = outcomeOf(context, entry, failure, nowMs)
  const left = await claimed.release(outcome)
  tellFailure(context, entry, failure, { outcome, left })
  if (failure.about === 'user') return { kind: 'user_waits', failure }
  if (left?.dead !== undefined) return { kind: 'later', inMs: undefined }
  return { kind: 'later', inMs: 'retryInMs' in outcome ? outcome.retryInMs : 0 }
}

function outcomeOf(context: SyncContext, { failures }: OutboxEntry, failure: Failure, nowMs: number): Outcome {
  switch (failure.about) {
    case 'user':
      // The user's own record holds the others back; the entry itself is ready as soon as that one opens.
      return { kind: 'waits', untilMs: 0 }
    case 'stop':
      return { kind: 'waits', untilMs: 0 }
    case 'app':
      return { kind: 'waits', untilMs: nowMs + retryDelayMs(context, failures) }
    case 'event': {
      const { code, status, isFinal, retryAfterMs } = failure
      const known = { code, ...(status === undefined ? {} : { status }) }
      if (isFinal) return { kind: 'refused', ...known }
      return { kind: 'failed', ...known, retryInMs: Math.max(retryAfterMs, retryDelayMs(context, failures)) }
    }
  }
}

/** Doubles with each failure, with up to a quarter of chance on top so that many do not return at once. */
function retryDelayMs(
  { baseDelayMs, maxDelayMs, random }: Pick<SyncContext, 'baseDelayMs' | 'maxDelayMs' | 'random'>,
  failures: number,
): number {
  const delayMs = Math.min(maxDelayMs, baseDelayMs * 2 ** Math.min(failures, 30))
  return Math.round(delayMs * (1 + random() / 4))
}

function tellFailure(
  { tell }: SyncContext,
  entry: OutboxEntry,
  failure: Failure,
  { outcome, left }: { outcome: Outcome; left: OutboxEntry | undefined },
): void {
  if (failure.about === 'user' || failure.about === 'stop') return
  const { code } = failure
  const about = { ...aboutEntry(entry), code, ...('status' in failure ? { status: failure.status } : {}) }
  if (left?.dead !== undefined) tell({ level: 'error', type: 'event_dead', ...about })
  else if (outcome.kind === 'failed')
    tell({ level: 'warning', type: 'event_failed', ...about, retryInMs: outcome.retryInMs })
  else tell({ level: 'warning', type: 'event_failed', ...about })
}

function aboutEntry({ user, eventId }: OutboxEntry): Pick<SyncReport, 'user' | 'eventId'> {
  return { user, eventId }
}
