import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfidentialClientApplication, type Configuration, type INetworkModule } from '@azure/msal-node'
import type { BenchClient, Setup, TokenAnswer } from '../client.ts'

const authority = 'https://login.microsoftonline.com/common'
const scopes = ['voice-admin.v1.read']

type Send = (body: string) => Promise<Response>

export const client: BenchClient = {
  async install(setup, answer) {
    const leftSeconds = answer.expires_in - setup.ageMs / 1000
    const app = openApp(setup, async () => Response.json({ ...answer, expires_in: leftSeconds }))
    await app.acquireTokenByRefreshToken({ refreshToken: answer.refresh_token, scopes, forceCache: true })
  },
  async open(setup) {
    const { origin, fetch: send = fetch } = setup
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const app = openApp(setup, (body) => send(`${origin}/oauth/token`, { method: 'POST', headers, body }))
    const [account] = await app.getTokenCache().getAllAccounts()
    if (account === undefined) throw new Error('msal-node kept no account.')
    return {
      async call(url) {
        const { accessToken } = await app.acquireTokenSilent({ account, scopes })
        const response = await send(url, { headers: { authorization: `Bearer ${accessToken}` } })
        await response.json()
        return response.status
      },
    }
  },
}

/** With the cache in a file, by the plugin that its documentation shows. */
function openApp(setup: Setup, send: Send): ConfidentialClientApplication {
  const path = join(setup.folder, 'msal-cache.json')
  const configuration: Configuration = {
    auth: { clientId: setup.clientId, clientSecret: setup.clientSecret, authority },
    cache: {
      cachePlugin: {
        async beforeCacheAccess({ tokenCache }) {
          tokenCache.deserialize(await readFile(path, 'utf8').catch(() => '{}'))
        },
        async afterCacheAccess({ cacheHasChanged, tokenCache }) {
          if (!cacheHasChanged) return
          const draft = `${path}.${process.pid}.${performance.now()}`
          await writeFile(draft, tokenCache.serialize())
          await rename(draft, path)
        },
      },
    },
    system: { networkClient: createNetwork(send) },
  }
  return new ConfidentialClientApplication(configuration)
}

/** Sends token requests to the sandbox, and adds to its answers what only Entra sends: who signed in. */
function createNetwork(send: Send): INetworkModule {
  return {
    sendGetRequestAsync: () => Promise.reject(new Error('Nothing else is asked for.')),
    async sendPostRequestAsync<T>(_url: string, options?: { body?: string }) {
      const form = new URLSearchParams(options?.body)
      const wanted = ['grant_type', 'refresh_token', 'client_id', 'client_secret']
      const kept = [...form].filter(([name]) => wanted.includes(name))
      const response = await send(new URLSearchParams(kept).toString())
      const body = { ...((await response.json()) as TokenAnswer), scope: scopes.join(' '), ...person }
      return { headers: {}, status: response.status, body: body as T }
    },
  }
}

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const tenant = '00000000-0000-0000-0000-000000000001'
const claims = {
  aud: 'bench-client',
  iss: `https://login.microsoftonline.com/${tenant}/v2.0`,
  tid: tenant,
  oid: 'person',
  sub: 'person',
}
const person = {
  client_info: encode({ uid: 'person', utid: tenant }),
  id_token: `${encode({ alg: 'none' })}.${encode({ ...claims, preferred_username: 'person@example.com' })}.`,
}
