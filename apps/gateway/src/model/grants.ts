import {
  clientSecretBasic,
  clientSecretPost,
  createAuthClient,
  noClientSecret,
  providerAt,
  type AuthClient,
  type AuthEvent,
  type ClientAuthentication,
  type Connection,
  type Fetch,
  type Provider,
  type Store,
} from '@grantkit/auth-core'
import { carthooks, carthooksAt } from '@grantkit/auth-core/providers/carthooks'
import { google } from '@grantkit/auth-core/providers/google'
import { goto } from '@grantkit/auth-core/providers/goto'
import { createRecent } from './recent.ts'
import type { ProviderId, TenantApp } from './tenants.ts'

/** The connections of all tenants: one client of auth-core for each app. */
export interface Grants {
  clientOf(app: TenantApp): AuthClient
  connectionOf(app: TenantApp): Connection
  /** Where the provider of an app asks people. */
  authorizationOrigin(app: TenantApp): string
  close(): Promise<void>
}

export interface GrantsOptions {
  readonly store: Store
  readonly fetch: Fetch
  /** Plays all providers, if there is one. */
  readonly sandbox?: string
  /** Reads an app as it is now, for secrets that were changed. */
  readonly reload: (app: TenantApp) => Promise<TenantApp>
  readonly onEvent: (app: TenantApp, event: AuthEvent) => void
  /** How many apps are kept ready, of some 12 kB each; 5,000 by default. The others are opened when they are used. */
  readonly clientsAtMost?: number
}

export function createGrants(options: GrantsOptions): Grants {
  const { store, fetch, sandbox, reload, onEvent, clientsAtMost = 5_000 } = options
  const providers = providersAt(sandbox)
  const leaving = createLeaving()
  const clients = createRecent<{ readonly registration: string; readonly client: AuthClient }>(
    clientsAtMost,
    ({ client }) => leaving.add(client),
  )

  function providerOf({ provider, baseUrl }: TenantApp): Provider {
    return provider === 'carthooks' && baseUrl !== undefined ? carthooksAt(baseUrl) : providers[provider]
  }

  function clientOf(app: TenantApp): AuthClient {
    const key = accountOf(app)
    const open = clients.get(key)
    const registration = [app.provider, app.baseUrl, app.clientId].join(' ')
    if (open?.registration === registration) return open.client
    // What still uses the old registration runs to its end; its grant is another key of the store.
    const provider = providerOf(app)
    const client = createAuthClient({
      provider,
      clientId: app.clientId,
      authentication: authenticationOf(app, provider, reload),
      store,
      fetch,
      onEvent: (event) => onEvent(app, event),
    })
    clients.set(key, { registration, client })
    return client
  }

  return {
    clientOf,
    connectionOf: (app) => clientOf(app).connection(accountOf(app)),
    authorizationOrigin(app) {
      const { endpoints, issuer } = providerOf(app)
      return new URL(endpoints.authorization ?? issuer).origin
    },
    async close() {
      const open = [...[...clients.values()].map(({ client }) => client), ...leaving.all()]
      await Promise.all(open.map((client) => client[Symbol.asyncDispose]()))
    },
  }
}

/** Clients that are no longer given out, as long as somebody uses them or they have tokens to save. */
function createLeaving() {
  let clients: WeakRef<AuthClient>[] = []
  let limit = 100
  const all = (): AuthClient[] => clients.flatMap((client) => client.deref() ?? [])

  return {
    all,
    add(client: AuthClient): void {
      clients.push(new WeakRef(client))
      if (clients.length < limit) return
      clients = clients.filter((each) => each.deref() !== undefined)
      limit = Math.max(100, clients.length * 2)
    },
  }
}

/** Names the account in auth-core: the tenant is part of every key of a grant. */
export function accountOf({ tenant, id }: Pick<TenantApp, 'tenant' | 'id'>): string {
  return `${tenant}/${id}`
}

function providersAt(sandbox: string | undefined): Readonly<Record<ProviderId, Provider>> {
  if (sandbox === undefined) return { goto, google, carthooks }
  return {
    goto: providerAt(goto, sandbox),
    google: providerAt(google, sandbox),
    carthooks: carthooksAt(sandbox),
  }
}

function authenticationOf(app: TenantApp, provider: Provider, reload: GrantsOptions['reload']): ClientAuthentication {
  if (app.clientSecret === undefined) return noClientSecret()
  const secret = async (): Promise<string> => (await reload(app)).clientSecret ?? ''
  const [preferred] = provider.clientAuthentication
  return preferred === 'client_secret_basic' ? clientSecretBasic(secret) : clientSecretPost(secret)
}
