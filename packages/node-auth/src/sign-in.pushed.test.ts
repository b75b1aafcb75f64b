import { clientSecretBasic, defineProvider } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { expect, test } from 'vitest'
import { freePort, send } from '../test/http.ts'
import { signIn } from './sign-in.ts'

const provider = defineProvider({
  id: 'acme-crm',
  issuer: 'https://login.example.com',
  endpoints: {
    authorization: 'https://login.example.com/authorize',
    token: 'https://login.example.com/token',
    pushedAuthorizationRequest: 'https://login.example.com/par',
  },
  clientAuthentication: ['client_secret_basic'],
  audience: ['https://api.example.com'],
  rotation: 'strict',
})

test('signs in where the request is pushed first, and its address carries no state', async () => {
  const port = await freePort()
  const pushed = new URLSearchParams()
  const addresses: string[] = []
  await using connection = await signIn(provider, {
    env: {},
    envFile: false,
    clientId: 'client-1',
    authentication: clientSecretBasic('secret-1'),
    redirectUri: `http://localhost:${port}/callback`,
    store: createMemoryStore(),
    volatile: 'accept',
    print: () => undefined,
    async fetch(input, init) {
      const form = new URLSearchParams(String(init?.body))
      if (!String(input).endsWith('/par')) return Response.json({ access_token: 'at-1', token_type: 'bearer' })
      for (const [name, value] of form) pushed.set(name, value)
      return Response.json({ request_uri: 'urn:example:1', expires_in: 60 }, { status: 201 })
    },
    async openBrowser(url) {
      addresses.push(url.search)
      const query = new URLSearchParams({ code: 'code-1', state: pushed.get('state') ?? '' })
      await send(port, `/callback?${query.toString()}`)
    },
  })
  expect((await connection.accessToken()).value).toBe('at-1')
  expect(addresses).toEqual(['?client_id=client-1&request_uri=urn%3Aexample%3A1'])
})
