import { isAuthError } from '@grantkit/auth-core'
import type { Fleet } from './fleet.ts'

export interface SettleOptions {
  /** How far the store's clock is ahead of the real one when the first call is made. */
  readonly nowOffsetMs: number
}

/** Longer than any claim and any quiet time: what they forbid is over after one step. */
const stepMs = 3_600_000
const attempts = 20

/**
 * Keeps asking for a token until the grant has settled: `active` with tokens that the server takes, or `reauth`. Moves
 * the store's clock instead of waiting for a dead claim's deadline or a quiet time.
 */
export async function settle(fleet: Fleet, { nowOffsetMs }: SettleOptions): Promise<'active' | 'reauth'> {
  let offsetMs = nowOffsetMs
  const connection = fleet.open({ nowOffsetMs: () => offsetMs }).connection('worker')
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      // Shows that the stored refresh token is the provider's current one, however old the access token is.
      await connection.refresh()
      return 'active'
    } catch (error) {
      if (isAuthError(error, 'reconnect')) return 'reauth'
      if (!isAuthError(error) || !error.retryable) throw error
      offsetMs += stepMs
    }
  }
  throw new Error(`The grant has not settled after ${attempts} attempts.`)
}
