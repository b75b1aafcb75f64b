import { Cluster } from 'ioredis'
import { createCluster } from 'redis'
import type { ConnectRedis } from './redis-clients.ts'

/** Both cluster clients with their defaults, connected through one node. */
export const connectCluster: Readonly<Record<string, ConnectRedis>> = {
  async ioredis(port) {
    const cluster = new Cluster([{ port, host: '127.0.0.1' }])
    cluster.on('error', ignore)
    return {
      sendCommand: (args) => cluster.call(...args),
      close: async () => cluster.disconnect(),
    }
  },
  async 'node-redis'(port) {
    const cluster = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] })
    await cluster.on('error', ignore).connect()
    return {
      sendCommand: (args) => cluster.sendCommand(args[3], false, [...args]),
      close: async () => cluster.destroy(),
    }
  },
}

function ignore(): void {}
