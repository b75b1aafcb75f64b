import { readEnvironment, type ProcessSettings } from '../env.ts'
import { readKeyRing } from '../key-ring.ts'
import { openStore, type OpenStore } from '../open-store.ts'
import type { CommandContext } from './command.ts'

/** Opens the store that the environment names, for as long as `use` runs. */
export async function withStore<T>(
  { env, warn }: Pick<CommandContext, 'env' | 'warn'>,
  use: (store: OpenStore['store'], settings: ProcessSettings) => Promise<T>,
): Promise<T> {
  const settings = readEnvironment(env)
  const { keys, created } = readKeyRing(settings.keys)
  if (created !== undefined) warn(`Made a key that seals the store: ${created}. Without it the store cannot be read.`)
  const { store, close } = await openStore(settings.storeUrl, keys)
  try {
    return await use(store, settings)
  } finally {
    await close()
  }
}
