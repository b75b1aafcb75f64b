import { inspect } from 'node:util'
import { createRedisStore, type RedisStoreOptions } from '@grantkit/auth-core/stores/redis'
import { assertNoSecret } from '@grantkit/auth-core/testing'
import type { Store } from '@grantkit/auth-core'
import { Redis } from 'ioredis'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { startRedis } from './redis-server.ts'

const secret = 'marker-value-9c1e'
let admin: Redis
let port = 0

/** Starts a server for one test. */
async function serve(settings: Readonly<Record<string, string>> = {}): Promise<void> {
  const server = await startRedis({ appendfsync: 'no', ...settings })
  port = server.port
  admin = connect()
  onTestFinished(async () => {
    admin.disconnect()
    await server.remove()
  })
}

/** Fails at once when the server is gone, instead of trying again for a while. */
function connect(options: { username?: string; password?: string; enableReadyCheck?: boolean } = {}): Redis {
  const failFast = { maxRetriesPerRequest: 0, retryStrategy: () => 20 }
  const redis = new Redis(port, '127.0.0.1', { ...failFast, ...options })
  redis.on('error', () => undefined)
  onTestFinished(() => redis.disconnect())
  return redis
}

function open(options: Partial<RedisStoreOptions> = {}, redis = connect()): Store {
  return createRedisStore({ sendCommand: (args) => redis.call(...args), ...options })
}

/** What reading, creating and listing fail with. */
async function errorsOf(store: Store): Promise<{ code: string; message: string; retryable: boolean }[]> {
  const steps = [() => store.read('k'), () => store.write('k', secret, { ifVersion: null }), () => store.list('')]
  const errors = []
  for (const step of steps) errors.push(await step().catch((error: unknown) => error))
  assertNoSecret(errors, { secret }, { inspect })
  return errors as { code: string; message: string; retryable: boolean }[]
}

async function codesOf(store: Store): Promise<string[]> {
  return (await errorsOf(store)).map(({ code }) => code ?? 'done')
}

const all = (code: string): string[] => [code, code, code]

describe('createRedisStore on a server that would lose grants', () => {
  it.for(['allkeys-lru', 'allkeys-lfu', 'allkeys-random', 'volatile-lru', 'volatile-random', 'volatile-ttl'])(
    'refuses the memory policy %s and names the setting, until it is mended',
    async (policy) => {
      await serve({ 'maxmemory-policy': policy })
      const store = open()
      const errors = await errorsOf(store)
      expect(errors.map(({ code }) => code)).toEqual(all('store_not_set_up'))
      expect(errors[0]).toMatchObject({ retryable: false, message: expect.stringContaining(policy) })
      await admin.config('SET', 'maxmemory-policy', 'noeviction')
      expect(await codesOf(store)).toEqual(all('done'))
    },
  )

  it('refuses a server without append-only file, unless its durability is said', async () => {
    await serve({ appendonly: 'no' })
    const errors = await errorsOf(open())
    expect(errors[0]).toMatchObject({ code: 'store_not_set_up', message: expect.stringContaining('appendonly') })
    expect(open().durability).toBe('crash-safe')
    expect(await codesOf(open({ durability: 'volatile' }))).toEqual(all('done'))
  })

  it('refuses to read from a replica, and to write where a primary was', async () => {
    await serve()
    const primary = port
    await serve({ replicaof: `127.0.0.1 ${primary}` })
    expect(await codesOf(open())).toEqual(all('store_read_only'))
    await admin.replicaof('NO', 'ONE')
    const store = open()
    await store.write('k', 'v', { ifVersion: null })
    await admin.replicaof('127.0.0.1', primary)
    await expect(store.write('k2', 'v', { ifVersion: null })).rejects.toMatchObject({ code: 'store_read_only' })
    expect(await codesOf(store)).toEqual(all('store_read_only'))
  })
})

