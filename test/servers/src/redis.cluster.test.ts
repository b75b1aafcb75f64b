import { randomUUID } from 'node:crypto'
import { createRedisStore } from '@grantkit/auth-core/stores/redis'
import { storeSuite } from '@grantkit/auth-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimRounds } from './claim-races.ts'
import { countThrough } from './count-through.ts'
import { openStore, type StoreSpec } from './open-store.ts'
import type { RedisConnection } from './redis-clients.ts'
import { connectCluster } from './redis-cluster-clients.ts'
import { startRedisCluster, type RedisCluster } from './redis-cluster.ts'

let cluster: RedisCluster
beforeAll(async () => {
  cluster = await startRedisCluster()
})
afterAll(() => cluster.remove())

describe.for(Object.entries(connectCluster))('createRedisStore on a cluster of 3, with %s', ([, connect]) => {
  let connection: RedisConnection
  beforeAll(async () => {
    connection = await connect(cluster.nodes[0]!.port)
  })
  afterAll(() => connection.close())

  storeSuite({
    describe,
    it,
    ownClock: true,
    rounds: 50,
    createStore() {
      const prefix = `${randomUUID()}:`
      const open = () => createRedisStore({ sendCommand: connection.sendCommand, prefix })
      return { store: open(), open, reopen: open }
    },
  })

  it('keeps all it needs for a key in one slot, whatever the key', async () => {
    const store = createRedisStore({ sendCommand: connection.sendCommand, prefix: `${randomUUID()}:` })
    const keys = ['', '%', '{', '}', '{}', 'a{b}c', 'a}b{c', '%7b', 'grant/goto/client/user%40example.com']
    for (const key of keys) {
      const { version } = (await store.write(key, `of ${key}`, { ifVersion: null })) as { version: string }
      expect((await store.read(key)).entry).toEqual({ value: `of ${key}`, version })
    }
    expect((await store.list('')).keys.toSorted()).toEqual(keys.toSorted())
  })

  it('spreads its keys over all nodes', async () => {
    const prefix = `${randomUUID()}:`
    const store = createRedisStore({ sendCommand: connection.sendCommand, prefix })
    for (let key = 0; key < 30; key++) await store.write(`k${key}`, 'v', { ifVersion: null })
    const onNode = async (at: number) => (await cluster.ask(at, 'KEYS', `${prefix}entry:*`)) as string[]
    const counts = await Promise.all(cluster.nodes.map(async (_, at) => (await onNode(at)).length))
    expect(Math.min(...counts)).toBeGreaterThan(0)
    expect(counts.reduce((sum, count) => sum + count)).toBe(30)
    expect((await store.list('')).keys).toHaveLength(30)
  })
})

describe('createRedisStore on a cluster whose slots move', () => {
  it.for(Object.keys(connectCluster))('loses no acknowledged count, with %s', async (client) => {
    const spec: StoreSpec = { kind: 'redis cluster', client, port: cluster.nodes[0]!.port }
    const move = () => cluster.moveSlotOf('grantkit:entry:{a}') // to the next node, over and over
    expect(await countThrough(spec, { disturb: move, times: 6 })).toEqual({ lost: 0, unexplained: 0 })
    const store = openStore(spec)
    expect((await store.list('')).keys).toEqual(expect.arrayContaining(['a', 'b', 'c']))
    await store.close()
  })

  it('lets one of 64 claimers in 4 processes win, whatever their clients', async () => {
    const spec = (client: string): StoreSpec => ({ kind: 'redis cluster', client, port: cluster.nodes[1]!.port })
    expect(await claimRounds([spec('ioredis'), spec('node-redis')], { rounds: 50, broken: false })).toEqual(
      Array.from({ length: 50 }, () => 1),
    )
  })

  it('tells a client for one server that it needs one for a cluster', async () => {
    const keys = ['1', '2', '3', '4', '5', '6']
    const store = openStore({ kind: 'redis', client: 'node-redis', port: cluster.nodes[0]!.port })
    const results = await Promise.allSettled(keys.map((key) => store.read(key)))
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as object] : []))
    expect(reasons[0]).toMatchObject({ code: 'store_failed', message: expect.stringContaining('cluster client') })
    await store.close()
  })
})
