import { join } from 'node:path'
import {
  clientSecretBasic,
  createAuthClient,
  providerAt,
  type AuthClientOptions,
  type Store,
} from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { spillTo } from '@grantkit/auth-core/spill'
import { createFileStore } from '@grantkit/auth-core/stores/file'
import { createSqliteStore } from '@grantkit/auth-core/stores/sqlite'
import { shiftedStore } from '@grantkit/auth-core/testing'
import { defaultClient } from '@grantkit/sandbox'

/** Where the processes of one test meet. */
export interface SpillWorld {
  readonly origin: string
  readonly folder: string
  readonly nowOffsetMs: number
}

/** Opens the grant in this process: sqlite as the store, files as the spill. */
export function openSpillClient(
  { origin, folder, nowOffsetMs }: SpillWorld,
  options: Partial<AuthClientOptions> = {},
  wrap: { store?: (store: Store) => Store; spill?: (store: Store) => Store } = {},
) {
  const sqlite = createSqliteStore({ path: join(folder, 'grants.sqlite') })
  const files = createFileStore({ folder: join(folder, 'spill') })
  const same = (store: Store): Store => store
  const { store = same, spill = same } = wrap
  const auth = createAuthClient({
    provider: providerAt(goto, origin),
    clientId: defaultClient.id,
    authentication: clientSecretBasic(defaultClient.secret ?? ''),
    store: store(shiftedStore(sqlite, { nowOffsetMs })),
    spill: spillTo(spill(files)),
    // A twentieth of the defaults, so that nobody waits for the real ones.
    times: { sendMs: 250, requestMs: 1_500, saveMs: 250, claimMs: 2_250, quietMs: 3_000, waitMs: 5_000 },
    ...options,
  })
  return { auth, sqlite, files }
}
