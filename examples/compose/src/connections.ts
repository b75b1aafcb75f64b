import {
  clientCredentials,
  clientSecretBasic,
  clientSecretPost,
  createAuthClient,
  providerAt,
  type AuthClient,
  type Clock,
  type Connection,
  type Store,
} from '@grantkit/auth-core'
import { carthooksAt } from '@grantkit/carthooks'
import { google, scopesFor } from '@grantkit/google-calendar'
import { goto } from '@grantkit/goto-voice'
import { approveAuthorization, carthooksClient, defaultClient, googleWebClient } from '@grantkit/sandbox'
import { warehouseProvider } from './warehouse.ts'
import { warehouseClient } from './warehouse-server.ts'

/** Where the providers are. Without a sandbox: `goto`, `google` and `carthooks` as they are. */
export interface Places {
  readonly sandbox: string
  readonly warehouse: string
}

/** One client for each provider. They share the store and nothing else; the clock is the sandbox's, leave it out. */
export function createAuthClients({ sandbox, warehouse }: Places, shared: { store: Store; clock: Clock }) {
  return {
    goto: createAuthClient({
      provider: providerAt(goto, sandbox),
      clientId: defaultClient.id,
      authentication: clientSecretBasic(defaultClient.secret ?? ''),
      ...shared,
    }),
    google: createAuthClient({
      provider: providerAt(google, sandbox),
      clientId: googleWebClient.id,
      authentication: clientSecretPost(googleWebClient.secret ?? ''),
      ...shared,
    }),
    carthooks: createAuthClient({
      provider: carthooksAt(sandbox),
      clientId: carthooksClient.id,
      authentication: clientSecretPost(carthooksClient.secret ?? ''),
      ...shared,
    }),
    warehouse: createAuthClient({
      provider: warehouseProvider(warehouse),
      clientId: warehouseClient.id,
      authentication: clientSecretBasic(warehouseClient.secret),
      ...shared,
    }),
  }
}

type AuthClients = ReturnType<typeof createAuthClients>
export type Connections = Readonly<Record<keyof AuthClients, Connection>>

/** Connects one account everywhere: a person allows two of the providers, the app itself is known to the others. */
export async function connectAll(clients: AuthClients, account: string): Promise<Connections> {
  return {
    goto: await askPerson(clients.goto, account),
    google: await askPerson(clients.google, account, scopesFor(['createEvent', 'getEvent'])),
    carthooks: await clients.carthooks.connect(account, clientCredentials()),
    warehouse: await clients.warehouse.connect(account, clientCredentials()),
  }
}

/** Does what the routes of a web app do, one that sends the person away and one that they come back to. */
async function askPerson(client: AuthClient, account: string, scopes?: readonly string[]): Promise<Connection> {
  const session = crypto.randomUUID()
  const redirectUri = 'http://localhost:8080/callback'
  const asked = scopes === undefined ? {} : { scopes }
  const { url } = await client.beginAuthorization(account, { redirectUri, session, ...asked })
  const callback = await approveAuthorization(fetch, url) // the person presses Allow
  return await client.completeAuthorization(callback, { session })
}
