import type { RecordFacts } from './record-facts.ts'

/** What the server made of a refresh token that was presented; `not_judged`: it never looked at it. */
export type Verdict = 'current' | 'spent_in_grace' | 'reuse' | 'revoked' | 'not_judged'

/**
 * What went wrong on purpose. `crash`, `suspension` and `cut_off` (its store did not answer) hit a worker, `answer_lost`
 * a request; the others hit everybody: the store lost acknowledged writes, its clock was moved, the provider ended the
 * grant by itself.
 */
export type Fault = 'crash' | 'suspension' | 'cut_off' | 'answer_lost' | 'store_lost_writes' | 'clock_moved' | 'revoked'

/** One line of a recorded history, in the order in which things happened. Tokens stand here as hashes or names. */
export type HistoryLine =
  /** Before the store is asked. */
  | {
      readonly kind: 'intent'
      readonly id: string
      readonly worker: string
      readonly ifVersion: string | null
      readonly record: RecordFacts
    }
  /** What the store answered to it. */
  | { readonly kind: 'answer'; readonly id: string; readonly version: string | 'conflict' }
  | { readonly kind: 'seen'; readonly version: string; readonly record: RecordFacts }
  /** A refresh token leaves for the server. */
  | {
      readonly kind: 'sent'
      readonly request: string
      readonly worker: string
      readonly claimId: string
      readonly refreshToken: string
    }
  /** The server decided; `issued` is a refresh token that took the place of the presented one. */
  | {
      readonly kind: 'judged'
      readonly request: string
      readonly verdict: Verdict
      readonly family?: string
      readonly issued?: string
    }
  /** The answer reached the worker. */
  | {
      readonly kind: 'told'
      readonly request: string
      readonly status: number
      readonly error?: string
      readonly issued?: string
    }
  /** The worker no longer listens for the answer, `waitedMs` after sending. */
  | { readonly kind: 'gave_up'; readonly request: string; readonly waitedMs: number }
  /** What an introspection told a worker. */
  | { readonly kind: 'introspected'; readonly refreshToken: string; readonly active: boolean }
  /** A caller got an access token. */
  | { readonly kind: 'served'; readonly worker: string; readonly generation: number }
  /** A call came to its end, after waiting so long while its process ran. */
  | {
      readonly kind: 'returned'
      readonly worker: string
      readonly what: 'accessToken' | 'refresh' | 'status'
      readonly waitedMs: number
    }
  | { readonly kind: 'fault'; readonly fault: Fault; readonly worker?: string; readonly request?: string }

export type LineOf<K extends HistoryLine['kind']> = Extract<HistoryLine, { kind: K }>

/** Picks the lines of one kind. */
export function linesOf<K extends HistoryLine['kind']>(lines: readonly HistoryLine[], kind: K): LineOf<K>[] {
  return lines.filter((line): line is LineOf<K> => line.kind === kind)
}
