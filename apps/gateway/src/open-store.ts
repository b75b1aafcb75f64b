import { createEncryptedStore, type EncryptedStore } from '@grantkit/auth-core/stores/encrypted'
import { createPostgresStore, postgresSchema } from '@grantkit/auth-core/stores/postgres'
import { createRedisStore } from '@grantkit/auth-core/stores/redis'
import { createSqliteStore } from '@grantkit/auth-core/stores/sqlite'
import type { Store } from '@grantkit/auth-core'
import type { StoreKeys } from './key-ring.ts'
import { checkSeal } from './model/seal-check.ts'

/** The store of the gateway, everything in it sealed. */
export interface OpenStore {
  readonly store: EncryptedStore
  close(): Promise<void>
}

interface PlainStore {
  readonly store: Store
  close(): Promise<void>
}

/** No step of a store may hang: a request that waits for it has to be answered. */
const stepLimitMs = 5_000

/**
 * Opens the store that a URL names: `sqlite:<path>`, `redis://…`, `rediss://…` or `postgres://…`. Fails with
 * `store_key_missing` if it was sealed with other keys, before anything is written with these.
 */
export async function openStore(url: string, keys: StoreKeys): Promise<OpenStore> {
  const { store: plain, close } = await openPlain(url)
  const store = createEncryptedStore({ store: plain, keys })
  try {
    await checkSeal(store)
    return { store, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openPlain(url: string): Promise<PlainStore> {
  if (url.startsWith('sqlite:')) {
    const store = createSqliteStore({ path: url.slice('sqlite:'.length) })
    return { store, close: () => store.close() }
  }
  return url.startsWith('redis') ? await openRedis(url) : await openPostgres(url)
}

// Both clients are loaded where they are needed: most gateways use neither, or one.

async function openRedis(url: string): Promise<PlainStore> {
  const { Redis } = await import('ioredis')
  const redis = new Redis(url, { commandTimeout: stepLimitMs, maxRetriesPerRequest: 1, connectTimeout: stepLimitMs })
  // The step that runs into it fails and says so; without a listener the client prints addresses.
  redis.on('error', () => undefined)
  return {
    store: createRedisStore({ sendCommand: (args) => redis.call(...args) }),
    async close() {
      redis.disconnect()
    },
  }
}

async function openPostgres(url: string): Promise<PlainStore> {
  const { default: pg } = await import('pg')
  const pool = new pg.Pool({
    connectionString: url,
    connectionTimeoutMillis: stepLimitMs,
    query_timeout: stepLimitMs,
    max: 10,
  })
  pool.on('error', () => undefined)
  await pool.query(postgresSchema())
  return {
    store: createPostgresStore({ query: (text, values) => pool.query(text, [...values]) }),
    close: () => pool.end(),
  }
}
