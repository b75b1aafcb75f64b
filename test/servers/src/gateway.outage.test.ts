import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type GatewayScene, type SceneTenant } from './gateway-scene.ts'
import { sharedStores, type SharedStore } from './gateway-stores.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

/** What a step of a store may take; the next step of the same request is not begun. */
const deadlineMs = 10_000

describe.each(Object.keys(sharedStores))('while %s is away', (name) => {
  let store: SharedStore
  let proxy: TcpProxy
  let scene: GatewayScene
  let tenant: SceneTenant
  beforeAll(async () => {
    store = await sharedStores[name]!()
    proxy = await startTcpProxy(store.port)
    scene = await openScene({ store: store.url(proxy.port), count: 2 })
    tenant = await scene.addTenant()
  })
  afterAll(async () => {
    await scene.close()
    await proxy.close()
    await store.remove()
  })

  const ready = async (): Promise<number> => (await scene.fleet.call(0, 'GET', '/ready')).status
  const use = (gateway: number): Promise<number> => scene.statusOf(gateway, tenant.session)
  const start = async (): Promise<Response> => {
    const json = { tenant: tenant.id, app: 'goto' }
    return await scene.fleet.call(0, 'POST', '/auth/connect', { token: tenant.key, json })
  }
  const recovery = { timeout: 20_000, interval: 100 }

  it.each([
    ['down', () => store.stop(), () => store.start()],
    ['silent', () => proxy.hush(), () => proxy.wake()],
  ])(
    'because it is %s, the gateways serve what they know, refuse the rest in time, and recover',
    async (_, end, mend) => {
      expect([await use(0), await use(1), await ready()]).toEqual([200, 200, 200])
      await end()
      try {
        expect(await use(0)).toBe(200)
        const startMs = performance.now()
        expect(await ready()).toBe(503)
        expect((await scene.fleet.call(0, 'GET', '/health')).status).toBe(200)
        const refused = await start()
        expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1'])
        expect(((await refused.json()) as { type: string }).type).toMatch(/^urn:grantkit:problem:store_/)
        expect(performance.now() - startMs).toBeLessThan(2 * deadlineMs)
        await expect.poll(() => use(1), { timeout: 2 * deadlineMs }).toBe(503)
      } finally {
        await mend()
      }
      await expect.poll(ready, recovery).toBe(200)
      await expect.poll(() => use(1), recovery).toBe(200)
      expect((await start()).status).toBe(200)
      expect(scene.sandbox.control.ledger.summary()).toMatchObject({ reuse: 0, invalidGrant: 0 })
    },
  )
})
