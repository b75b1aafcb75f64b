import { AuthError } from '../errors.ts'

/** The statements of a store. Each is a whole step: none needs a transaction, a session or a prepared name. */
export interface PostgresStatements {
  readonly read: string
  readonly insert: string
  readonly update: string
  readonly remove: string
  readonly list: string
  readonly sweep: string
}

export const keysPerPage = 1000

const defaultTable = 'grantkit_entry'
const epochMs = 'floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint::text'
const live = '(e.expires_at IS NULL OR e.expires_at > now())'
const expiry = `now() + $4::double precision * interval '1 millisecond'`
// Bytes order as characters do, so that a prefix is one range.
const key = 'e.key COLLATE "C"'

// A commit that is acknowledged before it is on disk would break what the store promises: such a transaction, and this
// one only, waits for the disk. Stricter settings, which wait for a standby too, are left as they are.
const synced = `set_config('synchronous_commit', CASE current_setting('synchronous_commit')
    WHEN 'off' THEN 'local' ELSE current_setting('synchronous_commit') END, true) AS synced`

/** Gives the statements that make the table of a store, for a migration; they change nothing where it exists. */
export function postgresSchema(options: { readonly table?: string } = {}): string {
  const { table, name } = tableNames(options.table)
  return `CREATE TABLE IF NOT EXISTS ${table} (
  key text COLLATE "C" PRIMARY KEY,
  value text NOT NULL,
  version text NOT NULL,
  expires_at timestamptz
) WITH (fillfactor = 70);
CREATE INDEX IF NOT EXISTS "${name}_expiry" ON ${table} (expires_at) WHERE expires_at IS NOT NULL;`
}

export function postgresStatements(tableOption: string | undefined): PostgresStatements {
  const { table } = tableNames(tableOption)
  return {
    read: `SELECT t.now_ms, pg_is_in_recovery() AS standby, e.value, e.version
      FROM (SELECT ${epochMs} AS now_ms) t LEFT JOIN ${table} e ON e.key = $1::text AND ${live}`,
    // The update is for an expired entry, which counts as absent.
    insert: `INSERT INTO ${table} AS e (key, value, version, expires_at)
      VALUES ($1::text, $2::text, $3::text, ${expiry})
      ON CONFLICT (key) DO UPDATE SET value = excluded.value, version = excluded.version,
        expires_at = excluded.expires_at WHERE NOT ${live}
      RETURNING ${synced}`,
    update: `UPDATE ${table} AS e SET value = $2::text, version = $3::text, expires_at = ${expiry}
      WHERE e.key = $1::text AND e.version = $5::text AND ${live} RETURNING ${synced}`,
    remove: `DELETE FROM ${table} AS e WHERE e.key = $1::text AND e.version = $2::text AND ${live} RETURNING ${synced}`,
    list: `SELECT e.key FROM ${table} e WHERE ${key} >= $1::text AND ($2::text IS NULL OR ${key} < $2::text)
      AND ($3::text IS NULL OR ${key} > $3::text) AND ${live} ORDER BY ${key} LIMIT ${keysPerPage}`,
    sweep: `DELETE FROM ${table} WHERE key IN (SELECT e.key FROM ${table} e WHERE e.expires_at <= now()
      ORDER BY e.expires_at LIMIT 100 FOR UPDATE SKIP LOCKED) AND expires_at <= now()`,
  }
}

function tableNames(option: string | undefined): { table: string; name: string } {
  const parts = (option ?? defaultTable).split('.')
  const name = parts.at(-1) ?? ''
  // The server cuts longer names (63 bytes), and the index needs seven more.
  if (parts.length > 2 || !parts.every((part) => /^[A-Za-z_][A-Za-z0-9_]{0,55}$/.test(part))) {
    const rule = 'letters, digits and underscores, at most 56 each, with or without a schema in front'
    throw new AuthError('invalid_option', `\`table\` is a table name such as "grants" or "app.grants": ${rule}.`)
  }
  return { table: parts.map((part) => `"${part}"`).join('.'), name }
}
