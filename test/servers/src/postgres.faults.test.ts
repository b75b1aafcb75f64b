import { runTogether } from '@grantkit/e2e/protocol/fleet'
import { postgresSchema } from '@grantkit/auth-core/stores/postgres'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { expiredFleet } from './expired-fleet.ts'
import type { StoreSpec } from './open-store.ts'
import { createPool, postgresClients } from './postgres-clients.ts'
import { startPostgres, type PostgresServer } from './postgres-server.ts'
import { expectNothingSent, expectSavedInTheEnd, twoHoursMs, type Damage } from './store-damage.ts'
import { startTcpProxy, type TcpProxy } from './tcp-proxy.ts'

let server: PostgresServer
let tables = 0
beforeAll(async () => {
  server = await startPostgres({ max_connections: '200', fsync: 'on' })
})
afterAll(() => server.remove())

async function run(...statements: readonly string[]): Promise<void> {
  const pool = createPool({ port: server.port, max: 1 })
  for (const statement of statements) await pool.query(statement)
  await pool.end()
}

interface Bench {
  readonly table: string
  readonly proxy: TcpProxy
  readonly spec: StoreSpec
}

/** A table of its own, reached through a proxy. */
async function prepare(client: string): Promise<Bench> {
  const table = `faults_${++tables}`
  await run(postgresSchema({ table }))
  const proxy = await startTcpProxy(server.port)
  onTestFinished(() => proxy.close())
  return { table, proxy, spec: { kind: 'postgres', client, address: { port: proxy.port, max: 4 }, table } }
}

/** In a session that may write, whatever the default is. */
function setReadOnly(value: 'on' | 'off'): Promise<void> {
  return run(
    'SET default_transaction_read_only = off',
    `ALTER SYSTEM SET default_transaction_read_only = ${value}`,
    'SELECT pg_reload_conf()',
  )
}

const damages: Readonly<Record<string, (bench: Bench) => Damage>> = {
  'it is restarted': () => ({ break: () => server.stop('SIGINT'), mend: () => server.start() }),
  'it is killed and started again': () => ({ break: () => server.stop('SIGKILL'), mend: () => server.start() }),
  'nobody gets through to it': ({ proxy }) => ({ break: () => proxy.shut(), mend: () => proxy.open() }),
  'its table is missing': ({ table }) => ({
    break: () => run(`ALTER TABLE ${table} RENAME TO ${table}_away`),
    mend: () => run(`ALTER TABLE ${table}_away RENAME TO ${table}`),
  }),
  'it is read-only': ({ proxy }) => ({
    break: () => setReadOnly('on').then(() => proxy.cut()),
    // Sessions keep what they began with.
    mend: () => setReadOnly('off').then(() => proxy.cut()),
  }),
}

describe.for(Object.keys(postgresClients))('a refresh on PostgreSQL, with %s', (client) => {
  it.for(Object.keys(damages))('sends nothing while %s', async (name) => {
    const bench = await prepare(client)
    await expectNothingSent(await expiredFleet(bench.spec), damages[name]!(bench))
  })

  it.for(Object.keys(damages))('loses no token that came while %s', async (name) => {
    const bench = await prepare(client)
    await expectSavedInTheEnd(await expiredFleet(bench.spec), damages[name]!(bench))
  })

  it('loses no token when its connections are cut, or the answer to its save is lost', async () => {
    const cut = await prepare(client)
    await expectSavedInTheEnd(await expiredFleet(cut.spec), { break: () => cut.proxy.cut() })
    const lossy = await prepare(client)
    const loseAnswer = (): void => void lossy.proxy.loseAnswerTo('"generation":2')
    await expectSavedInTheEnd(await expiredFleet(lossy.spec), { break: loseAnswer })
  })

  it('costs one token request in 4 processes while it is killed and started again', async () => {
    const { spec } = await prepare(client)
    const fleet = await expiredFleet(spec)
    const workers = Array.from({ length: 4 }, () =>
      fleet.start({ calls: 100, spreadMs: 2_000, nowOffsetMs: twoHoursMs }),
    )
    const working = runTogether(workers)
    await fleet.sandbox.control.ledger.waitFor({ grantType: 'refresh_token', stage: 'answered' })
    await server.stop('SIGKILL')
    await server.start()
    const { statuses, errors } = await working
    expect({ ...errors, store_failed: 0 }).toEqual({ store_failed: 0 })
    expect((statuses[200] ?? 0) + (errors['store_failed'] ?? 0)).toBe(400)
    expect(fleet.sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 1, reuse: 0, invalidGrant: 0 })
    expect(fleet.check()).toEqual([])
  })
})
