/** Keeps small secrets of this user, as the keychain of the system does. */
export interface Keychain {
  /** Gives the secret of that name, or `undefined` when there is none. */
  get(name: string, options: KeychainCallOptions): Promise<string | undefined>
  set(name: string, secret: string, options: KeychainCallOptions): Promise<void>
  /** Forgets a secret. One that does not exist is no error. */
  remove(name: string, options: KeychainCallOptions): Promise<void>
}

export interface KeychainCallOptions {
  /** Aborts when nobody waits any more. */
  readonly signal: AbortSignal
}
