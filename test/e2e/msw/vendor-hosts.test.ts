import { clientSecretBasic, createAuthClient } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createGotoVoice, goto, paginate } from '@grantkit/goto-voice'
import { approveAuthorization, createSandbox, defaultClient } from '@grantkit/sandbox'
import { http } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, expect, test } from 'vitest'

// The sandbox behind msw: programs use the vendor's real addresses and the global fetch, and nothing leaves.
const sandbox = createSandbox({ rotation: 'strict' })
const hosts: string[] = []
const server = setupServer(
  http.all('*', ({ request }) => {
    hosts.push(new URL(request.url).origin)
    return sandbox.fetch(request.clone())
  }),
)

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
afterAll(async () => {
  server.close()
  await sandbox.close()
})

test('signs in at the vendor’s own address and calls the API at its own', async () => {
  const auth = createAuthClient({
    provider: goto,
    clientId: defaultClient.id,
    authentication: clientSecretBasic(defaultClient.secret ?? ''),
    store: createMemoryStore(),
    volatile: 'accept',
  })
  const redirectUri = 'http://localhost:8080/callback'
  const { url } = await auth.beginAuthorization('ada', { redirectUri, session: 'test' })
  const connection = await auth.completeAuthorization(await approveAuthorization(fetch, url), { session: 'test' })
  const voice = createGotoVoice({ connection, accountKey: '1234567890' })

  const { data } = await voice.GET('/call-queues')
  expect(data?.items).toHaveLength(9)
  const names: string[] = []
  for await (const extension of paginate(voice, '/extensions', { params: { query: { pageSize: 5 } } })) {
    names.push(extension.name)
  }
  expect(names).toHaveLength(22)
  expect(await connection.disconnect()).toEqual({ erased: true, revoked: true })
  expect(new Set(hosts)).toEqual(new Set(['https://identity.goto.com', 'https://api.goto.com']))
})
