import { createPostgresStore, postgresSchema } from '@grantkit/auth-core/stores/postgres'
import { storeSuite } from '@grantkit/auth-core/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { claimRounds } from './claim-races.ts'
import { countThrough } from './count-through.ts'
import type { StoreSpec } from './open-store.ts'
import { startPooler } from './pooler.ts'
import { createPool, postgresClients, type PostgresConnection } from './postgres-clients.ts'
import { startPostgres, type PostgresServer } from './postgres-server.ts'
import { startTcpProxy } from './tcp-proxy.ts'

let server: PostgresServer
let tables = 0
beforeAll(async () => {
  server = await startPostgres({ max_connections: '200', fsync: 'on' })
})
afterAll(() => server.remove())

async function run(...statements: readonly string[]): Promise<unknown[]> {
  const pool = createPool({ port: server.port, max: 1 })
  const results = []
  for (const statement of statements) results.push((await pool.query(statement)).rows)
  await pool.end()
  return results
}

async function spec(client: string, port = server.port): Promise<PostgresSpec & { table: string }> {
  const table = `t${++tables}`
  await run(postgresSchema({ table }))
  return { kind: 'postgres', client, address: { port }, table }
}

type PostgresSpec = Extract<StoreSpec, { kind: 'postgres' }>
const onePerRound = (rounds: number): number[] => Array.from({ length: rounds }, () => 1)

describe('createPostgresStore in several processes', () => {
  it('lets one of 64 claimers in 4 processes win each of 200 claims, whatever their clients', async () => {
    const one = await spec('pg')
    const other = { ...one, client: 'postgres.js' }
    expect(await claimRounds([one, other], { rounds: 200, broken: false })).toEqual(onePerRound(200))
  })

  it('would be seen to let several win, if it checked and wrote in two steps', async () => {
    expect(Math.max(...(await claimRounds([await spec('pg')], { rounds: 5, broken: true })))).toBeGreaterThan(1)
  })

  it.for(Object.keys(postgresClients))(
    'keeps every acknowledged write when the server is killed, on %s',
    async (client) => {
      const restart = async (): Promise<void> => {
        await server.stop('SIGKILL')
        await server.start()
      }
      expect(await countThrough(await spec(client), { disturb: restart, times: 4 })).toEqual({
        lost: 0,
        unexplained: 0,
      })
    },
  )

  it.for(Object.keys(postgresClients))('counts right when connections are cut, on %s', async (client) => {
    const proxy = await startTcpProxy(server.port)
    const through = await spec(client, proxy.port)
    expect(await countThrough(through, { disturb: () => proxy.cut(), times: 20 })).toEqual({ lost: 0, unexplained: 0 })
    await proxy.close()
  })

  it('waits for the disk also where the database does not, so that a crash takes nothing back', async () => {
    const { table } = await spec('pg')
    await run(
      `ALTER DATABASE postgres SET synchronous_commit = off`,
      `ALTER SYSTEM SET wal_writer_delay = '10s'`,
      'SELECT pg_reload_conf()',
      'CREATE TABLE careless (n int)',
      'CHECKPOINT',
    )
    const pool = createPool({ port: server.port, max: 1 })
    const store = createPostgresStore({ query: (text, values) => pool.query(text, values), table })
    const created = (await store.write('k', 'kept', { ifVersion: null })) as { version: string }
    // Shows that the server would have lost it: what comes after the last write of ours is gone.
    await pool.query('INSERT INTO careless VALUES (1)')
    await server.stop('SIGKILL')
    await pool.end()
    await server.start()
    const [careless, kept] = await run('SELECT n FROM careless', `SELECT version FROM ${table}`)
    expect(kept).toEqual([{ version: created.version }])
    expect(careless).toEqual([])
    await run(`ALTER DATABASE postgres RESET synchronous_commit`, `ALTER SYSTEM RESET wal_writer_delay`)
  })
})

describe('createPostgresStore through a pooler in transaction mode', () => {
  let pooler: { port: number; remove(): Promise<void> }
  beforeAll(async () => {
    pooler = await startPooler(server.port)
  })
  afterAll(() => pooler.remove())

  it('lets one of 64 claimers in 4 processes win each of 50 claims', async () => {
    const one = await spec('pg', pooler.port)
    expect(await claimRounds([one, { ...one, client: 'postgres.js' }], { rounds: 50, broken: false })).toEqual(
      onePerRound(50),
    )
  })

  describe.for(Object.entries(postgresClients))('with %s', ([, connect]) => {
    let connections: PostgresConnection[] = []
    beforeAll(() => {
      connections = [connect(pooler), connect(pooler)]
    })
    afterAll(async () => {
      await Promise.all(connections.map((connection) => connection.close()))
    })

    storeSuite({
      describe,
      it,
      ownClock: true,
      rounds: 50,
      async createStore() {
        const table = `pooled_${++tables}`
        await run(postgresSchema({ table }))
        const open = (at: number) => createPostgresStore({ query: connections[at]!.query, table })
        return { store: open(0), open: () => open(1), reopen: () => open(1) }
      },
    })
  })
})
