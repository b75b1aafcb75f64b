import type { Store } from '@grantkit/auth-core'
import { createFileStore } from '@grantkit/auth-core/stores/file'
import type { OpenStore } from './worker-task.ts'

export const openStore: OpenStore = ({ path }: { path: string }): Store & { close(): Promise<void> } => ({
  ...createFileStore({ folder: path }),
  close: async () => undefined,
})
