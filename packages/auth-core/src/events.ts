import type { AuthError } from './errors.ts'

/**
 * The closed list of what can come of a refresh, for logs, metrics and audit. `save_retried`: the store, or the spill,
 * did not take new tokens; `error` says which and why. `save_spilled`: the spill has them, the store does not yet.
 */
export type RefreshOutcome =
  | 'refreshed'
  | 'joined'
  | 'served_valid'
  | 'race_lost'
  | 'never_sent'
  | 'not_processed_client'
  | 'not_processed_rate'
  | 'not_processed_server'
  | 'unknown_timeout'
  | 'unknown_reset'
  | 'unknown_5xx'
  | 'unknown_malformed'
  | 'taken_over'
  | 'probe_ok'
  | 'probe_rejected'
  | 'rejected'
  | 'save_retried'
  | 'save_spilled'
  | 'wait_timeout'

interface EventFacts {
  readonly provider: string
  readonly account: string
}

/** Something worth a log line. Never holds a secret. */
export type AuthEvent =
  | (EventFacts & {
      readonly type: 'refresh'
      readonly outcome: RefreshOutcome
      readonly generation: number
      /** Since the refresh began, in milliseconds. */
      readonly durationMs: number
      readonly error?: AuthError
    })
  | (EventFacts & { readonly type: 'connected' | 'disconnected'; readonly generation: number })
  | (EventFacts & {
      /** The refresh token ends soon, and only a person can replace it. Once in each process. */
      readonly type: 'reconnect_soon'
      readonly generation: number
      readonly refreshTokenExpiresAtMs: number
    })
  | (EventFacts & { readonly type: 'hook_failed'; readonly generation: number; readonly attempt: number })
