import { systemClock, type Clock, type Store } from '@grantkit/auth-core'
import {
  createGoogleCalendar,
  type GoogleCalendar,
  type GoogleCalendarOptions,
  type SendUpdates,
} from '@grantkit/google-calendar'
import type { ConnectionFor, SyncConnection } from './connection.ts'
import { CalendarSyncError } from './errors.ts'
import type { Mapping } from './event/mapping.ts'
import { checkZone } from './event/event-time.ts'
import { toldTo, type Observe } from './observe.ts'
import type { ResolveConflict } from './push/carry-out.ts'
import type { ConflictWinner } from './push/next-step.ts'
import type { SyncContext } from './sync-context.ts'

/** Settings of the API client that sends. */
export type ClientOptions = Omit<GoogleCalendarOptions, 'connection' | 'timeoutMs' | 'clock' | 'random'>

/** Gives the events that a user has in the app. */
export interface EventSource<Event> {
  /** Lists what should be in the calendar of a user who connects. */
  list(user: string): AsyncIterable<Event> | Iterable<Event> | Promise<Iterable<Event>>
}

export interface CalendarSyncOptions<Event> {
  /** Gives the connection of a user, or nothing for one who has none: `(user) => auth.connection(user)`. */
  readonly connectionFor: ConnectionFor
  /** Where the outbox and what is known of Google are kept. May be that of the auth client. */
  readonly store: Store
  /** Where the app's events come from when a user connects. Without it, only what is queued is sent. */
  readonly source?: EventSource<Event>
  /** Into which calendar new events go. Default `primary`. */
  readonly calendarId?: string | ((user: string) => string | Promise<string>)
  /** How an event of the app is read. Default: it has the members of `AppEvent`. */
  readonly mapping?: Mapping<Event>
  /** Zone of events that name none, as an IANA name. Default `UTC`. */
  readonly zone?: string | ((user: string) => string | Promise<string>)
  /**
   * Who wins where somebody has changed in Google what the app changes, too. Other members of the event, such as guests
   * or reminders, are never touched. Default `ours`.
   */
  readonly conflict?: ConflictWinner | ResolveConflict
  /** What happens if somebody has deleted an event in Google and the app changes it. Default `recreate`. */
  readonly whenGone?: 'recreate' | 'forget'
  /** Whom Google tells of changes by mail. Default `none`. */
  readonly sendUpdates?: SendUpdates
  /** Events sent at the same time. Default 8. */
  readonly concurrency?: number
  /** How often an event is tried before it is dead; each try has the repeats of the API client. Default 10. */
  readonly tries?: number
  /** Wait after the first failed try; doubles with each further one. Default 30000. */
  readonly baseDelayMs?: number
  /** Longest wait between tries. Default 3600000. */
  readonly maxDelayMs?: number
  /** Limit of one call with its repeats and waits for the quota. Work of a killed process is taken over this much later. Default 90000. */
  readonly callTimeoutMs?: number
  /** How often it is looked for work of other processes. Default 5000. */
  readonly pollMs?: number
  /** Told of everything that happens. */
  readonly observe?: Observe
  /** Settings of the API client, such as `fetch` or `rateLimit`. */
  readonly client?: ClientOptions
  readonly clock?: Clock
  /** Chance for the waits, from 0 up to but not including 1. Default `Math.random`. */
  readonly random?: () => number
}

const known: ReadonlySet<string> = new Set<keyof CalendarSyncOptions<unknown>>([
  'connectionFor',
  'store',
  'source',
  'calendarId',
  'mapping',
  'zone',
  'conflict',
  'whenGone',
  'sendUpdates',
  'concurrency',
  'tries',
  'baseDelayMs',
  'maxDelayMs',
  'callTimeoutMs',
  'pollMs',
  'observe',
  'client',
  'clock',
  'random',
])

/** The longest delay timers can hold. */
const maxTimerMs = 2 ** 31 - 1

/** Checks the options and fills in the defaults. Throws `invalid_option` and `unknown_zone`. */
export function toContext<Event>(options: CalendarSyncOptions<Event>): SyncContext {
  for (const key of Object.keys(options)) if (!known.has(key)) throw invalid(`there is no option "${key}"`)
  const { connectionFor, store, source, zone, conflict = 'ours', whenGone = 'recreate', sendUpdates = 'none' } = options
  if (typeof connectionFor !== 'function') throw invalid('connectionFor must be a function')
  if (typeof store?.read !== 'function') throw invalid('store is missing')
  if (source !== undefined && typeof source.list !== 'function') throw invalid('source must have a function list')
  if (typeof zone === 'string') checkZone(zone)
  if (typeof conflict !== 'function') checkOneOf('conflict', conflict, ['ours', 'theirs'])
  checkOneOf('whenGone', whenGone, ['recreate', 'forget'])
  checkOneOf('sendUpdates', sendUpdates, ['all', 'externalOnly', 'none'])
  const { clock = systemClock, random = Math.random, calendarId } = options
  const callTimeoutMs = count('callTimeoutMs', options.callTimeoutMs ?? 90_000, maxTimerMs)
  return {
    store,
    clock,
    random,
    connectionFor,
    calendarOf: clientsOf({ ...options.client, timeoutMs: callTimeoutMs, clock, random }),
    calendarIdOf: async (user) => checkCalendarId(await valueFor(calendarId, user)),
    sendUpdates,
    policies: { conflict: typeof conflict === 'function' ? 'ask' : conflict, whenGone },
    resolve: typeof conflict === 'function' ? conflict : () => conflict,
    concurrency: count('concurrency', options.concurrency ?? 8, 1000),
    callTimeoutMs,
    pollMs: count('pollMs', options.pollMs ?? 5_000, maxTimerMs),
    tries: count('tries', options.tries ?? 10, 1000),
    baseDelayMs: count('baseDelayMs', options.baseDelayMs ?? 30_000, maxTimerMs),
    maxDelayMs: count('maxDelayMs', options.maxDelayMs ?? 3600_000, maxTimerMs),
    tell: toldTo(options.observe),
  }
}

/** Gives an option that may be a function of the user. */
export function valueFor<T>(option: T | ((user: string) => T | Promise<T>), user: string): T | Promise<T> {
  return typeof option === 'function' ? (option as (user: string) => T | Promise<T>)(user) : option
}

/** One client each, so that all calls of a connection keep the quota together. */
export function clientsOf(options: Omit<GoogleCalendarOptions, 'connection'>): SyncContext['calendarOf'] {
  const clients = new WeakMap<SyncConnection, GoogleCalendar>()
  return (connection) => {
    const client = clients.get(connection) ?? createGoogleCalendar({ ...options, connection })
    clients.set(connection, client)
    return client
  }
}

function checkCalendarId(calendarId: unknown = 'primary'): string {
  if (typeof calendarId === 'string' && calendarId !== '') return calendarId
  throw invalid('calendarId must be text that is not empty')
}

function checkOneOf(name: string, value: unknown, values: readonly string[]): void {
  if (!values.includes(value as string)) throw invalid(`${name} must be one of ${values.join(', ')}`)
}

function count(name: string, value: unknown, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value
  throw invalid(`${name} must be a whole number from 1 to ${max}`)
}

function invalid(problem: string): CalendarSyncError {
  return new CalendarSyncError('invalid_option', `createCalendarSync: ${problem}.`)
}
