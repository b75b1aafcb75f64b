import { createSandbox, defaultClient, listen, type Sandbox } from '@grantkit/sandbox'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startGateways, type GatewayFleet } from './gateway-fleet.ts'
import { obtainRefreshToken } from './obtain-refresh-token.ts'
import { startRedis, type RedisServer } from './redis-server.ts'

let redis: RedisServer
let original: Redis
let sandbox: Sandbox
let vendor: string
let fleet: GatewayFleet

beforeEach(async () => {
  redis = await startRedis()
  original = new Redis(redis.port, '127.0.0.1')
  sandbox = createSandbox({ rotation: 'strict' })
  vendor = (await listen(sandbox)).origin
  fleet = await startGateways({ store: `redis://127.0.0.1:${redis.port}/1`, sandbox: vendor, count: 1 })
})
afterEach(async () => {
  await fleet.stop()
  await sandbox.close()
  original.disconnect()
  await redis.remove()
})

const importAll = () => fleet.command('import-redis', `redis://127.0.0.1:${redis.port}/0`)

test('import-redis brings a tenant over whose first call refreshes once, and leaves the original as it was', async () => {
  const stored = {
    client_id: defaultClient.id,
    client_secret: defaultClient.secret ?? '',
    account_key: '1234567890',
    refresh_token: await obtainRefreshToken(vendor),
    access_token: '',
  }
  await original.hset('tenant:acme:provider:goto', stored)
  const afterSeq = sandbox.control.ledger.entries().length
  const connected = { tenant: 'acme', app: 'goto', provider: 'goto', connected: true }
  expect(await importAll()).toEqual({ imported: [connected], skipped: 0 })
  expect(await importAll()).toEqual({ imported: [connected], skipped: 0 })
  expect(await original.hgetall('tenant:acme:provider:goto')).toEqual(stored)

  const json = { tenant: 'acme', app: 'goto' }
  const made = await fleet.call(0, 'POST', '/auth/connect', { token: fleet.operator, json })
  const { data } = (await made.json()) as { data: { session_id: string } }
  const queues = await fleet.call(0, 'GET', '/voice-proxy/call-queues', { token: data.session_id })
  expect(queues.status).toBe(200)
  expect(sandbox.control.ledger.summary({ afterSeq })).toMatchObject({ tokenRequests: 1, reuse: 0, apiCalls: 1 })
})

test('import-redis leaves out what is no hash, has no client or no name that can be kept, and brings the rest', async () => {
  await original.hset('tenant:empty:provider:goto', { client_id: '', refresh_token: 'a-refresh-token' })
  await original.hset('tenant:not a name:provider:goto', { client_id: 'client', refresh_token: 'a-refresh-token' })
  await original.set('tenant:text:provider:goto', 'a-refresh-token')
  await original.hset('tenant:later:provider:goto', { client_id: 'client', refresh_token: '' })
  const later = { tenant: 'later', app: 'goto', provider: 'goto', connected: false }
  expect(await importAll()).toEqual({ imported: [later], skipped: 3 })
  expect((await fleet.call(0, 'GET', '/tenants/empty', { token: fleet.operator })).status).toBe(404)
})

test('import-redis says what to check where nothing answers, without the password of the URL', async () => {
  const failed = fleet.command('import-redis', 'redis://:canary-password@127.0.0.1:1/0')
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('Check the URL.') })
  await expect(failed).rejects.not.toMatchObject({ stderr: expect.stringContaining('canary-password') })
})
