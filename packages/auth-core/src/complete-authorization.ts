import type { Account } from './account.ts'
import { toTokenSet } from './access-token.ts'
import type { AuthContext } from './auth-context.ts'
import { checkOptions } from './check-options.ts'
import type { Connection } from './connection.ts'
import { AuthError } from './errors.ts'
import { redeemCallback } from './grants/authorization-code.ts'
import type { GrantRecord, GrantTokens, Renewal } from './refresh/grant-record.ts'
import { install } from './refresh/steps.ts'
import { abortAfter, startStopwatch } from './stopwatch.ts'

const codeLimitMs = 30_000
const storeLimitMs = 10_000

export interface CompletionOptions {
  /** The same session as in `beginAuthorization`. */
  readonly session: string
  /** Lets another person take the account over. Default false. */
  readonly allowOtherPerson?: boolean
}

/** Redeems a callback and installs its tokens as a new lineage of the account it was begun for. */
export async function completeAuthorization(
  context: AuthContext,
  accountOf: (name: string) => Account,
  callback: URL,
  options: CompletionOptions,
): Promise<Connection> {
  checkOptions('completeAuthorization', options, ['session', 'allowOtherPerson'])
  const { session, allowOtherPerson = false } = options
  const { wire, store, clock } = context
  const limit = abortAfter(clock, codeLimitMs)
  const watch = startStopwatch(clock)
  const redeemed = redeemCallback(wire, store, callback, { session, limit: limit.signal })
  const { attempt, outcome } = await redeemed.finally(limit.cancel)
  const account = accountOf(attempt.account)
  const lineage = crypto.randomUUID()
  const result = await account.grants.apply(
    ({ record, nowMs }) => {
      if (!allowOtherPerson) checkSamePerson(context, record?.tokens, outcome.read.tokens, attempt.account)
      // An answer without `scope` grants what was asked for (RFC 6749 §5.1).
      const asked = attempt.scopes === undefined ? {} : { scopes: attempt.scopes }
      const answer = { ...asked, ...outcome.read.tokens, issuedAgoMs: watch.elapsedMs() }
      return install(record, { lineage, renewal: renewalAfter(record), answer }, nowMs)
    },
    { isDone: (record) => record.lineage === lineage, giveUpAfterMs: storeLimitMs },
  )
  const { record } = result.reading
  if (record !== undefined) await account.saved(toTokenSet(record.tokens, record.generation))
  account.changed('connected', result)
  if (outcome.error !== undefined) throw outcome.error
  return account.connection
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
