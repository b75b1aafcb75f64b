import { createFileStore } from '@grantkit/auth-core/stores/file'
import { createPostgresStore, type PostgresQuery } from '@grantkit/auth-core/stores/postgres'
import { createRedisStore, type RedisStoreOptions, type SendCommand } from '@grantkit/auth-core/stores/redis'
import type { Store } from '@grantkit/auth-core'
import { postgresClients, type PostgresAddress } from './postgres-clients.ts'
import { connectCluster } from './redis-cluster-clients.ts'
import { redisClients } from './redis-clients.ts'

/** A store and how to reach it, as plain data: any process can open it. */
export type StoreSpec =
  | { kind: 'redis'; client: string; port: number; options?: Omit<RedisStoreOptions, 'sendCommand' | 'subscribe'> }
  | { kind: 'redis cluster'; client: string; port: number }
  | { kind: 'file'; folder: string }
  | { kind: 'postgres'; client: string; address: PostgresAddress; table?: string }

export type ClosableStore = Store & { close(): Promise<void> }

/** Opens a store on a connection of its own; connects at the first step. */
export function openStore(spec: StoreSpec): ClosableStore {
  if (spec.kind === 'file') return { ...createFileStore({ folder: spec.folder }), close: async () => undefined }
  if (spec.kind === 'postgres') {
    const { query, close } = postgresClients[spec.client]!(spec.address)
    const table = spec.table === undefined ? {} : { table: spec.table }
    return { ...createPostgresStore({ query: query satisfies PostgresQuery, ...table }), close }
  }
  const connect = spec.kind === 'redis' ? redisClients[spec.client]! : connectCluster[spec.client]!
  const connecting = connect(spec.port)
  connecting.catch(() => undefined) // The steps tell.
  const sendCommand: SendCommand = async (args) => (await connecting).sendCommand(args)
  const subscribe: RedisStoreOptions['subscribe'] = async (channel, onMessage) =>
    (await connecting).subscribe?.(channel, onMessage)
  const options = spec.kind === 'redis' ? spec.options : {}
  return {
    ...createRedisStore({ sendCommand, subscribe, ...options }),
    close: async () => (await connecting).close(),
  }
}
