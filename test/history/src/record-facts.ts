import { createHash } from 'node:crypto'

/** A grant record without its secrets: what the checker needs of one stored value. */
export interface RecordFacts {
  readonly lineage: string
  readonly generation: number
  readonly state: 'active' | 'claimed' | 'reauth' | 'closed'
  readonly sinceMs: number
  readonly claim?: {
    readonly id: string
    readonly generation: number
    readonly atMs: number
    readonly deadlineMs: number
  }
  readonly retryAtMs: number
  readonly failures: number
  readonly unresolved: number
  readonly unresolvedSinceMs?: number
  readonly refused: boolean
  readonly accessToken?: string
  readonly refreshToken?: string
  /** All token fields in one. */
  readonly tokens: string
  readonly reason?: string
}

interface StoredRecord extends Omit<RecordFacts, 'tokens' | 'accessToken' | 'refreshToken'> {
  readonly tokens: { readonly accessToken?: string; readonly refreshToken?: string }
}

/** Takes the secrets out of a stored value. */
export function factsOf(value: string, conceal: (secret: string) => string = hash): RecordFacts {
  const record = JSON.parse(value) as StoredRecord
  const { lineage, generation, state, sinceMs, claim, retryAtMs, failures, unresolved, refused, reason } = record
  const { unresolvedSinceMs, tokens } = record
  return {
    lineage,
    generation,
    state,
    sinceMs,
    retryAtMs,
    failures,
    unresolved,
    refused,
    tokens: conceal(JSON.stringify(tokens)),
    ...(claim === undefined ? {} : { claim }),
    ...(unresolvedSinceMs === undefined ? {} : { unresolvedSinceMs }),
    ...(tokens.accessToken === undefined ? {} : { accessToken: conceal(tokens.accessToken) }),
    ...(tokens.refreshToken === undefined ? {} : { refreshToken: conceal(tokens.refreshToken) }),
    ...(reason === undefined ? {} : { reason }),
  }
}

export function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 16)
}
