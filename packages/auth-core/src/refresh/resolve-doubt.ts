import { introspectRefreshToken } from '../grants/introspect.ts'
import { abortAfter } from '../stopwatch.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import { ask, mayAsk } from './steps.ts'

/**
 * Asks the provider about a refresh token whose last presentation has no known outcome, where the provider answers
 * such questions. Writes the verdict only if the record is still the one that was read.
 */
export async function resolveDoubt({ grants, rules, times, wire, clock }: RefreshPorts): Promise<void> {
  if (!rules.introspectsRefreshTokens) return
  const asked = await grants.read()
  const { record } = asked
  const refreshToken = record?.tokens.refreshToken
  if (record === undefined || refreshToken === undefined || !mayAsk(record, asked.nowMs, rules)) return
  const limit = abortAfter(clock, times.requestMs)
  // No clear answer leaves the doubt; the probe that follows decides.
  const active = await introspectRefreshToken(wire, refreshToken, limit.signal).catch(() => undefined)
  limit.cancel()
  if (active === undefined) return
  const verdict = { active, generation: record.generation, reason: 'introspected_inactive' }
  await grants.apply(
    (now) => (now.version === asked.version && now.record ? ask(now.record, verdict, now.nowMs, rules) : undefined),
    // An interrupted write is not repeated: the version has moved if it was applied.
    { isDone: () => true, giveUpAfterMs: times.sendMs },
  )
}