describe('createRedisStore on a server that refuses', () => {
  it('tells which right is missing: to look at the settings, or to run scripts', async () => {
    await serve()
    await admin.acl('SETUSER', 'blind', 'on', '>pw', '~*', '+@all', '-info')
    const [blind] = await errorsOf(open({}, connect({ username: 'blind', password: 'pw', enableReadyCheck: false })))
    expect(blind).toMatchObject({ code: 'store_not_set_up', message: expect.stringContaining('INFO') })
    await admin.acl('SETUSER', 'mute', 'on', '>pw', '~*', '+@all', '-@scripting')
    expect(await codesOf(open({}, connect({ username: 'mute', password: 'pw', enableReadyCheck: false })))).toEqual(
      all('store_not_set_up'),
    )
  })

  it('works for a user who may do no more than the store needs, and may not publish', async () => {
    await serve()
    const commands =
      '+evalsha +eval +info +time +hmget +hget +hset +persist +pexpire +lpush +ltrim +lrange +del +zadd +zrem'
    const rights = `~grantkit:* resetchannels -@all ${commands} +zrangebyscore +zrangebylex`
    await admin.acl('SETUSER', 'careful', 'on', '>pw', ...rights.split(' '))
    const store = open({}, connect({ username: 'careful', password: 'pw', enableReadyCheck: false }))
    expect(await codesOf(store)).toEqual(all('done'))
  })

  it('tells of full memory and goes on reading', async () => {
    await serve()
    const store = open()
    await store.write('there', 'v', { ifVersion: null })
    await admin.config('SET', 'maxmemory', '1')
    const codes = await errorsOf(store)
    expect(codes[1]).toMatchObject({
      code: 'store_failed',
      retryable: true,
      message: expect.stringContaining('memory'),
    })
    expect((await store.read('there')).entry?.value).toBe('v')
    await admin.config('SET', 'maxmemory', '0')
    expect(await store.write('k', 'v', { ifVersion: null })).not.toBe('conflict')
    expect((await store.list('')).keys).toEqual(['k', 'there'])
  })

  it('tells that a script of somebody else keeps it busy', async () => {
    await serve({ 'busy-reply-threshold': '1' })
    const store = open()
    await store.read('k')
    const blocker = connect().eval('while true do end', 0)
    const ended = blocker.catch((error: Error) => error.message)
    const read = () => store.read('k').catch(({ code }) => code as string)
    await expect.poll(read, { timeout: 20_000 }).toBe('store_busy')
    await admin.script('KILL')
    expect(await ended).toContain('killed')
    expect(await codesOf(store)).toEqual(all('done'))
  })

  it('tells that it is a node of a cluster without this key, or of one that is down', async () => {
    await serve({ 'cluster-enabled': 'yes' })
    const down = await errorsOf(open())
    expect(down.map(({ code }) => code)).toEqual(all('store_failed'))
    expect(down[0]).toMatchObject({ retryable: true, message: expect.stringContaining('does not serve') })
  })

  it('leaves keys of another program alone', async () => {
    await serve()
    await admin.set('grantkit:entry:{k}', 'foreign')
    const codes = await codesOf(open())
    expect(codes.slice(0, 2)).toEqual(['store_value_invalid', 'store_value_invalid'])
    expect(await admin.get('grantkit:entry:{k}')).toBe('foreign')
  })

  it('fails while nobody listens, and works again without being told', async () => {
    const server = await startRedis()
    onTestFinished(() => server.remove())
    port = server.port
    const store = open()
    const version = await store.write('k', 'v', { ifVersion: null })
    await server.stop()
    expect(await codesOf(store)).toEqual(all('store_failed'))
    await server.start()
    const read = () => store.read('k').catch(() => 'down')
    await expect.poll(read, { timeout: 20_000 }).toMatchObject({ entry: { ...(version as object) } })
  })
})

