import type { RedisStoreOptions } from '@grantkit/auth-core/stores/redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'

/** What a store needs of a client, and the way to end it. */
export interface RedisConnection extends Pick<RedisStoreOptions, 'sendCommand' | 'subscribe'> {
  close(): Promise<void>
}

export type ConnectRedis = (port: number) => Promise<RedisConnection>

/** Both clients with their defaults, as the README shows them. */
export const redisClients: Readonly<Record<string, ConnectRedis>> = {
  async ioredis(port) {
    const redis = new Redis(port, '127.0.0.1')
    const subscriber = redis.duplicate()
    for (const each of [redis, subscriber]) each.on('error', ignore)
    return {
      sendCommand: (args) => redis.call(...args),
      async subscribe(channel, onMessage) {
        subscriber.on('message', (_channel, message) => onMessage(message))
        await subscriber.subscribe(channel)
      },
      async close() {
        redis.disconnect()
        subscriber.disconnect()
      },
    }
  },
  async 'node-redis'(port) {
    const client = createClient({ url: `redis://127.0.0.1:${port}` })
    const subscriber = client.duplicate()
    for (const each of [client, subscriber]) await each.on('error', ignore).connect()
    return {
      sendCommand: (args) => client.sendCommand(args),
      subscribe: (channel, onMessage) => subscriber.subscribe(channel, onMessage),
      async close() {
        client.destroy()
        subscriber.destroy()
      },
    }
  },
}

/** Without a listener an error event ends the process; the commands tell of the same errors. */
function ignore(): void {}
