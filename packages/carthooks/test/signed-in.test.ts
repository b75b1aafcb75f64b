import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { signIn } from '@grantkit/node-auth'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { carthooks, createCarthooks } from '../src/index.ts'

const secrets = { CARTHOOKS_CLIENT_ID: 'dvc-1', CARTHOOKS_CLIENT_SECRET: 'canary-secret' }
const asked: string[] = []
let origin: string
let close: () => void
let isSilent = false

/** A Carthooks server that has its paths wherever it is asked for them. */
beforeEach(async () => {
  asked.splice(0)
  isSilent = false
  const server = createServer(async (request, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers.authorization ?? (await text(request))}`)
    if (isSilent) return
    const isToken = request.url?.endsWith('/oauth/token') === true
    const data = isToken
      ? { access_token: 'at-1', token_type: 'Bearer', expires_in: 3600 }
      : { user_id: 1, tenant_id: 2 }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data, trace_id: 't' }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  close = () => {
    server.closeAllConnections()
    server.close()
  }
})
afterEach(() => close())

async function connect(env: Record<string, string>) {
  const store = createMemoryStore()
  return await signIn(carthooks, { env, envFile: false, store, volatile: 'accept', print: () => undefined })
}

it.each([
  ['', '/open/api'],
  ['/open/api', '/open/api'],
  ['/behind/proxy/', '/behind/proxy'],
])('CARTHOOKS_API_URL with the path %j leads token and calls to %s', async (path, base) => {
  await using connection = await connect({ ...secrets, CARTHOOKS_API_URL: origin + path })
  const { data } = await createCarthooks({ connection }).GET('/v1/me')
  expect(data).toEqual({ user_id: 1, tenant_id: 2 })
  expect(asked).toEqual([
    `POST ${base}/oauth/token grant_type=client_credentials&client_id=dvc-1&client_secret=canary-secret`,
    `GET ${base}/v1/me Bearer at-1`,
  ])
})

it('CARTHOOKS_ACCESS_TOKEN needs nothing else', async () => {
  await using connection = await connect({ CARTHOOKS_ACCESS_TOKEN: 'canary-direct', CARTHOOKS_API_URL: origin })
  expect(await createCarthooks({ connection }).GET('/v1/me')).toMatchObject({ success: true, traceId: 't' })
  expect(asked).toEqual(['GET /open/api/v1/me Bearer canary-direct'])
})

it('CARTHOOKS_TIMEOUT limits the whole call', async () => {
  isSilent = true
  const env = { CARTHOOKS_ACCESS_TOKEN: 'canary-direct', CARTHOOKS_API_URL: origin, CARTHOOKS_TIMEOUT: '0.05' }
  await using connection = await connect(env)
  const call = createCarthooks({ connection }).GET('/v1/me')
  await expect(call).rejects.toMatchObject({ code: 'timeout', message: expect.stringContaining('within 50 ms') })
})
