import { AuthError, isAuthError } from '../errors.ts'
import { checkIdToken } from '../grants/id-token-check.ts'
import type { Reading } from './grant-store.ts'
import type { TokensOutcome } from './outcome.ts'
import type { RefreshPorts } from './refresh-ports.ts'
import { distrust } from './steps.ts'
import type { TokenAttempt } from './token-attempt.ts'

/**
 * Judges the ID token of a refresh, once everything is saved: the refresh token beside it is good whatever comes of
 * this. Gives the error and the record without a usable access token, or nothing.
 */
export async function judgeIdToken(
  ports: RefreshPorts,
  attempt: TokenAttempt,
  { read }: TokensOutcome,
): Promise<{ error: AuthError; reading: Reading } | undefined> {
  const { wire, account, grants, times } = ports
  try {
    const subject = await checkIdToken(wire, read, { isDemanded: false, isRefresh: true })
    const before = attempt.record.tokens.subject
    if (subject === undefined || before === undefined || subject === before) return undefined
    throw new AuthError('id_token_invalid', `The refresh of "${account}" answered for another person. Sign in again.`, {
      provider: wire.provider.id,
      account,
    })
  } catch (error) {
    if (!isAuthError(error)) throw error
    const { lineage, generation } = attempt.sent
    const suspect = { lineage, generation: generation + 1, failures: attempt.record.failures }
    const { reading } = await grants.apply(({ record, nowMs }) => record && distrust(record, suspect, nowMs), {
      isDone: (record) => record.refused,
      giveUpAfterMs: times.saveMs,
    })
    return { error, reading }
  }
}
