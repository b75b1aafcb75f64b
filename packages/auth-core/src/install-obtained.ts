import { toTokenSet } from './access-token.ts'
import type { Account } from './account.ts'
import type { AuthContext } from './auth-context.ts'
import { AuthError } from './errors.ts'
import type { Obtained } from './grants/grant.ts'
import { checkIdToken } from './grants/id-token-check.ts'
import type { GrantRecord, GrantTokens, Renewal } from './refresh/grant-record.ts'
import { install } from './refresh/steps.ts'

const storeLimitMs = 10_000

/** Installs tokens that a person has just granted as a new lineage of the account. */
export async function installObtained(context: AuthContext, account: Account, obtained: Obtained): Promise<void> {
  const { outcome, watch, scopes, nonce, allowOtherPerson } = obtained
  // Before the save, unlike at a refresh: nothing is lost if the person signs in again, and the grant that an answer of
  // somebody else would replace is not touched.
  const subject = await checkIdToken(context.wire, outcome.read, {
    isDemanded: scopes?.includes('openid') === true,
    isRefresh: false,
    ...(nonce === undefined ? {} : { nonce }),
  })
  const lineage = crypto.randomUUID()
  const result = await account.grants.apply(
    ({ record, nowMs }) => {
      const known = subject === undefined ? {} : { subject }
      const signedIn = { ...outcome.read.tokens, ...known }
      if (!allowOtherPerson) checkSamePerson(context, record?.tokens, signedIn, account.name)
      // An answer without `scope` grants what was asked for (RFC 6749 §5.1).
      const asked = scopes === undefined ? {} : { scopes }
      const answer = { ...asked, ...signedIn, issuedAgoMs: watch.elapsedMs() }
      return install(record, { lineage, renewal: renewalAfter(record), answer }, nowMs)
    },
    // Ours, or one that was installed since and must not be replaced.
    { isDone: (record, before) => record.lineage !== before?.lineage, giveUpAfterMs: storeLimitMs },
  )
  const { record } = result.reading
  if (record !== undefined) await account.saved(toTokenSet(record.tokens, record.generation))
  account.changed('connected', result)
  if (outcome.error !== undefined) throw outcome.error
}

/** Remembers what was imported before: importing it again at the next start must not replace what a person granted. */
function renewalAfter(record: GrantRecord | undefined): Renewal {
  const before = record?.renewal
  const importedFrom = before?.grant === 'refresh_token' ? before.importedFrom : undefined
  return { grant: 'refresh_token', ...(importedFrom === undefined ? {} : { importedFrom }) }
}

function checkSamePerson(
  { wire }: AuthContext,
  stored: GrantTokens | undefined,
  signedIn: Pick<GrantTokens, 'extras' | 'subject'>,
  account: string,
): void {
  const { id, subject = '' } = wire.provider
  const isSame =
    !isOther(stored?.subject, signedIn.subject) && !isOther(stored?.extras?.[subject], signedIn.extras?.[subject])
  if (isSame) return
  throw new AuthError(
    'account_mismatch',
    `Somebody else signed in than "${account}" belongs to. Sign in as the same person, or pass allowOtherPerson: true. ` +
      'The stored grant was left as it was.',
    { provider: id, account },
  )
}

/** Only two that are known can differ. */
function isOther(before: unknown, now: unknown): boolean {
  return before !== undefined && now !== undefined && before !== now
}
