import { inspect } from 'node:util'
import type { Store } from '@grantkit/auth-core'
import { createPostgresStore, postgresSchema } from '@grantkit/auth-core/stores/postgres'
import { assertNoSecret } from '@grantkit/auth-core/testing'
import type { Pool } from 'pg'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createPool, postgresClients, type PostgresAddress } from './postgres-clients.ts'
import { startPostgres, type PostgresServer } from './postgres-server.ts'

const secret = 'marker-value-9c1e'
let server: PostgresServer
let admin: Pool
beforeAll(async () => {
  server = await startPostgres()
  admin = createPool(server)
  await admin.query(postgresSchema())
})
afterAll(async () => {
  await admin.end()
  await server.remove()
})

function open(address: Partial<PostgresAddress> = {}, table?: string, client = 'pg'): Store {
  const { query, close } = postgresClients[client]!({ port: server.port, ...address })
  onTestFinished(close)
  return createPostgresStore({ query, ...(table !== undefined && { table }) })
}

/** What reading, creating and listing fail with. */
async function errorsOf(store: Store): Promise<{ code?: string; message: string; retryable?: boolean }[]> {
  const steps = [() => store.read('k'), () => store.write('k', secret, { ifVersion: null }), () => store.list('')]
  const errors = []
  for (const step of steps) errors.push(await step().catch((error: unknown) => error))
  assertNoSecret(errors, { secret }, { inspect })
  return errors as { message: string }[]
}

async function codesOf(store: Store): Promise<string[]> {
  return (await errorsOf(store)).map(({ code }) => code ?? 'done')
}

const all = (code: string): string[] => [code, code, code]

describe.for(Object.keys(postgresClients))('createPostgresStore on %s', (client) => {
  it('without its table shows the statements that make it, which work', async () => {
    const table = `missing_${client.replace('.', '')}`
    const store = open({}, table, client)
    const errors = await errorsOf(store)
    expect(errors.map(({ code }) => code)).toEqual(all('store_not_set_up'))
    const statement = errors[0]!.message.slice(errors[0]!.message.indexOf('CREATE TABLE'))
    expect(statement.trim()).toBe(postgresSchema({ table }))
    await admin.query(statement)
    await admin.query(statement)
    expect(await codesOf(store)).toEqual(all('done'))
  })

  it('without its schema, with a foreign table and with a missing database says what is not set up', async () => {
    expect(await codesOf(open({}, 'nowhere.grants', client))).toEqual(all('store_not_set_up'))
    await admin.query('CREATE TABLE IF NOT EXISTS foreign_table (id int)')
    expect(await codesOf(open({}, 'foreign_table', client))).toEqual(all('store_not_set_up'))
    expect(await codesOf(open({ database: 'nowhere' }, undefined, client))).toEqual(all('store_not_set_up'))
  })

  it('without the right to write says so', async () => {
    await admin.query(`DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN`)
    expect(await codesOf(open({ user: 'guest' }, undefined, client))).toEqual(all('store_not_set_up'))
  })

  it('in a read-only session reads, but tells that nothing can be written', async () => {
    await admin.query(`DROP ROLE IF EXISTS reader; CREATE ROLE reader LOGIN SUPERUSER;
      ALTER ROLE reader SET default_transaction_read_only = on`)
    const codes = await codesOf(open({ user: 'reader' }, undefined, client))
    expect(codes).toEqual(['done', 'store_read_only', 'done'])
  })

  it('gives up a step that somebody else blocks, as busy, and changed nothing', async () => {
    await admin.query(`DROP ROLE IF EXISTS hasty; CREATE ROLE hasty LOGIN SUPERUSER;
      ALTER ROLE hasty SET lock_timeout = '50ms'`)
    const store = open({ user: 'hasty' }, undefined, client)
    const key = `blocked ${client}`
    const { version } = (await store.write(key, 'v', { ifVersion: null })) as { version: string }
    const blocker = await admin.connect()
    await blocker.query('BEGIN')
    await blocker.query('SELECT 1 FROM grantkit_entry WHERE key = $1 FOR UPDATE', [key])
    await expect(store.write(key, 'w', { ifVersion: version })).rejects.toMatchObject({ code: 'store_busy' })
    await blocker.query('ROLLBACK')
    blocker.release()
    expect((await store.read(key)).entry).toEqual({ value: 'v', version })
  })

  it('fails with a coded error while nobody listens', async () => {
    const down = await startPostgres()
    await down.stop()
    const errors = await errorsOf(open({ port: down.port }, undefined, client))
    expect(errors.map(({ code }) => code)).toEqual(all('store_failed'))
    expect(errors[0]).toMatchObject({ retryable: true, cause: { code: 'ECONNREFUSED' } })
    await down.remove()
  })

  it('works where transactions are serializable, with conflicts told as busy or as conflicts', async () => {
    await admin.query(`DROP ROLE IF EXISTS strict; CREATE ROLE strict LOGIN SUPERUSER;
      ALTER ROLE strict SET default_transaction_isolation = 'serializable'`)
    const store = open({ user: 'strict' }, undefined, client)
    const key = `strict ${client}`
    const { version } = (await store.write(key, '0', { ifVersion: null })) as { version: string }
    const writes = Array.from({ length: 20 }, (_, n) => store.write(key, `${n}`, { ifVersion: version }))
    const results = (await Promise.allSettled(writes)).map((result) =>
      result.status === 'rejected' ? (result.reason as { code: string }).code : result.value,
    )
    const won = results.filter((result) => typeof result === 'object')
    expect(won).toHaveLength(1)
    expect(results.filter((result) => result !== won[0] && result !== 'conflict' && result !== 'store_busy')).toEqual(
      [],
    )
    expect((await store.read(key)).entry?.version).toBe(won[0]?.version)
  })
})

