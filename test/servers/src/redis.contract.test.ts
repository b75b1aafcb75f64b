import { createRedisStore } from '@grantkit/auth-core/stores/redis'
import { storeSuite } from '@grantkit/auth-core/testing'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { redisClients, type RedisConnection } from './redis-clients.ts'
import { startRedis, type RedisServer } from './redis-server.ts'

describe.for(Object.entries(redisClients))('createRedisStore on %s', ([, connect]) => {
  let server: RedisServer
  let connections: RedisConnection[] = []
  beforeAll(async () => {
    server = await startRedis({ appendfsync: 'no' })
    connections = await Promise.all([connect(server.port), connect(server.port)])
  })
  afterAll(async () => {
    await Promise.all(connections.map((connection) => connection.close()))
    await server.remove()
  })

  storeSuite({
    describe,
    it,
    ownClock: true,
    createStore() {
      // One server for all tests: each has its own keys.
      const prefix = `${randomUUID()}:`
      const open = (at: number) => {
        const { sendCommand, subscribe } = connections[at % 2]!
        return createRedisStore({ sendCommand, prefix, ...(subscribe && { subscribe }) })
      }
      return { store: open(0), open: () => open(1), reopen: () => open(1) }
    },
  })
})
