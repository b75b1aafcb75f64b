import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openScene, type GatewayScene } from './gateway-scene.ts'
import { sharedStores, type SharedStore } from './gateway-stores.ts'

const gateways = [0, 1]
const perSecond = 10
const seconds = 12
/** What a tenant may feel of another one that asks ten times too much, with everything on one machine. */
const boundMs = 1_000

describe.each(Object.keys(sharedStores))('with limits in two gateways on %s', (name) => {
  let store: SharedStore
  let scene: GatewayScene
  beforeAll(async () => {
    store = await sharedStores[name]!()
    scene = await openScene({ store: store.url(), count: gateways.length, requestsPerSecond: perSecond })
  })
  afterAll(async () => {
    await scene.close()
    await store.remove()
  })

  it('a tenant that asks ten times too much gets what it may, and another one all it asks for, as fast', async () => {
    const [greedy, modest] = [await scene.addTenant(), await scene.addTenant()]
    await scene.storm(8, modest.session)
    const alone = await ask(modest.session, perSecond / 2, 4)
    const [flood, beside] = await Promise.all([
      ask(greedy.session, perSecond * 10, seconds),
      ask(modest.session, perSecond / 2, seconds),
    ])
    expect(Object.keys(flood.statuses).toSorted()).toEqual(['200', '429'])
    // Two seconds at once in each gateway, and a second until they know of each other.
    const most = perSecond * (seconds + gateways.length * 3)
    expect(flood.statuses[200]).toBeGreaterThan(perSecond)
    expect(flood.statuses[200]).toBeLessThan(most)
    expect(beside.statuses).toEqual({ 200: (perSecond / 2) * seconds })
    expect(beside.p99Ms - alone.p99Ms).toBeLessThan(boundMs)
  })

  /** Asks so often a second, each time another gateway. */
  async function ask(session: string, rate: number, forSeconds: number) {
    const statuses: Record<string, number> = {}
    const tookMs: number[] = []
    const calls: Promise<void>[] = []
    const startMs = performance.now()
    for (let count = 0; count < rate * forSeconds; count++) {
      const waitMs = startMs + (count * 1000) / rate - performance.now()
      if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs))
      calls.push(one(count % gateways.length))
    }
    await Promise.all(calls)
    return { statuses, p99Ms: tookMs.toSorted((a, b) => a - b)[Math.floor(tookMs.length * 0.99)] ?? 0 }

    async function one(gateway: number): Promise<void> {
      const sentMs = performance.now()
      const status = await scene.statusOf(gateway, session)
      tookMs.push(performance.now() - sentMs)
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }
})
