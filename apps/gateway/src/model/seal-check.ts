import type { Store } from '@grantkit/auth-core'

const key = 'gateway/seal'

/**
 * Opens the entry that every gateway of a store must be able to open, and writes it where there is none yet. Fails with
 * `store_key_missing` for a key ring that is not the store's, and with what the store fails with.
 */
export async function checkSeal(store: Store): Promise<void> {
  const { entry } = await store.read(key)
  // Of several that start at once, one writes; the others see it at their next look.
  if (entry === undefined) await store.write(key, 'sealed', { ifVersion: null })
}
