import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { storeSuite } from '../testing/store-suite.ts'
import { createSqliteStore, type SqliteStore } from './sqlite.ts'

describe('createSqliteStore', () => {
  storeSuite({
    describe,
    it,
    ownClock: true,
    createStore() {
      const folder = mkdtempSync(join(tmpdir(), 'grantkit-store-'))
      let handles: SqliteStore[] = []
      const open = (): SqliteStore => {
        const store = createSqliteStore({ path: join(folder, 'grants.db') })
        handles.push(store)
        return store
      }
      const closeAll = async (): Promise<void> => {
        await Promise.all(handles.map((store) => store.close()))
        handles = []
      }
      return {
        store: open(),
        open,
        async reopen() {
          await closeAll()
          return open()
        },
        async close() {
          await closeAll()
          rmSync(folder, { recursive: true })
        },
      }
    },
  })
})
