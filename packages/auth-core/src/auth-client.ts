import { openAccount, type Account } from './account.ts'
import { createAccounts } from './accounts.ts'
import type { AuthClientOptions } from './auth-client-options.ts'
import { createAuthContext } from './auth-context.ts'
import { completeAuthorization, type CompletionOptions } from './complete-authorization.ts'
import type { Connection } from './connection.ts'
import { AuthError } from './errors.ts'
import { beginAuthorization, type AuthorizationOptions } from './grants/authorization-code.ts'
import type { Grant } from './grants/grant.ts'
import { installObtained } from './install-obtained.ts'
import { grantKey } from './store-key.ts'

/** Our registration at one provider, with the store that keeps its grants. */
export interface AuthClient extends AsyncDisposable {
  /** Gives the connection of an account; nothing is read until it is used. */
  connection(account: string): Connection
  /**
   * Starts an authorization code flow with PKCE (S256) and gives the URL a person has to open within ten minutes, and
   * the state its callback carries. Throws what `address` throws, if that is given.
   */
  beginAuthorization(account: string, options: AuthorizationOptions): Promise<{ url: URL; state: string }>
  /**
   * Ends the flow with the URL the browser came back to. Throws, before any token request, for a callback that is
   * missing, foreign, repeated or too old (`state_missing`, `state_unknown`, `state_expired`, `session_mismatch`,
   * `parameter_repeated`, `redirect_uri_mismatch`, `issuer_mismatch`, `code_missing`) or that says no
   * (`access_denied`, `authorization_failed`); then `code_rejected`, and `account_mismatch` for another person.
   */
  completeAuthorization(callback: URL, options: CompletionOptions): Promise<Connection>
  /**
   * Connects an account by a grant. Idempotent, and parallel starts connect once, except where a person is asked: a
   * device code asks each time.
   */
  connect(account: string, grant: Grant): Promise<Connection>
}

/**
 * Creates the client of one provider. Throws at once for options that cannot work: `missing_client_id`,
 * `invalid_option`, `invalid_times`, `volatile_store`. Disposing it waits for outstanding answers, and for new tokens to be
 * stored or spilled: after `times.waitMs` (45 s) of a store that refuses them it rejects with `tokens_unsaved`, and saving
 * goes on.
 */
export function createAuthClient(options: AuthClientOptions): AuthClient {
  const context = createAuthContext(options)
  const { provider, clientId } = context.wire
  const accounts = createAccounts()
  let isOpen = true

  function assertOpen(): void {
    if (isOpen) return
    throw new AuthError('client_closed', 'The auth client was disposed. Create a new one.')
  }

  function accountOf(name: string): Account {
    assertOpen()
    const key = grantKey(provider, clientId, name)
    return accounts.get(key, () => openAccount(context, name, key, { assertOpen, hold: accounts.hold }))
  }

  async function connect(name: string, grant: Grant): Promise<Connection> {
    const account = accountOf(name)
    if ('obtain' in grant) await installObtained(context, account, await grant.obtain(context.wire, account.name))
    else await account.connect(grant)
    return account.connection
  }

  return {
    connection: (name) => accountOf(name).connection,
    async beginAuthorization(name, authorizationOptions) {
      const account = accountOf(name)
      return beginAuthorization(context.wire, context.store, account.name, authorizationOptions)
    },
    async completeAuthorization(callback, completionOptions) {
      assertOpen()
      return completeAuthorization(context, accountOf, callback, completionOptions)
    },
    connect,
    async [Symbol.asyncDispose]() {
      isOpen = false
      const ends = await Promise.allSettled(accounts.all().map(({ session }) => session.idle()))
      for (const end of ends) if (end.status === 'rejected') throw end.reason
    },
  }
}