describe('createPostgresStore', () => {
  it('uses another schema and a name that needs quotes', async () => {
    await admin.query(`CREATE SCHEMA "App"; ${postgresSchema({ table: 'App.Order' })}`)
    const store = open({}, 'App.Order')
    await store.write('k', 'v', { ifVersion: null })
    expect((await admin.query('SELECT key, value FROM "App"."Order"')).rows).toEqual([{ key: 'k', value: 'v' }])
  })

  it('refuses to read from a standby', async () => {
    const query = async () => ({ rows: [{ now_ms: '1', standby: true, value: null, version: null }] })
    await expect(createPostgresStore({ query }).read('k')).rejects.toMatchObject({ code: 'store_read_only' })
  })

  it('lists and finds with its indexes, however many entries there are', async () => {
    await admin.query(`INSERT INTO grantkit_entry SELECT 'plan/' || n, 'v', 'x', NULL FROM generate_series(1, 50000) n`)
    await admin.query('ANALYZE grantkit_entry')
    const plans: string[] = []
    const store = createPostgresStore({
      async query(text, values) {
        const { rows } = await admin.query(`EXPLAIN ${text}`, values)
        plans.push(JSON.stringify(rows))
        return admin.query(text, values)
      },
    })
    await store.read('plan/7')
    await store.list('plan/49')
    await store.write('plan/7', 'w', { ifVersion: 'x' })
    await store.remove('plan/8', { ifVersion: 'x' })
    await store.write('new', 'v', { ifVersion: null, expiresInMs: 1000 })
    expect(plans).toHaveLength(6)
    expect(plans.filter((plan) => plan.includes('Seq Scan on'))).toEqual([])
    await admin.query(`DELETE FROM grantkit_entry WHERE key LIKE 'plan/%'`)
  })

  it('keeps values that can be read as they are', async () => {
    const store = open()
    const value = JSON.stringify({ token: 'a\\b\u0000c "é"' })
    await store.write('readable', value, { ifVersion: null })
    const { rows } = await admin.query(`SELECT value FROM grantkit_entry WHERE key = 'readable'`)
    expect(rows).toEqual([{ value }])
  })

  it('changes no setting of the session', async () => {
    const pool = createPool({ ...server, max: 1 })
    await pool.query(`SET synchronous_commit = off`)
    const store = createPostgresStore({ query: (text, values) => pool.query(text, values) })
    await store.write('session', 'v', { ifVersion: null })
    expect((await pool.query('SHOW synchronous_commit')).rows).toEqual([{ synchronous_commit: 'off' }])
    expect((await pool.query('SELECT count(*)::int AS names FROM pg_prepared_statements')).rows).toEqual([{ names: 0 }])
    await pool.end()
  })
})
