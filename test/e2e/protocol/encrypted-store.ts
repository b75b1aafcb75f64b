import type { Store } from '@grantkit/auth-core'
import { createEncryptedStore } from '@grantkit/auth-core/stores/encrypted'
import { createSqliteStore } from '@grantkit/auth-core/stores/sqlite'
import type { OpenStore } from './worker-task.ts'

const keys = { current: 'k1', ring: { k1: new Uint8Array(32).fill(1) } }

export const openStore: OpenStore = ({ path }: { path: string }): Store & { close(): Promise<void> } => {
  const store = createSqliteStore({ path })
  return { ...createEncryptedStore({ store, keys }), close: () => store.close() }
}
