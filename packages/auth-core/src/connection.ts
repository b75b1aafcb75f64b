import type { AccessToken, TokenSet } from './access-token.ts'
import type { ConnectionStatus } from './connection-status.ts'
import type { Fetch } from './fetch.ts'

/** What the settings around a program say of an API's calls. */
export interface ApiDefaults {
  readonly baseUrl?: string
  /** Limit of a whole call. */
  readonly timeoutMs?: number
}

/**
 * One stored grant, ready to use. Structural: anything of this shape works, whichever version of the package made it.
 * All methods may be called at any time and in parallel; one refresh serves everybody, in any number of processes.
 * Disposing it waits as disposing its auth client does, and ends nothing else.
 */
export interface Connection extends AsyncDisposable {
  readonly account: string
  /** Origins that may receive the access token; the first is the default. */
  readonly audience: readonly string[]
  /** What an API client does where its own options say nothing. */
  readonly apiDefaults?: ApiDefaults
  /** Calls any endpoint of the provider with a current token. Redirects are not followed. */
  readonly fetch: Fetch
  /**
   * Gives a valid access token, refreshing first where needed. `signal` ends this caller's wait, never a refresh that
   * was sent. `refused` says that an API answered 401 to that token: a newer one comes back, after at most one
   * refresh, or the same one if it is younger than 60 s.
   * Throws `not_connected`, `reconnect`, `backing_off`, `wait_timeout`, and whatever the refresh came to.
   */
  accessToken(options?: { signal?: AbortSignal; refused?: AccessToken }): Promise<AccessToken>
  /** Refreshes now, whatever the token's age; joins a refresh that is under way. */
  refresh(): Promise<void>
  /** Reads the stored state. Shows no secret. */
  status(): Promise<ConnectionStatus>
  /** Calls back after each change this process sees. Returns the way to stop. */
  onChange(listener: (status: ConnectionStatus) => void): () => void
  /** Hands the tokens out: the one call that carries secrets. */
  exportTokens(): Promise<TokenSet>
  /** Erases the stored tokens, then asks the provider to revoke them, for at most 10 s. */
  disconnect(): Promise<{ erased: true; revoked: boolean }>
}
