import type { Store } from '@grantkit/auth-core'
import type { OpenStore, StoreChoice } from './worker-task.ts'

/** Loads the code of a store and gives the way to open it. */
export async function loadStore({ module, options }: StoreChoice): Promise<() => Store & { close(): Promise<void> }> {
  const { openStore } = (await import(module)) as { openStore: OpenStore }
  return () => openStore(options as never)
}
