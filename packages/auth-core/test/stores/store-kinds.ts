import type { Store } from '../../src/store.ts'
import { createFileStore } from '../../src/stores/file.ts'
import { createSqliteStore } from '../../src/stores/sqlite.ts'

/** A store on the disk, as every process of a test opens it from its path alone. */
type OpenStore = (path: string, options: { busyTimeoutMs: number }) => Store & { close?(): Promise<void> }

const storeKinds = {
  sqlite: (path, { busyTimeoutMs }) => createSqliteStore({ path, busyTimeoutMs }),
  file: (folder) => createFileStore({ folder }),
} satisfies Record<string, OpenStore>

export type StoreKind = keyof typeof storeKinds

export function openStore(kind: StoreKind, path: string, busyTimeoutMs = 20_000): ReturnType<OpenStore> {
  return (storeKinds[kind] satisfies OpenStore)(path, { busyTimeoutMs })
}
