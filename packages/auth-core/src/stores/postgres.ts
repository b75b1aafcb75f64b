import { checkOptions } from '../check-options.ts'
import { AuthError } from '../errors.ts'
import type { Store } from '../store.ts'
import { createChangeNotices } from './change-notices.ts'
import { postgresError } from './postgres-errors.ts'
import { keysPerPage, postgresSchema, postgresStatements } from './postgres-statements.ts'
import { endOfPrefix, fromStored, toStored } from './postgres-text.ts'

export { postgresSchema } from './postgres-statements.ts'

/** Runs one statement, outside of any transaction, and resolves to the rows that it returns. */
export type PostgresQuery = (
  text: string,
  values: (string | number | null)[],
) => Promise<{ readonly rows: readonly object[] }>

export interface PostgresStoreOptions {
  /**
   * Runs one statement: `(text, values) => pool.query(text, values)` with pg,
   * `async (text, values) => ({ rows: await sql.unsafe(text, values) })` with postgres.js.
   */
  readonly query: PostgresQuery
  /** The table, with or without a schema in front; `grantkit_entry` by default. Make it with {@link postgresSchema}. */
  readonly table?: string
}

/**
 * Creates a store in a table of PostgreSQL, 13 or newer, for any number of processes (durability `durable`: each write
 * waits for the disk, also where `synchronous_commit` is off). Each step is one statement at read committed, with the
 * server's time, and holds a connection for no longer than that; it leaves nothing in the session, so poolers in
 * transaction mode are fine. Notices reach subscribers of this object only.
 *
 * With asynchronous replication a fail-over can lose the last writes, also a claim or a rotated token that was
 * acknowledged; a synchronous standby keeps them.
 *
 * Fails with `store_not_set_up` (no table: the message holds the statement; no rights), `store_read_only` (a standby, a
 * read-only session), `store_busy` (nothing was done), `store_failed` and `invalid_option`.
 */
export function createPostgresStore(options: PostgresStoreOptions): Store {
  checkOptions('createPostgresStore', options, ['query', 'table'])
  const { query, table } = options
  if (typeof query !== 'function') refuse('createPostgresStore needs a function `query`.')
  const statements = postgresStatements(table)
  const schema = postgresSchema(table === undefined ? {} : { table })
  const notices = createChangeNotices()

  const run = async (
    statement: keyof typeof statements,
    values: (string | number | null)[],
  ): Promise<readonly Row[]> => {
    try {
      const { rows } = await query(statements[statement], values)
      return rows
    } catch (error) {
      throw postgresError(error, schema)
    }
  }

  return {
    durability: 'durable',
    async read(key) {
      const [row = {}] = await run('read', [stored(key)])
      if (row.standby === true) {
        const message = 'The PostgreSQL server is a standby; what it reads may be old. Name the primary.'
        throw new AuthError('store_read_only', message)
      }
      const nowMs = Number(row.now_ms)
      if (!Number.isSafeInteger(nowMs)) throw strangeAnswer()
      if (typeof row.value !== 'string' || typeof row.version !== 'string') return { nowMs }
      return { nowMs, entry: { value: fromStored(row.value), version: row.version } }
    },
    async write(key, value, { ifVersion, expiresInMs }) {
      const version = crypto.randomUUID()
      const values = [stored(key), stored(value), version, expiry(expiresInMs)]
      const rows =
        ifVersion === null ? await run('insert', values) : await run('update', [...values, stored(ifVersion)])
      if (rows.length === 0) return 'conflict'
      notices.notify(key)
      // What cannot be cleared away now, a later write clears away.
      if (expiresInMs !== undefined) await run('sweep', []).catch(() => undefined)
      return { version }
    },
    async remove(key, { ifVersion }) {
      const rows = await run('remove', [stored(key), stored(ifVersion)])
      if (rows.length === 0) return 'conflict'
      notices.notify(key)
      return 'removed'
    },
    async list(prefix, { cursor } = {}) {
      const from = stored(prefix)
      const rows = await run('list', [from, endOfPrefix(from), cursor === undefined ? null : stored(cursor)])
      const keys = rows.map(({ key }) => fromStored(textOf(key)))
      const last = keys[keysPerPage - 1]
      return last === undefined ? { keys } : { keys, cursor: last }
    },
    subscribe: notices.subscribe,
  }
}

interface Row {
  readonly now_ms?: unknown
  readonly standby?: unknown
  readonly key?: unknown
  readonly value?: unknown
  readonly version?: unknown
}

/** A lone surrogate has no UTF-8: two texts with different ones would become the same. */
function stored(text: string): string {
  if (!text.isWellFormed()) refuse('A store key, value, version or cursor holds half a surrogate pair.')
  return toStored(text)
}

/** Below the end of PostgreSQL's time, which is in the year 294,276. */
const longestExpiryMs = 2 ** 52

function expiry(expiresInMs: number | undefined): number | null {
  if (expiresInMs === undefined) return null
  if (!Number.isFinite(expiresInMs)) refuse('`expiresInMs` is a number of milliseconds.')
  return Math.min(expiresInMs, longestExpiryMs)
}

function textOf(value: unknown): string {
  if (typeof value !== 'string') throw strangeAnswer()
  return value
}

function strangeAnswer(): AuthError {
  return new AuthError('store_failed', '`query` did not resolve to `{ rows }` with the columns that were asked for.')
}

function refuse(message: string): never {
  throw new AuthError('invalid_option', message)
}
