import type { Account } from './account.ts'
import type { AuthContext } from './auth-context.ts'
import { revoke } from './grants/revoke.ts'
import type { GrantTokens } from './refresh/grant-record.ts'
import { close } from './refresh/steps.ts'
import { abortAfter } from './stopwatch.ts'

const storeLimitMs = 10_000
const revokeLimitMs = 10_000

/** Erases first, then revokes from memory, within ten seconds; nothing is queued for later. */
export async function disconnect(
  context: AuthContext,
  account: Pick<Account, 'grants' | 'session' | 'changed'>,
): Promise<{ erased: true; revoked: boolean }> {
  let erased: GrantTokens = {}
  const result = await account.grants.apply(
    ({ record, nowMs }) => {
      const tombstone = record && close(record, nowMs)
      if (tombstone !== undefined && record !== undefined) erased = record.tokens
      return tombstone
    },
    {
      // Who has signed in since must not be signed out.
      isDone: (record, before) => record.state === 'closed' || record.lineage !== before?.lineage,
      giveUpAfterMs: storeLimitMs,
    },
  )
  account.changed('disconnected', result)
  const revoked = await revokeAll(context, erased)
  // Tokens that the store never took are revoked and erased as well.
  await account.session.recover()
  return { erased: true, revoked }
}

async function revokeAll({ wire, clock }: AuthContext, { refreshToken, accessToken }: GrantTokens): Promise<boolean> {
  const limit = abortAfter(clock, revokeLimitMs)
  const isEndOfGrant = wire.provider.revocationEndsGrant === true
  let revoked: boolean | undefined
  try {
    // The refresh token first: it is the one that lives long.
    if (refreshToken !== undefined) revoked = await revoke(wire, refreshToken, 'refresh_token', limit.signal)
    // Google refuses to revoke what has just ended with it.
    if (revoked === true && isEndOfGrant) return true
    if (accessToken !== undefined) {
      const accepted = await revoke(wire, accessToken, 'access_token', limit.signal)
      revoked = accepted && (revoked !== false || isEndOfGrant)
    }
    return revoked ?? false
  } catch {
    // The client's secret could not be had; what matters most, the erasure, is done.
    return false
  } finally {
    limit.cancel()
  }
}
