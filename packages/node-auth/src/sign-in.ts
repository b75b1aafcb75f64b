import {
  AuthError,
  clientCredentials,
  type AuthClient,
  type Connection,
  type ConnectionStatus,
  type Provider,
} from '@grantkit/auth-core'
import { askPerson } from './ask-person.ts'
import { asksPerson } from './client-settings.ts'
import { openDefaultStore, type OpenStore } from './default-store.ts'
import { ownConnection } from './own-connection.ts'
import type { SignInOptions } from './sign-in-options.ts'
import { connectDirectly } from './token-connection.ts'
import { openClient, ownStore, readVisit, type Visit } from './visit.ts'

/**
 * Connects an account of the person at this machine: by the stored grant, or, if there is none, by opening the
 * browser once. Settings come from the options, the environment or a `.env` file, for the provider `goto`
 * `GOTO_CLIENT_ID`, `GOTO_CLIENT_SECRET` and `GOTO_REDIRECT_URI` (default `http://localhost:8080/callback`). A provider
 * where no person can sign in, such as `carthooks`, connects the client itself, and a token in `CARTHOOKS_ACCESS_TOKEN` is
 * used as it is.
 *
 * Throws `missing_client_id` or `missing_client_secret` (naming all that is missing), `invalid_option`,
 * `invalid_redirect_uri`, `keychain_unavailable`, `store_key_missing`, `unsealed_store`, `port_in_use`, `no_browser`,
 * `sign_in_timeout`, `access_denied`, `account_mismatch`, `reconnect` for an ended grant that only the program can renew,
 * and what auth-core's client and the store throw. Sign-ins on different ports may run side by side; on one port the
 * second is `port_in_use`. The connection lives until it is disposed; the grant stays stored for the next run.
 *
 * @example
 * await using connection = await signIn(goto)
 * const response = await connection.fetch('https://api.goto.com/…')
 */
export async function signIn(provider: Provider, options: SignInOptions = {}): Promise<Connection> {
  const visit = readVisit(provider, options, 'signIn')
  if ('accessToken' in visit) return connectDirectly(visit)
  const { client, release } = await openClient(visit, await openStoreFor(visit))
  try {
    return ownConnection(await connect(client, visit), { apiDefaults: visit.place.apiDefaults, release })
  } catch (error) {
    await release()
    throw error
  }
}

async function openStoreFor({ options, environment, place, print }: Visit): Promise<OpenStore> {
  if (options.store !== undefined) return ownStore(options.store)
  return await openDefaultStore({ ...options, print }, environment, place.sandbox)
}

async function connect(client: AuthClient, visit: Visit): Promise<Connection> {
  const { scopes = [] } = visit.options
  const connection = client.connection(visit.account)
  const status = await connection.status()
  // No scopes in the status: the provider never said which it granted.
  const missing = status.scopes.length === 0 ? [] : scopes.filter((scope) => !status.scopes.includes(scope))
  if (isConnected(status) && missing.length === 0) return connection
  // Programs that share the account keep the scopes they already have; otherwise each would send the person back to the
  // browser for its own.
  const wanted = isConnected(status) ? [...status.scopes, ...missing] : scopes
  if (asksPerson(visit.place.provider)) return await askPerson(client, visit, wanted)
  if (status.state === 'reauth') throw personNeeded(visit)
  return await client.connect(visit.account, clientCredentials(wanted.length === 0 ? {} : { scopes: wanted }))
}

/** The client itself is no stand-in for a person, who may do other things. */
function personNeeded({ account, place: { provider } }: Visit): AuthError {
  return new AuthError(
    'reconnect',
    `The grant of the account "${account}" has ended, and nobody can sign in to ${provider.id} from here. Connect the ` +
      'account again as it was connected, or sign it out: signIn then connects the client itself.',
    { provider: provider.id, account },
  )
}

function isConnected(status: ConnectionStatus): boolean {
  return status.state === 'active' || status.state === 'claimed'
}
