import { AuthError, authClientOptionNames, type AuthClientOptions, type Store } from '@grantkit/auth-core'
import type { ClientSettingsOptions } from './client-settings.ts'
import type { Variables } from './environment.ts'
import type { Keychain } from './keychain.ts'
import type { ReadLine } from './terminal.ts'

/** Options of auth-core's client that a program may set through `signIn`; they mean the same here. */
type ClientOptions = Omit<AuthClientOptions, 'provider' | 'clientId' | 'store'>

export interface SignInOptions extends ClientOptions, ClientSettingsOptions {
  /** Whose grant it is. Default `'default'`. */
  readonly account?: string
  /** Default: what the provider's data says; for GoTo, every scope registered for the client. */
  readonly scopes?: readonly string[]
  /** Lets another person than before sign in on this account. Default false: `account_mismatch`. */
  readonly allowOtherPerson?: boolean
  /** Where the grant is kept. Default: `grants.sqlite` in the user's data folder, closed with the connection. */
  readonly store?: Store
  /** Begins the default store without a keychain: tokens lie unsealed, in a file that only this user can read. */
  readonly fallback?: 'file'
  /** Keeps the key that seals the default store. Default: the keychain of the system. */
  readonly keychain?: Keychain
  /** Folder of the default store. Default: `GRANTKIT_DATA_DIR`, else the data folder of the system. */
  readonly dataDirectory?: string
  /** Ends the wait for the browser. An exchange that has begun is finished. */
  readonly signal?: AbortSignal
  /** How long a person may take. Default 300 000 ms. */
  readonly timeoutMs?: number
  /** Opens the address. Default: the command in `BROWSER`, else the system browser. `false`: it is only printed. */
  readonly openBrowser?: ((url: URL) => unknown) | false
  /**
   * Where no browser can be opened: reads the address that the person pastes, which the browser elsewhere ended on.
   * Default: from standard input, if it is a terminal. `false`: never.
   */
  readonly readLine?: ReadLine | false
  /**
   * Where no browser can be opened: has the person enter a code on another device instead, if the provider can. The
   * client has to be registered for that. Default false.
   */
  readonly deviceCode?: boolean
  /** Receives the lines meant for the person. Default: standard error. */
  readonly print?: (line: string) => void
  /** Stands in for the real environment. Default `process.env`. */
  readonly env?: Variables
  /** Read beside the environment, which wins. Default `.env` in the working directory; `false`: none. */
  readonly envFile?: string | false
}

/** Beyond this, timers of the runtime overflow. */
const longestTimeoutMs = 2_147_483_647

type OwnName = Exclude<keyof SignInOptions, keyof ClientOptions> | 'authentication'

const ownNames: Readonly<Record<OwnName, true>> = {
  account: true,
  scopes: true,
  allowOtherPerson: true,
  store: true,
  fallback: true,
  keychain: true,
  dataDirectory: true,
  signal: true,
  timeoutMs: true,
  openBrowser: true,
  readLine: true,
  deviceCode: true,
  print: true,
  env: true,
  envFile: true,
  clientId: true,
  clientSecret: true,
  redirectUri: true,
  authentication: true,
}

const passedNames = authClientOptionNames.filter((name) => name !== 'provider' && !Object.hasOwn(ownNames, name))

/** Rejects option keys that do not exist, and values no sign-in can work with. */
export function checkSignInOptions(options: SignInOptions, caller: string): void {
  const known: readonly string[] = [...Object.keys(ownNames), ...passedNames]
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    throw new AuthError('invalid_option', `${caller}: there is no option "${key}". Known options: ${known.join(', ')}.`)
  }
  const { timeoutMs, fallback } = options
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= longestTimeoutMs)) {
    throw new AuthError('invalid_option', `${caller}: timeoutMs must be above 0 and at most ${longestTimeoutMs}.`)
  }
  if (fallback !== undefined && fallback !== 'file') {
    throw new AuthError('invalid_option', `${caller}: fallback can only be 'file'.`)
  }
}

/** Takes what goes to auth-core's client as it is. */
export function clientOptionsOf(options: SignInOptions): ClientOptions {
  const given: Readonly<Record<string, unknown>> = { ...options }
  return Object.fromEntries(passedNames.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]))
}
