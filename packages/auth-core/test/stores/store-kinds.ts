import type { Store } from '../../src/store.ts'
import { createEncryptedStore, type EncryptedStore } from '../../src/stores/encrypted.ts'
import { createFileStore } from '../../src/stores/file.ts'
import { createSqliteStore } from '../../src/stores/sqlite.ts'

/** A store on the disk, as every process of a test opens it from its path alone. */
type DiskStore = Store & Partial<Pick<EncryptedStore, 'rotateKeys'>> & { close?(): Promise<void> }
type OpenStore = (path: string, options: { busyTimeoutMs: number }) => DiskStore

/** In the middle of a rotation from k1 to k2. */
export const testKeys = { current: 'k2', ring: { k1: new Uint8Array(32).fill(1), k2: new Uint8Array(32).fill(2) } }

const storeKinds = {
  sqlite: (path, { busyTimeoutMs }) => createSqliteStore({ path, busyTimeoutMs }),
  file: (folder) => createFileStore({ folder }),
  'encrypted sqlite': (path, { busyTimeoutMs }) => {
    const store = createSqliteStore({ path, busyTimeoutMs })
    return { ...createEncryptedStore({ store, keys: testKeys }), close: store.close }
  },
  'encrypted file': (folder) => createEncryptedStore({ store: createFileStore({ folder }), keys: testKeys }),
} satisfies Record<string, OpenStore>

export type StoreKind = keyof typeof storeKinds

export function openStore(kind: StoreKind, path: string, busyTimeoutMs = 20_000): DiskStore {
  return (storeKinds[kind] satisfies OpenStore)(path, { busyTimeoutMs })
}
