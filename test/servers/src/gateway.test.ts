import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type GatewayScene } from './gateway-scene.ts'
import { sharedStores, type SharedStore } from './gateway-stores.ts'

const gateways = [0, 1, 2, 3]

describe.each(Object.entries(sharedStores))('four gateways on one %s', (_, startStore) => {
  let store: SharedStore
  let scene: GatewayScene
  beforeAll(async () => {
    store = await startStore()
    scene = await openScene({ store: store.url(), count: gateways.length })
  })
  afterAll(async () => {
    await scene.close()
    await store.remove()
  })

  const summary = (afterSeq: number) => scene.sandbox.control.ledger.summary({ afterSeq })
  const lastSeq = (): number => scene.sandbox.control.ledger.entries().length

  it('make one token request for 2000 callers who meet an expired token, and answer all', async () => {
    const { session } = await scene.addTenant({ expired: true })
    const before = lastSeq()
    expect(await scene.storm(2000, session)).toEqual({ 200: 2000 })
    expect(summary(before)).toMatchObject({ tokenRequests: 1, reuse: 0, invalidGrant: 0, apiCalls: 2000 })
  })

  it('see the end of a session and of a connection within five seconds, without any notice', async () => {
    const { id, key, session } = await scene.addTenant()
    const second = await scene.startSession({ id, key })
    const known = gateways.flatMap((gateway) => [session, second].map((each) => scene.statusOf(gateway, each)))
    expect(await Promise.all(known)).toEqual(known.map(() => 200))

    expect((await scene.fleet.call(0, 'POST', '/auth/disconnect', { token: session })).status).toBe(200)
    await expectWithinBound(session, 401)
    expect(await Promise.all(gateways.map((gateway) => scene.statusOf(gateway, second)))).toEqual([200, 200, 200, 200])

    const path = `/tenants/${id}/apps/goto/grant`
    expect((await scene.fleet.call(2, 'DELETE', path, { token: key })).status).toBe(200)
    await expectWithinBound(second, 404)
  })

  it('see the end of a key at once, and the end of its sessions within five seconds', async () => {
    const { id, key, session } = await scene.addTenant()
    expect(await scene.storm(4, session)).toEqual({ 200: 4 })
    const list = async (gateway: number): Promise<number> =>
      (await scene.fleet.call(gateway, 'GET', `/tenants/${id}/apps`, { token: key })).status
    expect(await Promise.all(gateways.map(list))).toEqual([200, 200, 200, 200])
    const path = `/api-keys/${key.split('_')[1]}`
    expect((await scene.fleet.call(3, 'DELETE', path, { token: scene.fleet.operator })).status).toBe(200)
    expect(await Promise.all(gateways.map(list))).toEqual([401, 401, 401, 401])
    await expectWithinBound(session, 401)
  })

  // These end gateways: last.

  it('take no more requests on SIGTERM, and answer those under way', async () => {
    const { session } = await scene.addTenant()
    expect(await scene.statusOf(3, session)).toBe(200)
    const held = scene.sandbox.control.faults.add({ match: { kind: 'api' }, hold: true })
    const underWay = scene.statusOf(3, session)
    await scene.sandbox.control.ledger.waitFor({ stage: 'held' }, 5_000)
    const ended = scene.fleet.end(3, 'SIGTERM')
    await expect.poll(() => scene.statusOf(3, session).catch(() => 'refused'), { timeout: 5_000 }).toBe('refused')
    scene.sandbox.control.faults.release(held)
    expect(await underWay).toBe(200)
    // Sooner than the 10 s after which connections are cut.
    const startMs = performance.now()
    await ended
    expect(performance.now() - startMs).toBeLessThan(8_000)
  })

  it('go on when one is killed in the middle of a storm, and lose no grant', async () => {
    const { session } = await scene.addTenant({ expired: true })
    const before = lastSeq()
    const held = scene.sandbox.control.faults.add({ match: { kind: 'token' }, hold: true })
    const first = scene.statusOf(0, session)
    await scene.sandbox.control.ledger.waitFor({ stage: 'held', afterSeq: before }, 5_000)
    const answers = scene.storm(300, session, [0, 1, 2])
    await scene.fleet.end(2, 'SIGKILL')
    scene.sandbox.control.faults.release(held)
    expect(await first).toBe(200)
    expect(await answers).toEqual({ 200: 200, broken: 100 })
    expect(summary(before)).toMatchObject({ tokenRequests: 1, reuse: 0, invalidGrant: 0 })
    expect(await scene.storm(100, session, [0, 1])).toEqual({ 200: 100 })
  })

  async function expectWithinBound(session: string, status: number): Promise<void> {
    const all = (): Promise<number[]> => Promise.all(gateways.map((gateway) => scene.statusOf(gateway, session)))
    await expect.poll(all, { timeout: 5_000 }).toEqual(gateways.map(() => status))
  }
})
