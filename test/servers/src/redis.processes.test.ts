import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimRounds } from './claim-races.ts'
import { countThrough } from './count-through.ts'
import type { StoreSpec } from './open-store.ts'
import { startRedis, type RedisServer } from './redis-server.ts'
import { startTcpProxy } from './tcp-proxy.ts'

let server: RedisServer
beforeAll(async () => {
  server = await startRedis()
})
afterAll(() => server.remove())

let prefixes = 0
function spec(client: string, port = server.port): StoreSpec {
  return { kind: 'redis', client, port, options: { prefix: `${++prefixes}:` } }
}

describe('createRedisStore in several processes', () => {
  it('lets one of 64 claimers in 4 processes win each of 200 claims, whatever their clients', async () => {
    const [one, two] = [spec('ioredis'), spec('node-redis')]
    const same = { ...two, options: { prefix: `${prefixes - 1}:` } } as StoreSpec
    expect(await claimRounds([one, same], { rounds: 200, broken: false })).toEqual(Array.from({ length: 200 }, () => 1))
  })

  it('would be seen to let several win, if it checked and wrote in two steps', async () => {
    expect(Math.max(...(await claimRounds([spec('ioredis')], { rounds: 5, broken: true })))).toBeGreaterThan(1)
  })

  it.for(['ioredis', 'node-redis'])(
    'keeps every acknowledged write when the server is killed, on %s',
    async (client) => {
      const restart = async (): Promise<void> => {
        await server.stop('SIGKILL')
        await server.start()
      }
      expect(await countThrough(spec(client), { disturb: restart, times: 8 })).toEqual({ lost: 0, unexplained: 0 })
    },
  )

  it.for(['ioredis', 'node-redis'])('counts right when connections are cut, on %s', async (client) => {
    const proxy = await startTcpProxy(server.port)
    const through = spec(client, proxy.port)
    expect(await countThrough(through, { disturb: () => proxy.cut(), times: 40 })).toEqual({ lost: 0, unexplained: 0 })
    await proxy.close()
  })
})