describe('createRedisStore, what it keeps', () => {
  beforeEach(() => serve())

  it('gives grants no time to live, and what expires exactly its own', async () => {
    const store = open()
    const first = await store.write('grant', 'v', { ifVersion: null })
    await store.write('grant', 'v', { ifVersion: (first as { version: string }).version })
    await store.write('attempt', 'v', { ifVersion: null, expiresInMs: 600_000 })
    expect(await admin.pttl('grantkit:entry:{grant}')).toBe(-1)
    expect(await admin.pttl('grantkit:index:{index}')).toBe(-1)
    expect(await admin.pttl('grantkit:entry:{attempt}')).toBeGreaterThan(590_000)
  })

  it('forgets all but the ids of what is removed, and these soon', async () => {
    const store = open()
    const created = await store.write('grant', secret, { ifVersion: null })
    const written = await store.write('grant', secret, { ifVersion: (created as { version: string }).version })
    await store.remove('grant', { ifVersion: (written as { version: string }).version })
    expect(await admin.keys('*')).toEqual(['grantkit:past:{grant}'])
    const [ids = ''] = await admin.lrange('grantkit:past:{grant}', 0, -1)
    expect(
      ids
        .trim()
        .split(/ +/)
        .map((id) => id.length),
    ).toEqual([36, 36, 36])
    expect(await admin.pttl('grantkit:past:{grant}')).toBeGreaterThan(0)
    expect(await admin.pttl('grantkit:past:{grant}')).toBeLessThanOrEqual(120_000)
  })

  it('keeps a bounded past of an entry that is written again and again, and none for ever', async () => {
    const store = open()
    let { version } = (await store.write('grant', 'v', { ifVersion: null })) as { version: string }
    for (let write = 0; write < 100; write += 1) {
      version = ((await store.write('grant', 'v', { ifVersion: version })) as { version: string }).version
    }
    expect((await admin.hget('grantkit:entry:{grant}', 'past'))?.length).toBeLessThanOrEqual(17 * 37)
    expect(await admin.llen('grantkit:past:{grant}')).toBe(6)
    expect(await admin.pttl('grantkit:past:{grant}')).toBeGreaterThan(0)
  })

  it('survives that the server forgets its scripts', async () => {
    const store = open()
    for (const key of ['a', 'b']) {
      await admin.script('FLUSH')
      expect(await store.write(key, 'v', { ifVersion: null })).not.toBe('conflict')
    }
    expect((await store.list('')).keys).toEqual(['a', 'b'])
  })

  it('clears old members without an entry away from the index, and nothing else', async () => {
    const store = open()
    await store.write('k', 'v', { ifVersion: null })
    const old = (key: string, hours: number): string => `${key}\0${Date.now() - hours * 3_600_000}.id`
    const dead = [old('k', 2), old('gone', 2)]
    const pending = old('being created', 0.5)
    for (const member of [...dead, pending]) await admin.zadd('grantkit:index:{index}', 0, member)
    expect((await store.list('')).keys).toEqual(['k'])
    const left = await admin.zrange('grantkit:index:{index}', '0', '-1')
    expect(left.map((member) => member.split('\0')[0])).toEqual(['being created', 'k'])
  })

  it('keeps nothing of a creation that was a conflict', async () => {
    const store = open()
    await store.write('k', 'v', { ifVersion: null })
    expect(await store.write('k', 'w', { ifVersion: null })).toBe('conflict')
    expect(await admin.zcard('grantkit:index:{index}')).toBe(1)
  })

  it('clears expired attempts away from the index with each new one', async () => {
    const store = open()
    const expired = `attempt\0${Date.now() - 7_200_000}.id`
    for (const index of ['index', 'expiring']) await admin.zadd(`grantkit:${index}:{index}`, 1, expired)
    await store.write('next', 'v', { ifVersion: null, expiresInMs: 600_000 })
    for (const index of ['index', 'expiring']) expect(await admin.zcard(`grantkit:${index}:{index}`)).toBe(1)
  })

  it('creates nothing when the creation comes too long after the index was told', async () => {
    const redis = connect()
    const store = createRedisStore({
      // As if the process had slept in between.
      sendCommand: ([command, ...args]) =>
        redis.call(command, ...args.map((arg) => arg.replace(/^\d{13}(?=\..{36}$)/, `${Date.now() - 660_000}`))),
    })
    await expect(store.write('k', 'v', { ifVersion: null })).rejects.toMatchObject({ code: 'store_failed' })
    expect((await store.read('k')).entry).toBeUndefined()
  })
})
