import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSqliteStore, type SqliteStore, type SqliteStoreOptions } from '../../src/stores/sqlite.ts'
import { create } from '../../src/testing/store-suite/subject.ts'
import { codesOf, key, value } from './step-codes.ts'
import { startStoreProcess, type StoreProcess } from './store-process.ts'

/** A folder for one test, with the stores and processes that the test opens in it. */
export interface SqliteFolder {
  readonly folder: string
  /** Of the store, which does not exist yet. */
  readonly path: string
  open(options?: Partial<SqliteStoreOptions>): SqliteStore
  startProcess(): StoreProcess
  /** Makes a store with entries and closes it: the whole of it lies in its one file. */
  fill(path?: string, entries?: number): Promise<void>
  /** Opens the store, tries each kind of step, and tells whether the file is as it was and alone. */
  tryDamaged(): Promise<{ codes: unknown[]; unchanged: boolean; files: string[] }>
  closeAll(): Promise<void>
  remove(): Promise<void>
}

export function createSqliteFolder(): SqliteFolder {
  const folder = mkdtempSync(join(tmpdir(), 'grantkit-sqlite-'))
  const path = join(folder, 'grants.db')
  const stores: SqliteStore[] = []
  const processes: StoreProcess[] = []
  const here: SqliteFolder = {
    folder,
    path,
    open(options) {
      const store = createSqliteStore({ path, ...options })
      stores.push(store)
      return store
    },
    startProcess() {
      const started = startStoreProcess('sqlite')
      processes.push(started)
      return started
    },
    async fill(at = path, entries = 1) {
      const store = createSqliteStore({ path: at })
      for (let index = 0; index < entries; index++) await create(store, index === 0 ? key : `${key}/${index}`, value)
      await store.close()
    },
    async tryDamaged() {
      const before = readFileSync(path)
      const codes = await codesOf(here.open())
      await here.closeAll()
      const files = readdirSync(folder).filter((name) => name.startsWith('grants.db'))
      return { codes, unchanged: readFileSync(path).equals(before), files }
    },
    async closeAll() {
      await Promise.all(stores.splice(0).map((store) => store.close()))
    },
    async remove() {
      await here.closeAll()
      await Promise.all(processes.splice(0).map((each) => each.kill()))
      rmSync(folder, { recursive: true })
    },
  }
  return here
}
