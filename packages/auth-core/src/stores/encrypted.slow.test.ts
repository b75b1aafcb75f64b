import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { onlyGroups } from '../../test/stores/only-groups.ts'
import { quickDisk } from '../../test/stores/quick-disk.ts'
import type { Store } from '../store.ts'
import { storeSuite } from '../testing/store-suite.ts'
import { createEncryptedStore } from './encrypted.ts'
import { createFileStore } from './file.ts'
import { createSqliteStore, type SqliteStore } from './sqlite.ts'

const keys = { current: 'k2', ring: { k1: new Uint8Array(32).fill(1), k2: new Uint8Array(32).fill(2) } }
// Races are decided below the seal; encrypted.contract.slow.test.ts has them on memory.
const groups = ['conditional writes', 'opaque keys and values', 'lists', 'time', 'sharing']
const encrypted = (store: Store): Store => createEncryptedStore({ store, keys })

describe('createEncryptedStore on files', () => {
  storeSuite({
    describe: onlyGroups(describe, ...groups),
    it,
    createStore() {
      const parent = mkdtempSync(join(quickDisk(), 'grantkit-store-'))
      let passedMs = 0
      const clock = { wallMs: () => Date.now() + passedMs }
      const open = (): Store => encrypted(createFileStore({ folder: join(parent, 'grants'), clock }))
      return {
        store: open(),
        open,
        reopen: open,
        passTime: async (durationMs) => void (passedMs += durationMs),
        close: async () => rmSync(parent, { recursive: true }),
      }
    },
  })
})

describe('createEncryptedStore on sqlite', () => {
  storeSuite({
    describe: onlyGroups(describe, ...groups),
    it,
    ownClock: true,
    createStore() {
      const folder = mkdtempSync(join(quickDisk(), 'grantkit-store-'))
      const handles: SqliteStore[] = []
      const open = (): Store => {
        const store = createSqliteStore({ path: join(folder, 'grants.db') })
        handles.push(store)
        return encrypted(store)
      }
      const closeAll = async (): Promise<void> => {
        await Promise.all(handles.splice(0).map((store) => store.close()))
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
