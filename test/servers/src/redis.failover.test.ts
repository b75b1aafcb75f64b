import { createRedisStore } from '@grantkit/auth-core/stores/redis'
import type { Store } from '@grantkit/auth-core'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startRedis, type RedisServer } from './redis-server.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

let primary: RedisServer
let replica: RedisServer
let between: TcpProxy
const links: Redis[] = []
beforeEach(async () => {
  primary = await startRedis({ 'repl-diskless-sync-delay': '0' })
  between = await startTcpProxy(primary.port)
  replica = await startRedis({ replicaof: `127.0.0.1 ${between.port}` })
})
afterEach(async () => {
  for (const link of links.splice(0)) link.disconnect()
  await Promise.all([between.close(), primary.remove(), replica.remove()])
})

function connect({ port }: RedisServer): { redis: Redis; store: Store } {
  const redis = new Redis(port)
  redis.on('error', () => undefined)
  links.push(redis)
  return { redis, store: createRedisStore({ sendCommand: (args) => redis.call(...args) }) }
}

// Replication is asynchronous, which the store says. What it must not do is make things worse.
it('forgets, after a fail-over, a claim that was not replicated, and takes nothing that builds on it', async () => {
  const before = connect(primary)
  const first = (await before.store.write('grant', 'active', { ifVersion: null })) as { version: string }
  await before.redis.wait(1, 0)
  between.shut()
  const claim = (await before.store.write('grant', 'claimed', { ifVersion: first.version })) as { version: string }
  await primary.stop('SIGKILL')

  const after = connect(replica)
  await after.redis.replicaof('NO', 'ONE')
  expect((await after.store.read('grant')).entry).toEqual({ value: 'active', version: first.version })
  expect((await after.store.list('')).keys).toEqual(['grant'])
  // The holder of the lost claim settles: surely not applied.
  expect(await after.store.write('grant', 'settled', { ifVersion: claim.version })).toBe('conflict')
  const again = (await after.store.write('grant', 'claimed', { ifVersion: first.version })) as { version: string }
  expect([first.version, claim.version]).not.toContain(again.version)
})

it('keeps a claim that was replicated', async () => {
  const before = connect(primary)
  const first = (await before.store.write('grant', 'active', { ifVersion: null })) as { version: string }
  const claim = (await before.store.write('grant', 'claimed', { ifVersion: first.version })) as { version: string }
  await before.redis.wait(1, 0)
  await primary.stop('SIGKILL')
  const after = connect(replica)
  await after.redis.replicaof('NO', 'ONE')
  expect((await after.store.read('grant')).entry).toEqual({ value: 'claimed', version: claim.version })
  expect(await after.store.write('grant', 'claimed', { ifVersion: first.version })).toBe('conflict')
  expect(await after.store.write('grant', 'settled', { ifVersion: claim.version })).not.toBe('conflict')
})
