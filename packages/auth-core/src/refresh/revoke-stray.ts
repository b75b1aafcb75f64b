import { revoke } from '../grants/revoke.ts'
import { abortAfter } from '../stopwatch.ts'
import type { GrantRecord } from './grant-record.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import type { Answered } from './token-attempt.ts'

const revokeLimitMs = 10_000

/** Revokes tokens that came too late to be stored, unless that could end a grant that was authorized anew. */
export async function revokeStray(
  { wire, clock }: RefreshPorts,
  { attempt, outcome }: Answered,
  record: GrantRecord,
): Promise<void> {
  const isClosed = record.state === 'closed'
  if (!isClosed && wire.provider.revocationEndsGrant !== false) return
  const { refreshToken, accessToken } = outcome.read.tokens
  const inUse = [attempt.sent.refreshToken, record.tokens.refreshToken]
  const limit = abortAfter(clock, revokeLimitMs)
  try {
    if (refreshToken !== undefined && !inUse.includes(refreshToken)) {
      await revoke(wire, refreshToken, 'refresh_token', limit.signal)
    }
    if (isClosed && accessToken !== undefined) await revoke(wire, accessToken, 'access_token', limit.signal)
  } catch {
    // Nobody holds the stray tokens; what is not revoked ends by itself.
  } finally {
    limit.cancel()
  }
}
