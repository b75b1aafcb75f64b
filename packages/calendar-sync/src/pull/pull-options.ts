import { systemClock } from '@grantkit/auth-core'
import { toldTo } from '../observe.ts'
import { CalendarSyncError } from '../errors.ts'
import { clientsOf, valueFor, type CalendarSyncOptions } from '../sync-options.ts'
import type { CalendarChange } from './calendar-change.ts'
import type { PullContext } from './pull-context.ts'

export interface CalendarPullOptions extends Pick<
  CalendarSyncOptions<never>,
  'connectionFor' | 'store' | 'calendarId' | 'observe' | 'client' | 'clock' | 'random'
> {
  /**
   * Takes what changed, in order, a page of it at a time. Awaited before it is noted that it was told: after a crash the
   * same comes again, so taking it twice must do no harm. What it throws is reported as `handler_failed`, and the same comes
   * again later. One that takes more than two minutes may be asked again by another process.
   */
  readonly onChanges: (changes: readonly CalendarChange[], about: { readonly user: string }) => Promise<void>
  /** Where Google posts messages to `webhook`: https with a public certificate. Without it, calendars are polled. */
  readonly address?: string
  /** How often a calendar is read that no messages come of. Default 300000. */
  readonly pollMs?: number
  /** How often one is read that messages come of: some are lost. Default 3600000. */
  readonly safetyPollMs?: number
  /** Calendars read at the same time. Default 4. */
  readonly concurrency?: number
  /** How often it is looked for messages that other processes took. Default 1000. */
  readonly lookMs?: number
}

const known: ReadonlySet<string> = new Set<keyof CalendarPullOptions>([
  'connectionFor',
  'store',
  'calendarId',
  'observe',
  'client',
  'clock',
  'random',
  'onChanges',
  'address',
  'pollMs',
  'safetyPollMs',
  'concurrency',
  'lookMs',
])

const callTimeoutMs = 90_000

/** Checks the options and fills in the defaults. Throws `invalid_option`. */
export function toPullContext(options: CalendarPullOptions): PullContext {
  for (const key of Object.keys(options)) if (!known.has(key)) throw invalid(`there is no option "${key}"`)
  const { connectionFor, store, onChanges, address, calendarId = 'primary' } = options
  if (typeof connectionFor !== 'function') throw invalid('connectionFor must be a function')
  if (typeof store?.read !== 'function') throw invalid('store is missing')
  if (typeof onChanges !== 'function') throw invalid('onChanges must be a function')
  if (address !== undefined && !isPostable(address)) throw invalid('address must be an https address')
  const { clock = systemClock, random = Math.random } = options
  return {
    store,
    clock,
    random,
    connectionFor,
    calendarOf: clientsOf({ ...options.client, timeoutMs: callTimeoutMs, clock, random }),
    calendarIdOf: async (user) => await valueFor(calendarId, user),
    onChanges,
    address,
    pollMs: count('pollMs', options.pollMs ?? 300_000),
    safetyPollMs: count('safetyPollMs', options.safetyPollMs ?? 3_600_000),
    concurrency: count('concurrency', options.concurrency ?? 4),
    lookMs: count('lookMs', options.lookMs ?? 1000),
    tell: toldTo(options.observe),
  }
}

/** Google posts over https alone; what is on this machine can be tried without. */
function isPostable(address: string): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname } = new URL(address)
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

function count(name: string, value: number): number {
  // A day is the longest that is waited, and the longest a timer of 32 bits can hold is longer.
  if (Number.isInteger(value) && value >= 1 && value <= 24 * 3600_000) return value
  throw invalid(`${name} must be a whole number from 1 to ${24 * 3600_000}`)
}

function invalid(problem: string): CalendarSyncError {
  return new CalendarSyncError('invalid_option', `createCalendarPull: ${problem}.`)
}
