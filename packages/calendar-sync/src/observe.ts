/** What happened. Holds names, ids, codes and numbers only: no token, title or description. */
export interface SyncReport {
  /** `info`: done · `warning`: will be tried again, or waits · `error`: a person has to look. */
  readonly level: 'info' | 'warning' | 'error'
  /** What happened, such as `event_written`. */
  readonly type: SyncReportType
  readonly user?: string
  /** The app's own id of the event. */
  readonly eventId?: string
  /** Code of the error, the app's or Google's. */
  readonly code?: string
  /** HTTP status of Google's answer. */
  readonly status?: number
  /** When it is tried again. */
  readonly retryInMs?: number
  /** How many events it is about. */
  readonly count?: number
}

export type SyncReportType = PushReportType | PullReportType | ConnectReportType

/**
 * - `event_written`, `event_deleted`: Google has it. `event_kept`: what somebody made of it in Google stays.
 *   `event_forgotten`: somebody has deleted it in Google, and it stays away.
 * - `event_failed`: it is tried again. `event_dead`: it is not, unless `retryDead` says so.
 * - `user_waits`: nothing of this user is sent for now; `code` says why. `user_resumed`: it is again.
 * - `backfilled`: events from before the connection are queued.
 * - `worker_failed`: the store or a function of the app failed; the worker goes on.
 */
export type PushReportType =
  | 'event_written'
  | 'event_deleted'
  | 'event_kept'
  | 'event_forgotten'
  | 'event_failed'
  | 'event_dead'
  | 'user_waits'
  | 'user_resumed'
  | 'backfilled'
  | 'worker_failed'

/**
 * - `pulled`: so many changes were handed over. `pull_failed`: they are read again; `code` says why.
 * - `channel_opened`: Google tells of changes. `channel_failed`: it does not, and the calendar is polled.
 */
export type PullReportType = 'pulled' | 'pull_failed' | 'channel_opened' | 'channel_failed'

/**
 * - `connected`, `disconnected`: by the person, in the browser.
 * - `connect_failed`: they were told why, as `code` and `status` say. An error if the app is at fault.
 */
export type ConnectReportType = 'connected' | 'disconnected' | 'connect_failed'

/** Told of what happened. Must return quickly; what it throws is dropped. */
export type Observe = (report: SyncReport) => void

/** Tells an observer, whatever it does. */
export function toldTo(observe: Observe | undefined): Observe {
  return (report) => {
    try {
      observe?.(report)
    } catch {
      // Watching must not change what is watched.
    }
  }
}
