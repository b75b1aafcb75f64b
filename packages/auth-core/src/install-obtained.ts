import { toTokenSet } from './access-token.ts'
import type { Account } from './account.ts'
import type { AuthContext } from './auth-context.ts'
import { AuthError } from './errors.ts'
import type { Obtained } from './grants/grant.ts'
import type { GrantRecord, GrantTokens, Renewal } from './refresh/grant-record.ts'
import { install } from './refresh/steps.ts'

const storeLimitMs = 10_000

/** Installs tokens that a person has just granted as a new lineage of the account. */
export async function installObtained(context: AuthContext, account: Account, obtained: Obtained): Promise<void> {
  const { outcome, watch, scopes, allowOtherPerson } = obtained
  const lineage = crypto.randomUUID()
  const result = await account.grants.apply(
    ({ record, nowMs }) => {
      if (!allowOtherPerson) checkSamePerson(context, record?.tokens, outcome.read.tokens, account.name)
      // An answer without `scope` grants what was asked for (RFC 6749 §5.1).
      const asked = scopes === undefined ? {} : { scopes }
      const answer = { ...asked, ...outcome.read.tokens, issuedAgoMs: watch.elapsedMs() }
      return install(record, { lineage, renewal: renewalAfter(record), answer }, nowMs)
    },
    { isDone: (record) => record.lineage === lineage, giveUpAfterMs: storeLimitMs },
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
  signedIn: Pick<GrantTokens, 'extras'>,
  account: string,
): void {
  const { id, subject } = wire.provider
  if (subject === undefined) return
  const before = stored?.extras?.[subject]
  const now = signedIn.extras?.[subject]
  if (before === undefined || now === undefined || before === now) return
  throw new AuthError(
    'account_mismatch',
    `Somebody else signed in than "${account}" belongs to. Sign in as the same person, or pass allowOtherPerson: true. ` +
      'The stored grant was left as it was.',
    { provider: id, account },
  )
}
