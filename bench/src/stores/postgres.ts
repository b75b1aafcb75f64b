import { createPostgresStore, postgresSchema, type PostgresQuery } from '@grantkit/auth-core/stores/postgres'
import { createPool } from '@grantkit/servers/postgres-clients'
import { startPostgres } from '@grantkit/servers/postgres-server'
import type { OpenContender } from './contender.ts'

const insert = 'INSERT INTO raw (key, value, version) VALUES ($1, $2, $3)'
const update = 'UPDATE raw SET value = $2, version = $3 WHERE key = $1 AND version = $4'

/** With every commit synced, as by default. */
export const openPostgres: OpenContender = async () => {
  const server = await startPostgres({ fsync: 'on' })
  const pool = createPool(server)
  const query: PostgresQuery = (text, values) => pool.query(text, values)
  for (const statement of postgresSchema().split(';')) await query(statement, [])
  await query('CREATE TABLE raw (key text PRIMARY KEY, value text NOT NULL, version text NOT NULL)', [])
  return {
    store: createPostgresStore({ query }),
    raw: {
      create: async (...entry) => void (await query(insert, entry)),
      replace: async (key, value, version, ifVersion) =>
        (await query(`${update} RETURNING 1`, [key, value, version, ifVersion])).rows.length === 1,
    },
    async close() {
      await pool.end()
      await server.remove()
    },
  }
}
