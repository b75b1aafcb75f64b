import type { TokenSet } from './access-token.ts'
import { checkOptions } from './check-options.ts'
import { noClientSecret, type ClientAuthentication } from './client-authentication.ts'
import type { Clock } from './clock.ts'
import { AuthError } from './errors.ts'
import type { AuthEvent } from './events.ts'
import type { Fetch } from './fetch.ts'
import type { IdTokenCheck } from './grants/id-token-check.ts'
import type { Background } from './refresh/upkeep.ts'
import { isProvider, type Provider } from './provider.ts'
import type { Spill } from './refresh/spill.ts'
import type { Times } from './refresh/times.ts'
import type { Store } from './store.ts'

export interface AuthClientOptions {
  readonly provider: Provider
  /** The id of our registration at the provider. */
  readonly clientId: string
  /** How the client proves itself. Default: a public client, where the provider allows one. */
  readonly authentication?: ClientAuthentication
  /** Checks ID tokens: `verifyIdTokens()` of `@grantkit/auth-core/id-token`. Default: they are not looked at. */
  readonly idToken?: IdTokenCheck
  /** Keeps the grants. Processes that share it share one refresh. */
  readonly store: Store
  /** Takes new tokens while the store refuses them: `spillTo(store)` of `@grantkit/auth-core/spill`. Default: none. */
  readonly spill?: Spill
  /** Accepts that a restart loses rotated refresh tokens. Not needed with `onTokenRefresh`. */
  readonly volatile?: 'accept'
  /** Refreshes by itself. Default true; false leaves it to `connection.refresh()`. */
  readonly autoRefresh?: boolean
  /**
   * Awaited after the durable save of new tokens and before anybody uses them, for at most 30 s. A failure is an event
   * and is tried again; the tokens are not lost by it.
   */
  readonly onTokenRefresh?: (tokens: TokenSet) => Promise<void>
  /**
   * Where a refresh may live that nobody waits for. Default `'detached'`. Short scripts use `'off'`: the call that
   * finds a refresh due waits for it. Serverless platforms pass their `waitUntil`.
   */
  readonly background?: Background
  /** Sends the requests. Default: the global `fetch`. Must present each request exactly once. */
  readonly fetch?: Fetch
  readonly clock?: Clock
  /** Told of every outcome; holds no secret. */
  readonly onEvent?: (event: AuthEvent) => void
  /** Times of the refresh protocol. */
  readonly times?: Partial<Times>
  /** Gives numbers from 0 to below 1 for jitter; nothing secret hangs on it. Default `Math.random`. */
  readonly random?: () => number
}

/** Names of all options, for programs that pass some of them on. */
export const authClientOptionNames: readonly (keyof AuthClientOptions)[] = [
  'provider',
  'clientId',
  'authentication',
  'idToken',
  'store',
  'spill',
  'volatile',
  'autoRefresh',
  'onTokenRefresh',
  'background',
  'fetch',
  'clock',
  'onEvent',
  'times',
  'random',
]

/** Rejects options that cannot work, before any request. */
export function checkAuthClientOptions(options: AuthClientOptions): {
  provider: Provider
  authentication: ClientAuthentication
} {
  checkOptions('createAuthClient', options, authClientOptionNames)
  const { provider, clientId, store, spill } = options
  if (!isProvider(provider)) {
    throw new AuthError('invalid_option', 'createAuthClient: provider must come from defineProvider or providerAt.')
  }
  if (typeof store !== 'object' || store === null) {
    throw new AuthError('invalid_option', 'createAuthClient: store is missing.')
  }
  if (spill !== undefined && (typeof spill?.open !== 'function' || spill.store === store)) {
    throw new AuthError('invalid_option', 'createAuthClient: spill must be spillTo(store) with another store.')
  }
  if (typeof clientId !== 'string' || clientId.trim() === '') {
    throw new AuthError('missing_client_id', `createAuthClient: clientId for "${provider.id}" is missing or empty.`)
  }
  const authentication = options.authentication ?? noClientSecret()
  if (!provider.clientAuthentication.includes(authentication.method)) {
    throw new AuthError(
      'invalid_option',
      `createAuthClient: "${provider.id}" does not take the client authentication ${authentication.method}. ` +
        `It takes: ${provider.clientAuthentication.join(', ')}.`,
    )
  }
  const rotates = provider.rotation !== 'none'
  const persists =
    store.durability !== 'volatile' || options.volatile === 'accept' || options.onTokenRefresh !== undefined
  if (rotates && !persists) {
    throw new AuthError(
      'volatile_store',
      `createAuthClient: "${provider.id}" may rotate its refresh tokens, and this store forgets them with the process. ` +
        "Use a durable store, save them in onTokenRefresh, or accept the loss with volatile: 'accept'.",
    )
  }
  return { provider, authentication }
}
