import { randomBytes } from 'node:crypto'
import { expect, onTestFinished, test } from 'vitest'
import { fleetKeys, type GatewayTraits } from './gateway-fleet.ts'
import { openScene, type GatewayScene } from './gateway-scene.ts'
import { sharedStores } from './gateway-stores.ts'

const newKey = (name: string): string => `${name}:${randomBytes(32).toString('base64')}`

async function sceneOf(traits: Readonly<Record<number, GatewayTraits>>): Promise<GatewayScene> {
  const store = await sharedStores['redis']!()
  onTestFinished(() => store.remove())
  const scene = await openScene({ store: store.url(), count: 2, traits })
  onTestFinished(() => scene.close())
  return scene
}

test.each([
  ['misses the key of the store', newKey('k2'), /"k1", which was not given/],
  ['has another key under its name', newKey('k1'), /another key than the one given as "k1"/],
])('a gateway whose key ring %s does not start, and says why', async (_, keys, says) => {
  await expect(sceneOf({ 1: { keys } })).rejects.toThrow(says)
})

test('gateways whose first keys differ serve each other; one that was left behind by a rotation says so', async () => {
  const fresh = newKey('k2')
  const ring = `${fresh},${fleetKeys}`
  const scene = await sceneOf({ 0: { keys: ring } })
  const { fleet } = scene
  const tenant = await scene.addTenant()
  expect(await scene.statusOf(0, tenant.session)).toBe(200)
  const ready = async (gateway: number): Promise<unknown> => {
    const answer = await fleet.call(gateway, 'GET', '/ready')
    return [answer.status, ((await answer.json()) as { type?: string }).type]
  }
  expect([await ready(0), await ready(1)]).toEqual([
    [200, undefined],
    [200, undefined],
  ])
  const rotated = await fleet.rotateTo(ring)
  expect([rotated['failed'], Object.keys(rotated['keys_in_use'] as object)]).toEqual([0, ['k2']])
  expect([await ready(0), await ready(1)]).toEqual([
    [200, undefined],
    [503, 'urn:grantkit:problem:store_key_missing'],
  ])
  const refused = await fleet.call(1, 'GET', '/me', { token: tenant.session })
  expect(((await refused.json()) as { detail: string }).detail).toContain('GATEWAY_KEYS')
  expect(await scene.storm(20, tenant.session, [0])).toEqual({ 200: 20 })
})

test.each([
  ['ahead', 3_600_000],
  ['behind', -3_600_000],
])('a gateway whose clock is an hour %s ends sessions, keys and tokens when the others do', async (_, clockOffMs) => {
  const scene = await sceneOf({ 0: { clockOffMs } })
  const { fleet } = scene
  const tenant = await scene.addTenant({ expired: true })
  const before = scene.sandbox.control.ledger.entries().length
  expect(await scene.storm(100, tenant.session)).toEqual({ 200: 100 })
  expect(scene.sandbox.control.ledger.summary({ afterSeq: before })).toMatchObject({ tokenRequests: 1, reuse: 0 })

  const wanted = { name: 'short', role: 'tenant', tenant: tenant.id, expires_in: 2 }
  const made = await fleet.call(0, 'POST', '/api-keys', { token: fleet.operator, json: wanted })
  const { token: short } = (await made.json()) as { token: string }
  const list = async (gateway: number): Promise<number> =>
    (await fleet.call(gateway, 'GET', `/tenants/${tenant.id}/apps`, { token: short })).status
  expect([await list(0), await list(1)]).toEqual([200, 200])
  await expect.poll(() => Promise.all([list(0), list(1)]), { timeout: 5_000 }).toEqual([401, 401])

  const path = `/tenants/${tenant.id}/providers/goto/refresh-token`
  const refreshed = await fleet.call(0, 'POST', path, { token: tenant.key })
  const { expires_in: expiresIn } = (await refreshed.json()) as { expires_in: number }
  expect(expiresIn).toBeGreaterThan(3_500)
  expect(expiresIn).toBeLessThanOrEqual(3_600)
})

test('a gateway whose clock is an hour off tells callers when to come back as the others do', async () => {
  const scene = await sceneOf({ 0: { clockOffMs: -3_600_000 } })
  const tenant = await scene.addTenant({ expired: true })
  scene.sandbox.control.faults.add({ match: { kind: 'token' }, type: 'server_error', times: 'always' })
  const headers = []
  for (const gateway of [0, 1]) {
    const answer = await scene.fleet.call(gateway, 'GET', '/me', { token: tenant.session })
    expect(answer.status).toBe(503)
    headers.push(Number(answer.headers.get('retry-after')))
  }
  expect(Math.max(...headers)).toBeLessThanOrEqual(120)
})
