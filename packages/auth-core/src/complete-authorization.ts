import type { Account } from './account.ts'
import type { AuthContext } from './auth-context.ts'
import { checkOptions } from './check-options.ts'
import type { Connection } from './connection.ts'
import { redeemCallback } from './grants/authorization-code.ts'
import { installObtained } from './install-obtained.ts'
import { abortAfter, startStopwatch } from './stopwatch.ts'

const codeLimitMs = 30_000

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
  const { scopes, nonce } = attempt
  await installObtained(context, account, {
    outcome,
    watch,
    allowOtherPerson,
    ...(scopes === undefined ? {} : { scopes }),
    ...(nonce === undefined ? {} : { nonce }),
  })
  return account.connection
}
