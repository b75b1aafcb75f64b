import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { assertNoSecret } from '../testing/find-secrets.ts'
import { createRedisStore, type RedisStoreOptions, type SendCommand } from './redis.ts'
import { serverScript } from './redis-scripts.ts'

const healthy = ['maxmemory_policy:noeviction\r\n', 'aof_enabled:1\r\n', 'role:master\r\n']

/** A server that is healthy and answers everything else with `reply`. */
function answering(reply: () => unknown): SendCommand {
  return async ([command, script]) => {
    if (command === 'EVALSHA') throw new Error('NOSCRIPT No matching script. Please use EVAL.')
    return script === serverScript.source ? healthy : reply()
  }
}

function failing(message: string, fields: object = {}): SendCommand {
  return answering(() => {
    throw Object.assign(new Error(message), fields)
  })
}

describe('createRedisStore', () => {
  const sendCommand = answering(() => [])

  it.for<[string, object]>([
    ['no way to send commands', {}],
    ['an option that it does not know', { sendCommand, url: 'redis://' }],
    ['a prefix with braces', { sendCommand, prefix: 'app:{1}:' }],
    ['a prefix with half a surrogate pair', { sendCommand, prefix: '\ud800' }],
    ['a durability that there is not', { sendCommand, durability: 'safe' }],
    ['a subscription that is no function', { sendCommand, subscribe: 'changes' }],
  ])('refuses %s', ([, options]) => {
    expect(() => createRedisStore(options as RedisStoreOptions)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })

  it('is as durable as it was said to be', () => {
    expect(createRedisStore({ sendCommand }).durability).toBe('crash-safe')
    expect(createRedisStore({ sendCommand, durability: 'durable' }).durability).toBe('durable')
  })

  it('refuses an expiry that is no number, before anything is sent', async () => {
    const store = createRedisStore({ sendCommand: failing('nothing may be sent') })
    const write = store.write('k', 'v', { ifVersion: null, expiresInMs: Number.NaN })
    await expect(write).rejects.toMatchObject({ code: 'invalid_option' })
  })

  it.for([
    ['READONLY You can’t write against a read only replica.', 'store_read_only', false],
    ['ERR Error running script (call to f_1): @user_script:1: @user_script: 5: -READONLY no', 'store_read_only', false],
    ['LOADING Redis is loading the dataset in memory', 'store_failed', true],
    ['CLUSTERDOWN The cluster is down', 'store_failed', true],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'store_failed', true],
    ['MOVED 3999 127.0.0.1:6381', 'store_failed', true],
    ['MISCONF Redis is configured to save RDB snapshots', 'store_failed', true],
    ['BUSY Redis is busy running a script.', 'store_busy', true],
    ['NOAUTH Authentication required.', 'store_not_set_up', false],
    ['WRONGPASS invalid username-password pair', 'store_not_set_up', false],
    ['NOPERM this user has no permissions', 'store_not_set_up', false],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'store_value_invalid', false],
    ['Connection is closed.', 'store_failed', true],
    ['', 'store_failed', true],
  ] as const)('makes of %s the error %s', async ([message, code, retryable]) => {
    const store = createRedisStore({ sendCommand: failing(message) })
    await expect(store.read('k')).rejects.toMatchObject({ code, retryable })
  })

  it('tells nothing of what a client quotes in its errors', async () => {
    const secret = 'marker-value-9c1e'
    const store = createRedisStore({
      sendCommand: failing(`ERR bad ${secret}`, { command: { args: [secret] }, name: 'ReplyError' }),
    })
    const error: unknown = await store.write('k', secret, { ifVersion: 'v' }).catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'store_failed' })
    assertNoSecret([error], { secret }, { inspect })
  })

  it.for([undefined, 'OK', 7, [], [7], [{}], [new Uint8Array(3)]])(
    'takes %j for no answer of a Redis server',
    async (reply) => {
      const store = createRedisStore({ sendCommand: answering(() => reply) })
      await expect(store.read('k')).rejects.toMatchObject({ code: 'store_failed' })
    },
  )

  it('looks at the server once, and again after a failure', async () => {
    let looks = 0
    let down = false
    const store = createRedisStore({
      async sendCommand([command, script]) {
        if (command === 'EVALSHA') throw new Error('NOSCRIPT')
        if (script === serverScript.source) {
          looks++
          return healthy
        }
        if (down) throw new Error('Connection is closed.')
        return ['1', null, null]
      },
    })
    await Promise.all([store.read('a'), store.read('b')])
    await store.read('c')
    expect(looks).toBe(1)
    down = true
    await expect(store.read('d')).rejects.toMatchObject({ code: 'store_failed' })
    down = false
    await store.read('e')
    expect(looks).toBe(2)
  })
})
