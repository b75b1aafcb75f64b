import { AuthError, type Store } from '@grantkit/auth-core'

/** What the values of a store are sealed with. Decided once, before the first of them is written. */
export type Sealing = { readonly with: 'keychain'; readonly keyId: string } | { readonly with: 'nothing' }

/** auth-core's keys begin with `grant/` and `attempt/`. */
const sealingKey = 'sealing'

/**
 * Reads what was decided, `undefined` for a store nobody wrote to. A store that holds entries without a decision was
 * written by somebody who does not seal.
 */
export async function readSealing(store: Store): Promise<Sealing | undefined> {
  const found = await readDecision(store)
  if (found !== undefined) return found
  const { keys } = await store.list('')
  if (keys.length === 0) return undefined
  // Read again: the decision comes before every entry, so one that was made meanwhile is seen now.
  return (await readDecision(store)) ?? { with: 'nothing' }
}

/** Decides, unless somebody else already did. Gives what holds from now on, for every process. */
export async function decideSealing(store: Store, wanted: Sealing): Promise<Sealing> {
  const written = await store.write(sealingKey, JSON.stringify({ schema: 1, ...wanted }), { ifVersion: null })
  if (written !== 'conflict') return wanted
  return (await readDecision(store)) ?? (await decideSealing(store, wanted))
}

async function readDecision(store: Store): Promise<Sealing | undefined> {
  const { entry } = await store.read(sealingKey)
  return entry === undefined ? undefined : parse(entry.value)
}

function parse(value: string): Sealing {
  const decision = parseJson(value)
  if (typeof decision['schema'] === 'number' && decision['schema'] > 1) {
    throw new AuthError('store_value_newer', 'The store was sealed by a newer version of this library. Update it.')
  }
  if (decision['with'] === 'nothing') return { with: 'nothing' }
  if (decision['with'] === 'keychain' && typeof decision['keyId'] === 'string') {
    return { with: 'keychain', keyId: decision['keyId'] }
  }
  throw new AuthError('store_value_invalid', 'What the store says of its sealing is damaged. Restore the store.')
}

function parseJson(value: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
  } catch {
    return {}
  }
}
