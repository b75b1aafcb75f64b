import { appendFileSync, readFileSync } from 'node:fs'
import { createHash } from 'node:crypto'

/** A grant record without its secrets: what the checker needs of one stored value. */
export interface RecordFacts {
  readonly lineage: string
  readonly generation: number
  readonly state: 'active' | 'claimed' | 'reauth' | 'closed'
  readonly claim?: {
    readonly id: string
    readonly generation: number
    readonly atMs: number
    readonly deadlineMs: number
  }
  readonly retryAtMs: number
  readonly unresolved: number
  readonly refreshToken?: string
  /** Hash over all token fields. */
  readonly tokens: string
  readonly reason?: string
}

/** One line of a recorded history. `intent` is written before the store is asked, `answer` after. */
export type HistoryLine =
  | { readonly kind: 'intent'; readonly id: string; readonly ifVersion: string | null; readonly record: RecordFacts }
  | { readonly kind: 'answer'; readonly id: string; readonly version: string | 'conflict' }
  | { readonly kind: 'seen'; readonly version: string; readonly record: RecordFacts }
  | {
      readonly kind: 'sent'
      readonly claimId: string
      readonly generation: number
      readonly refreshToken: string
      readonly atMs: number
    }
  | { readonly kind: 'told'; readonly refreshToken: string; readonly status: number; readonly error?: string }
  | { readonly kind: 'served'; readonly worker: string; readonly generation: number }

export interface HistoryWriter {
  write(line: HistoryLine): void
}

/** Appends lines with one synchronous write each, so that a killed process leaves whole lines. */
export function createHistoryWriter(path: string): HistoryWriter {
  return { write: (line) => appendFileSync(path, `${JSON.stringify(line)}\n`) }
}

export function readHistory(path: string): HistoryLine[] {
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as HistoryLine)
}

export function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 16)
}

interface StoredRecord extends Omit<RecordFacts, 'tokens' | 'refreshToken'> {
  readonly tokens: { readonly refreshToken?: string }
}

/** Takes the secrets out of a stored value. */
export function factsOf(value: string): RecordFacts {
  const record = JSON.parse(value) as StoredRecord
  const { lineage, generation, state, claim, retryAtMs, unresolved, tokens, reason } = record
  return {
    lineage,
    generation,
    state,
    retryAtMs,
    unresolved,
    tokens: hash(JSON.stringify(tokens)),
    ...(claim === undefined ? {} : { claim }),
    ...(tokens.refreshToken === undefined ? {} : { refreshToken: hash(tokens.refreshToken) }),
    ...(reason === undefined ? {} : { reason }),
  }
}
