import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createSqliteStore } from '@grantkit/auth-core/stores/sqlite'
import type { OpenContender } from './contender.ts'

/** As durable as the store: a write-ahead log, every commit synced. */
export const openSqlite: OpenContender = async (folder) => {
  const store = createSqliteStore({ path: join(folder, 'store.sqlite') })
  const db = new DatabaseSync(join(folder, 'raw.sqlite'))
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
    CREATE TABLE entry (key TEXT PRIMARY KEY, value TEXT NOT NULL, version TEXT NOT NULL) STRICT`)
  const insert = db.prepare('INSERT INTO entry (key, value, version) VALUES (?, ?, ?)')
  const update = db.prepare('UPDATE entry SET value = ?, version = ? WHERE key = ? AND version = ?')
  return {
    store,
    raw: {
      create: async (...entry) => void insert.run(...entry),
      replace: async (key, value, version, ifVersion) => update.run(value, version, key, ifVersion).changes === 1,
    },
    async close() {
      db.close()
      await store.close()
    },
  }
}
