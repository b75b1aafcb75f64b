/** What the store holds for a key: an opaque string and the version a later write has to name. */
export interface StoreEntry {
  readonly value: string
  readonly version: string
}

/**
 * What survives which failure. `durable`: crash of the process and of the host. `crash-safe`: crash of the process.
 * `volatile`: nothing.
 */
export type Durability = 'durable' | 'crash-safe' | 'volatile'

/**
 * Keeps opaque strings behind conditional writes. Keys and values are well-formed text of any characters. Every write
 * is one atomic step; `'conflict'` means surely not applied; a rejection means unknown, and the caller reads again. The
 * conformance suite `storeSuite` of `@grantkit/auth-core/testing` is the full definition.
 */
export interface Store {
  readonly durability: Durability
  /** Reads the entry and the store's clock (epoch milliseconds) in one step. */
  read(key: string): Promise<{ nowMs: number; entry?: StoreEntry }>
  /**
   * Writes only if the entry still has `ifVersion`; `null` demands that the key does not exist. Once `expiresInMs` has
   * passed on the store's clock the entry reads as absent and may be cleared away; without it the entry stays.
   */
  write(
    key: string,
    value: string,
    options: { ifVersion: string | null; expiresInMs?: number },
  ): Promise<{ version: string } | 'conflict'>
  /** Removes only the named version. */
  remove(key: string, options: { ifVersion: string }): Promise<'removed' | 'conflict'>
  /** Lists keys by prefix, a page at a time, in no promised order. */
  list(prefix: string, options?: { cursor?: string }): Promise<{ keys: readonly string[]; cursor?: string }>
  /** Tells of changes of a key. A hint: notices may be lost, late or doubled. Returns the way to stop. */
  subscribe?(key: string, listener: () => void): () => void
}
