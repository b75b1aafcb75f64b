import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Store } from '../../src/store.ts'
import { createFileStore, type FileStoreOptions } from '../../src/stores/file.ts'
import { create } from '../../src/testing/store-suite/subject.ts'
import { key, value } from './step-codes.ts'
import { startStoreProcess, type StoreProcess } from './store-process.ts'

/** A folder for one test, with a store in it and the processes that the test starts. */
export interface FileFolder {
  readonly parent: string
  /** Of the store, which does not exist yet. */
  readonly folder: string
  /** Of the entry that {@link FileFolder.fill} writes. */
  readonly record: string
  open(options?: Partial<FileStoreOptions>): Store
  startProcess(): StoreProcess
  /** Writes one entry and gives the path of its file. */
  fill(): Promise<string>
  /** Every file of the store with its bytes. */
  contents(): Record<string, string>
  remove(): Promise<void>
}

export function createFileFolder(): FileFolder {
  const parent = mkdtempSync(join(tmpdir(), 'grantkit-file-'))
  const folder = join(parent, 'grants')
  const record = join(folder, `key.${key}`)
  const processes: StoreProcess[] = []
  const open: FileFolder['open'] = (options) => createFileStore({ folder, ...options })
  return {
    parent,
    folder,
    record,
    open,
    startProcess() {
      const started = startStoreProcess('file')
      processes.push(started)
      return started
    },
    async fill() {
      await create(open(), key, value)
      return join(record, readdirSync(record)[0] ?? '')
    },
    contents() {
      const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
      return Object.fromEntries(files.map((file) => [file, readFileSync(file, 'latin1')]))
    },
    async remove() {
      await Promise.all(processes.splice(0).map((each) => each.kill()))
      rmSync(parent, { recursive: true })
    },
  }
}
