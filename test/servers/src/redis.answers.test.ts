import { createRedisStore } from '@grantkit/auth-core/stores/redis'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startRedis, type RedisServer } from './redis-server.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

// ioredis sends commands again, by default, whose answers were lost with a connection. A store that took the second
// for another writer would answer "conflict", which means "surely not applied", for what it did itself.
let server: RedisServer
let proxy: TcpProxy
let redis: Redis
beforeEach(async () => {
  server = await startRedis({ appendfsync: 'no' })
  proxy = await startTcpProxy(server.port)
  redis = new Redis({ port: proxy.port, host: '127.0.0.1', retryStrategy: () => 5 }).on('error', () => undefined)
})
afterEach(async () => {
  redis.disconnect()
  await proxy.close()
  await server.remove()
})

it('recognises its own write, creation and removal when the client repeats them', async () => {
  const store = createRedisStore({ sendCommand: (args) => redis.call(...args) })
  await store.read('k')
  // Scripts that the server knows are sent by their hash, once.
  const warm = (await store.write('warm', 'v', { ifVersion: null })) as { version: string }
  await store.remove('warm', { ifVersion: warm.version })

  const lostCreation = proxy.loseAnswerTo('grantkit:entry:{k}')
  const created = (await store.write('k', 'first', { ifVersion: null })) as { version: string }
  await lostCreation
  expect((await store.read('k')).entry).toEqual({ value: 'first', version: created.version })
  expect((await store.list('')).keys).toEqual(['k'])

  const lostWrite = proxy.loseAnswerTo('grantkit:entry:{k}')
  const written = (await store.write('k', 'second', { ifVersion: created.version })) as { version: string }
  await lostWrite
  expect((await store.read('k')).entry).toEqual({ value: 'second', version: written.version })

  const lostRemoval = proxy.loseAnswerTo('grantkit:entry:{k}')
  expect(await store.remove('k', { ifVersion: written.version })).toBe('removed')
  await lostRemoval
  expect((await store.list('')).keys).toEqual([])
})

it.for([1, 15, 16, 17, 100])('recognises its own write after others have written over it %d times', async (times) => {
  const other = new Redis(server.port)
  const first = createRedisStore({ sendCommand: (args) => redis.call(...args) })
  const second = createRedisStore({ sendCommand: (args) => other.call(...args) })
  const { version } = (await first.write('k', 'created', { ifVersion: null })) as { version: string }
  const lost = proxy.loseAnswerTo('grantkit:entry:{k}', { stayShut: true })
  const writing = first.write('k', 'mine', { ifVersion: version })
  await lost
  const mine = (await second.read('k')).entry
  expect(mine?.value).toBe('mine')
  let present = mine?.version ?? ''
  for (let write = 0; write < times; write += 1) {
    present = ((await second.write('k', 'theirs', { ifVersion: present })) as { version: string }).version
  }
  proxy.open()
  expect(await writing).toEqual({ version: mine?.version })
  expect((await first.read('k')).entry?.value).toBe('theirs')
  other.disconnect()
})

it.for(['its creation', 'its write', 'its removal'] as const)(
  'recognises %s after somebody else has removed and created the entry',
  async (what) => {
    const other = new Redis(server.port)
    const first = createRedisStore({ sendCommand: (args) => redis.call(...args) })
    const second = createRedisStore({ sendCommand: (args) => other.call(...args) })
    // Scripts that the server knows are sent by their hash, once.
    const warm = (await first.write('warm', 'v', { ifVersion: null })) as { version: string }
    await first.remove('warm', { ifVersion: warm.version })
    const isCreation = what === 'its creation'
    const { version = null } = isCreation ? {} : ((await first.write('k', 'v', { ifVersion: null })) as never)
    const lost = proxy.loseAnswerTo('grantkit:entry:{k}', { stayShut: true })
    const step =
      what === 'its removal'
        ? first.remove('k', { ifVersion: version ?? '' })
        : first.write('k', 'mine', { ifVersion: version })
    await lost
    const there = (await second.read('k')).entry
    if (there !== undefined) await second.remove('k', { ifVersion: there.version })
    await second.write('k', 'theirs', { ifVersion: null })
    proxy.open()
    expect(await step).not.toBe('conflict')
    expect((await first.read('k')).entry?.value).toBe('theirs')
    other.disconnect()
  },
)
