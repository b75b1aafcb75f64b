import { createHash } from 'node:crypto'
import { createRedisStore, type SendCommand } from '@grantkit/auth-core/stores/redis'
import { startRedis } from '@grantkit/servers/redis-server'
import { Redis } from 'ioredis'
import type { OpenContender } from './contender.ts'
import { repeatCalls } from './repeat-calls.ts'

const script = `
if redis.call('HGET', KEYS[1], 'version') ~= ARGV[3] then return 0 end
redis.call('HSET', KEYS[1], 'value', ARGV[1], 'version', ARGV[2])
return 1`
const hash = createHash('sha1').update(script).digest('hex')

/** With an append-only file, synced every second as by default. */
export const openRedis: OpenContender = async () => {
  const server = await startRedis({ appendfsync: 'everysec' })
  const redis = new Redis(server.port, '127.0.0.1')
  await redis.script('LOAD', script)
  const send: SendCommand = (args) => redis.call(...args)
  return {
    store: createRedisStore({ sendCommand: send }),
    same: repeatCalls(send),
    raw: {
      create: async (key, value, version) => void (await redis.hset(`raw:${key}`, { value, version })),
      replace: async (key, value, version, ifVersion) =>
        (await redis.call('EVALSHA', hash, '1', `raw:${key}`, value, version, ifVersion)) === 1,
    },
    async close() {
      redis.disconnect()
      await server.remove()
    },
  }
}
