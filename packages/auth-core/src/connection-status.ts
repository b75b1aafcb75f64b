import type { GrantState } from './refresh/grant-record.ts'
import type { Reading } from './refresh/grant-store.ts'

/** What is known of a connection, without its secrets. Instants are in the store's clock. */
export interface ConnectionStatus {
  /** `reauth`: a person has to authorize again. `absent`: never connected. `closed`: disconnected. */
  readonly state: GrantState | 'absent'
  /** When the state was entered. */
  readonly sinceMs?: number
  readonly generation: number
  /** A presentation of the refresh token has no known outcome yet. */
  readonly uncertain: boolean
  /** The store refuses the newest tokens so far: they are in this process, and in the spill where there is one. */
  readonly unsaved: boolean
  /** No refresh is tried before this instant. */
  readonly backingOffUntilMs?: number
  readonly accessTokenExpiresAtMs?: number
  readonly refreshTokenExpiresAtMs?: number
  readonly scopes: readonly string[]
  /** Why a person has to authorize again. */
  readonly reason?: string
}

export function statusOf(reading: Reading, unsaved: boolean, nowMs: number): ConnectionStatus {
  const { record } = reading
  if (record === undefined) return { state: 'absent', generation: 0, uncertain: false, unsaved, scopes: [] }
  const { tokens, retryAtMs, reason } = record
  return {
    state: record.state,
    sinceMs: record.sinceMs,
    generation: record.generation,
    uncertain: record.unresolved > 0,
    unsaved,
    scopes: tokens.scopes ?? [],
    ...(retryAtMs > nowMs ? { backingOffUntilMs: retryAtMs } : {}),
    ...(tokens.expiresAtMs === undefined ? {} : { accessTokenExpiresAtMs: tokens.expiresAtMs }),
    ...(tokens.refreshTokenExpiresAtMs === undefined
      ? {}
      : { refreshTokenExpiresAtMs: tokens.refreshTokenExpiresAtMs }),
    ...(reason === undefined ? {} : { reason }),
  }
}
