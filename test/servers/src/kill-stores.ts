import { randomUUID } from 'node:crypto'
import { localStores } from '@grantkit/e2e/protocol/local-stores'
import type { StoreChoice } from '@grantkit/e2e/protocol/worker-task'
import { postgresSchema } from '@grantkit/auth-core/stores/postgres'
import type { StoreSpec } from './open-store.ts'
import { createPool } from './postgres-clients.ts'
import { startPostgres } from './postgres-server.ts'
import { startRedis } from './redis-server.ts'

/** Gives the store of one round; nothing that another round uses. */
export type OpenKillStore = () => StoreChoice | Promise<StoreChoice>

export interface KillStores {
  readonly stores: Readonly<Record<string, OpenKillStore>>
  close(): Promise<void>
}

function on(spec: StoreSpec): StoreChoice {
  return { module: new URL('open-store.ts', import.meta.url).href, options: spec }
}

/** Opens the durable stores whose name contains the text, with the servers that they need. */
export async function openKillStores(only = ''): Promise<KillStores> {
  const closing: (() => Promise<void>)[] = []
  const starters: Readonly<Record<string, () => Promise<OpenKillStore>>> = {
    ...Object.fromEntries(Object.entries(localStores).map(([name, store]) => [name, async () => () => store])),
    redis: () => openRedis(closing),
    postgres: () => openPostgres(closing),
  }
  const chosen = Object.entries(starters).filter(([name]) => name.includes(only))
  const stores = await Promise.all(chosen.map(async ([name, start]) => [name, await start()] as const))
  return {
    stores: Object.fromEntries(stores),
    async close() {
      await Promise.all(closing.map((close) => close()))
    },
  }
}

async function openRedis(closing: (() => Promise<void>)[]): Promise<OpenKillStore> {
  const { port, remove } = await startRedis()
  closing.push(remove)
  return () => on({ kind: 'redis', client: 'ioredis', port, options: { prefix: `${randomUUID()}:` } })
}

async function openPostgres(closing: (() => Promise<void>)[]): Promise<OpenKillStore> {
  const server = await startPostgres({ max_connections: '200', fsync: 'on' })
  const { port } = server
  const pool = createPool({ port, max: 2 })
  closing.push(async () => {
    await pool.end()
    await server.remove()
  })
  let tables = 0
  return async () => {
    const table = `kill_${++tables}`
    await pool.query(postgresSchema({ table }))
    return on({ kind: 'postgres', client: 'pg', address: { port, max: 2 }, table })
  }
}
