import { http, HttpResponse } from 'msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { sandboxRoute } from './msw.ts'
import { createSandbox } from './sandbox.ts'

const sandbox = createSandbox()
const server = setupServer(
  http.all(...sandboxRoute(sandbox)),
  http.get('https://elsewhere.example.com/', () => HttpResponse.text('elsewhere')),
)

beforeAll(() => server.listen({ onUnhandledFrame: 'error' }))
beforeEach(() => sandbox.control.reset())
afterAll(async () => {
  server.close()
  await sandbox.close()
})

const metadata = 'https://identity.goto.com/.well-known/oauth-authorization-server'

test('the vendors’ own addresses are answered, also for a body that is posted', async () => {
  expect(await (await fetch(metadata)).json()).toMatchObject({ issuer: 'https://identity.goto.com' })
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: 'dvc-sandbox',
    client_secret: 'dvs-sandbox',
  })
  const answer = await fetch('https://shop.carthooks.com/open/api/oauth/token', { method: 'POST', body })
  expect(await answer.json()).toMatchObject({ data: { access_token: expect.any(String) } })
  expect((await fetch('https://www.googleapis.com/calendar/v3/colors')).status).toBe(401)
})

test('other addresses are left to others', async () => {
  expect(await (await fetch('https://elsewhere.example.com/')).text()).toBe('elsewhere')
  expect(sandbox.control.ledger.entries()).toEqual([])
})

test('a connection that breaks is a network error, and so is one that is cut', async () => {
  sandbox.control.faults.add({ match: { kind: 'metadata' }, type: 'lost' })
  await expect(fetch(metadata)).rejects.toThrow(TypeError)
  sandbox.control.faults.add({ match: { kind: 'metadata' }, type: 'cut' })
  await expect(fetch(metadata).then((response) => response.text())).rejects.toThrow(TypeError)
  expect(sandbox.control.ledger.summary()).toMatchObject({ lost: 1, cut: 1 })
})
