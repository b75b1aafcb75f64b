import { settle } from '@grantkit/e2e/protocol/settle'
import { holdRefresh } from '@grantkit/e2e/protocol/held-refresh'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { expiredFleet } from './expired-fleet.ts'
import { startRedis, type RedisServer } from './redis-server.ts'
import { startRedisCluster } from './redis-cluster.ts'
import { expectNothingSent, expectSavedInTheEnd, twoHoursMs, type Damage } from './store-damage.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

interface Bench {
  readonly server: RedisServer
  readonly proxy: TcpProxy
  readonly admin: Redis
}

/** A server of its own behind a proxy: fleets connect through that. */
async function serve(settings: Readonly<Record<string, string>> = {}): Promise<Bench> {
  const server = await startRedis(settings)
  const proxy = await startTcpProxy(server.port)
  const admin = new Redis(server.port, '127.0.0.1', { retryStrategy: () => 20 }).on('error', () => undefined)
  onTestFinished(async () => {
    admin.disconnect()
    await proxy.close()
    await server.remove()
  })
  return { server, proxy, admin }
}

const config = (admin: Redis, name: string, value: string) => admin.config('SET', name, value)

const damages: Readonly<Record<string, (bench: Bench) => Damage>> = {
  'its memory is full': ({ admin }) => ({
    break: () => config(admin, 'maxmemory', '1'),
    mend: () => config(admin, 'maxmemory', '0'),
  }),
  'it became a replica': ({ admin }) => ({
    break: () => admin.replicaof('127.0.0.1', 1),
    mend: () => admin.replicaof('NO', 'ONE'),
  }),
  'it is killed and started again': ({ server }) => ({ break: () => server.stop(), mend: () => server.start() }),
  'nobody gets through to it': ({ proxy }) => ({ break: () => proxy.shut(), mend: () => proxy.open() }),
}

describe.for(['ioredis', 'node-redis'])('a refresh on Redis, with %s', (client) => {
  const specOf = ({ proxy }: Bench) => ({ kind: 'redis', client, port: proxy.port }) as const

  it.for(Object.keys(damages))('sends nothing while %s', async (name) => {
    const bench = await serve()
    await expectNothingSent(await expiredFleet(specOf(bench)), damages[name]!(bench))
  })

  it.for(Object.keys(damages))('loses no token that came while %s', async (name) => {
    const bench = await serve()
    await expectSavedInTheEnd(await expiredFleet(specOf(bench)), damages[name]!(bench))
  })

  it('loses no token when its connections are cut, or the answer to its save is lost', async () => {
    const bench = await serve()
    await expectSavedInTheEnd(await expiredFleet(specOf(bench)), { break: () => bench.proxy.cut() })
    const lossy = await serve()
    const loseAnswer = (): void => void lossy.proxy.loseAnswerTo('"generation":2')
    await expectSavedInTheEnd(await expiredFleet(specOf(lossy)), { break: loseAnswer })
  })

  it('sends nothing on a server that would evict grants', async () => {
    const bench = await serve()
    const fleet = await expiredFleet(specOf(bench))
    await config(bench.admin, 'maxmemory-policy', 'allkeys-lru')
    const connection = fleet.open({ nowOffsetMs: twoHoursMs }).connection('worker')
    const refused = { code: 'store_not_set_up', message: expect.stringContaining('allkeys-lru') }
    await expect(connection.refresh()).rejects.toMatchObject(refused)
    expect(fleet.sandbox.control.ledger.summary().refreshRequests).toBe(0)
  })

  it('follows its grant to another node of a cluster', async () => {
    const cluster = await startRedisCluster()
    onTestFinished(() => cluster.remove())
    const fleet = await expiredFleet({ kind: 'redis cluster', client, port: cluster.nodes[0]!.port })
    const keys = await Promise.all(cluster.nodes.map((_, at) => cluster.ask(at, 'KEYS', 'grantkit:entry:*')))
    const [entry] = keys.flat() as string[]
    await expectSavedInTheEnd(fleet, { break: () => cluster.moveSlotOf(entry!) })
  })
})

describe('a refresh on Redis whose primary dies', () => {
  async function serveTwo() {
    const primary = await serve({ 'repl-diskless-sync-delay': '0' })
    const between = await startTcpProxy(primary.server.port)
    const replica = await startRedis({ replicaof: `127.0.0.1 ${between.port}` })
    onTestFinished(async () => {
      await between.close()
      await replica.remove()
    })
    const fleet = await expiredFleet({ kind: 'redis', client: 'ioredis', port: primary.proxy.port })
    /** Waits until the replica has everything that was written so far. */
    const replicated = async (): Promise<void> => {
      // Only what this connection wrote is waited for, and what came before.
      await primary.admin.set('marker', 'written')
      await primary.admin.wait(1, 0)
    }
    await replicated()
    return {
      fleet,
      replicated,
      /** From here on, what is written never reaches the replica. */
      cutReplication: () => between.shut(),
      async failOver() {
        await primary.server.stop()
        const admin = new Redis(replica.port)
        await admin.replicaof('NO', 'ONE')
        admin.disconnect()
        primary.proxy.retarget(replica.port)
      },
    }
  }

  it('goes on where its claim was replicated', async () => {
    const { fleet, replicated, failOver } = await serveTwo()
    const failOverInTime = async (): Promise<void> => {
      await replicated()
      await failOver()
    }
    await expectSavedInTheEnd(fleet, { break: failOverInTime })
  })

  it('goes on where its claim was lost: nobody else has presented the token', async () => {
    const { fleet, cutReplication, failOver } = await serveTwo()
    cutReplication()
    fleet.note('store_lost_writes')
    await expectSavedInTheEnd(fleet, { break: failOver })
  })

  it('ends where its new tokens were lost, and says why', async () => {
    const { fleet, cutReplication, replicated, failOver } = await serveTwo()
    const { answer, outcome } = await holdRefresh(fleet, { nowOffsetMs: twoHoursMs })
    await replicated()
    cutReplication()
    answer()
    expect(await outcome).toBe('served')
    fleet.note('store_lost_writes')
    await failOver()
    expect(await settle(fleet, { nowOffsetMs: twoHoursMs + 3_600_000 })).toBe('reauth')
    const { reason } = await fleet.open({ nowOffsetMs: twoHoursMs }).connection('worker').status()
    expect(reason).toBe('invalid_grant')
    expect(fleet.check()).toEqual([])
  })
})
