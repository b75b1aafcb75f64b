import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createFleet, runTogether } from '@grantkit/e2e/protocol/fleet'
import type { StoreChoice } from '@grantkit/e2e/protocol/worker-task'
import { postgresSchema } from '@grantkit/auth-core/stores/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StoreSpec } from './open-store.ts'
import { createPool } from './postgres-clients.ts'
import { startPostgres, type PostgresServer } from './postgres-server.ts'
import { startRedis, type RedisServer } from './redis-server.ts'

const folder = mkdtempSync(join(tmpdir(), 'grantkit-storm-'))
let redis: RedisServer
let postgres: PostgresServer
beforeAll(async () => {
  redis = await startRedis()
  postgres = await startPostgres({ max_connections: '200', fsync: 'on' })
  const pool = createPool({ port: postgres.port, max: 1 })
  await pool.query(postgresSchema())
  await pool.end()
})
afterAll(async () => {
  await Promise.all([redis.remove(), postgres.remove()])
  rmSync(folder, { recursive: true })
})

function on(spec: StoreSpec): StoreChoice {
  return { module: new URL('open-store.ts', import.meta.url).href, options: spec }
}

const stores: Readonly<Record<string, () => StoreChoice | undefined>> = {
  sqlite: () => undefined,
  file: () => on({ kind: 'file', folder: join(folder, 'grants') }),
  'redis with ioredis': () => on({ kind: 'redis', client: 'ioredis', port: redis.port, options: { prefix: 'one:' } }),
  'redis with node-redis': () =>
    on({ kind: 'redis', client: 'node-redis', port: redis.port, options: { prefix: `${randomUUID()}:` } }),
  'postgres with pg': () => on({ kind: 'postgres', client: 'pg', address: { port: postgres.port, max: 4 } }),
}

const twoHoursMs = 7_200_000

test.for(Object.entries(stores))(
  '16 processes of 625 callers meet an expired token on %s: one token request, every call answered',
  { timeout: 240_000 },
  async ([, choose]) => {
    const fleet = await createFleet({ rotation: 'strict' }, choose())
    try {
      const seq = fleet.sandbox.control.ledger.entries().length
      fleet.sandbox.control.clock.advance(twoHoursMs)
      const workers = Array.from({ length: 16 }, () =>
        fleet.start({ calls: 625, sockets: 32, nowOffsetMs: twoHoursMs }),
      )
      expect(await runTogether(workers)).toEqual({ statuses: { 200: 10_000 }, errors: {} })
      const { tokenRequests, reuse, invalidGrant } = fleet.sandbox.control.ledger.summary({ afterSeq: seq })
      expect({ tokenRequests, reuse, invalidGrant }).toEqual({ tokenRequests: 1, reuse: 0, invalidGrant: 0 })
      expect(fleet.check()).toEqual([])
    } finally {
      await fleet.close()
    }
  },
)
