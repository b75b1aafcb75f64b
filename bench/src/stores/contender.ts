import type { Store } from '@grantkit/auth-core'

/** The least that a program of its own could do on the same server, with the same client. */
export interface RawStore {
  create(key: string, value: string, version: string): Promise<void>
  /** Writes if the version is still that one. */
  replace(key: string, value: string, version: string, ifVersion: string): Promise<boolean>
}

/** A store and the raw calls beside it. */
export interface Contender {
  readonly store: Store
  readonly raw: RawStore
  /** The very calls of the store, made without it. */
  readonly same?: RawStore
  close(): Promise<void>
}

/** Opens a store and its raw calls; `folder` is empty and goes away afterwards. */
export type OpenContender = (folder: string) => Promise<Contender>
