import { join } from 'node:path'
import { authorize, clientSecretBasic, createAuthClient, providerAt, type Connection } from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { createSqliteStore } from '@grantkit/auth-core/stores/sqlite'
import { shiftedStore } from '@grantkit/auth-core/testing'
import type { BenchClient, Setup } from '../client.ts'

const account = 'bench'
const redirectUri = 'http://localhost:8080/callback'

export const client: BenchClient = {
  async install(setup, answer) {
    const auth = openAuth({ ...setup, ageMs: 0, fetch: async () => Response.json(answer) })
    const { url } = await auth.beginAuthorization(account, { redirectUri, session: account })
    const callback = new URL(`${redirectUri}?code=code&state=${url.searchParams.get('state')}`)
    await auth.completeAuthorization(callback, { session: account })
  },
  async open(setup) {
    const connection = await openConnection(setup)
    const send = authorize(connection)(setup.fetch ?? fetch)
    return {
      async call(url) {
        const response = await send(url)
        await response.json()
        return response.status
      },
    }
  },
}

/** Opens the stored grant, and looks at it, as the others read their token file when they start. */
export async function openConnection(setup: Setup): Promise<Connection> {
  const connection = openAuth(setup).connection(account)
  await connection.status()
  return connection
}

function openAuth({ origin, clientId, clientSecret, folder, ageMs, fetch: send }: Setup) {
  return createAuthClient({
    provider: providerAt(goto, origin),
    clientId,
    authentication: clientSecretBasic(clientSecret),
    store: shiftedStore(createSqliteStore({ path: join(folder, 'grants.sqlite') }), { nowOffsetMs: ageMs }),
    ...(send === undefined ? {} : { fetch: send }),
  })
}
