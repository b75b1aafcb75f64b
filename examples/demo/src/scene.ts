import type { Store } from '@grantkit/auth-core'
import { createSqliteStore, type SqliteStore } from '@grantkit/auth-core/stores/sqlite'
import type { SignInOptions } from '@grantkit/node-auth'

/** What every process of the demo has to know. */
export interface Scene {
  /** Where the sandbox listens. */
  readonly origin: string
  readonly redirectUri: string
  /** The one store all processes share. */
  readonly storePath: string
}

/** The account of the sandbox's seed. */
export const accountKey = '1234567890'

export const processCount = 4
export const callsPerProcess = 250

/** Short, so that nobody waits long for it to end. */
export const firstTokenSeconds = 4

export const demoClient = { id: 'demo-client', secret: 'demo-secret', name: 'Grantkit demo' }

export function openStore({ storePath }: Scene): SqliteStore {
  return createSqliteStore({ path: storePath })
}

/** Settings of the person take no part, but the way their browser opens does. */
export function signInOptions({ origin, redirectUri }: Scene, store: Store): SignInOptions {
  return {
    clientId: demoClient.id,
    clientSecret: demoClient.secret,
    redirectUri,
    store,
    env: { ...process.env, GRANTKIT_SANDBOX: origin },
    envFile: false,
    print: () => undefined,
  }
}
