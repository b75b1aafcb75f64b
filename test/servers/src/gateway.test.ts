import { createSandbox, listen, type Sandbox } from '@grantkit/sandbox'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startGateways, type GatewayFleet } from './gateway-fleet.ts'
import { obtainRefreshToken } from './obtain-refresh-token.ts'
import { startPostgres, type PostgresServer } from './postgres-server.ts'
import { startRedis, type RedisServer } from './redis-server.ts'

let redis: RedisServer
let postgres: PostgresServer
let sandbox: Sandbox
let vendor: string
let fleet: GatewayFleet
/** A new one for each test. */
let tenant = 'acme-0'

beforeAll(async () => {
  redis = await startRedis()
  postgres = await startPostgres({ max_connections: '100' })
})
afterAll(() => Promise.all([redis.remove(), postgres.remove()]))
afterEach(async () => {
  await fleet.stop()
  await sandbox.close()
})

const gateways = 4

async function start(store: string): Promise<{ key: string; session: string }> {
  tenant = `acme-${Number(tenant.slice('acme-'.length)) + 1}`
  sandbox = createSandbox({ rotation: 'strict' })
  vendor = (await listen(sandbox)).origin
  fleet = await startGateways({ store, sandbox: vendor, count: gateways })
  const { api_key: key } = await fleet.command(
    'seed',
    '--tenant',
    tenant,
    '--app',
    'goto',
    '--account-key',
    '1234567890',
  )
  const json = { refresh_token: await obtainRefreshToken(vendor) }
  await expectStatus(200, fleet.call(0, 'PUT', `/tenants/${tenant}/apps/goto/grant`, { token: fleet.operator, json }))
  return { key: String(key), session: await startSession(String(key)) }
}

async function startSession(key: string): Promise<string> {
  const made = await fleet.call(1, 'POST', '/auth/connect', { token: key, json: { tenant, app: 'goto' } })
  return ((await made.json()) as { data: { session_id: string } }).data.session_id
}

async function expectStatus(status: number, answer: Promise<Response>): Promise<void> {
  const response = await answer
  const text = await response.text()
  expect([response.status, text]).toEqual([status, text])
}

const stores = {
  redis: () => `redis://127.0.0.1:${redis.port}/0`,
  postgres: () => `postgres://postgres@127.0.0.1:${postgres.port}/postgres`,
}
const refreshes = (): number =>
  sandbox.control.ledger.entries().filter(({ grantType }) => grantType === 'refresh_token').length

/** Asks all gateways at once and counts the answers by status. */
async function storm(count: number, token: string, path = '/me'): Promise<Record<string, number>> {
  const statuses = await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      try {
        const answer = await fleet.call(index % gateways, 'GET', path, { token })
        await answer.text()
        return String(answer.status)
      } catch {
        return 'broken'
      }
    }),
  )
  return Object.fromEntries(
    Object.entries(Object.groupBy(statuses, (status) => status)).map(([name, list]) => [name, list?.length ?? 0]),
  )
}

describe.each(Object.entries(stores))('four gateways on one %s', (_, url) => {
  it('make one token request for 2000 callers, and answer all', async () => {
    const { session } = await start(url())
    expect(await storm(2000, session)).toEqual({ 200: 2000 })
    expect(refreshes()).toBe(1)
  })
})
