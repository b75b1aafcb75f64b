import { createAuthClient, type AuthClient, type Provider, type Store } from '@grantkit/auth-core'
import { readClientSettings, type ClientSettings } from './client-settings.ts'
import { openExistingStore, type OpenStore } from './default-store.ts'
import { readEnvironment, type Environment } from './environment.ts'
import { checkSignInOptions, clientOptionsOf, type SignInOptions } from './sign-in-options.ts'

/** How long a person may take, unless the caller says otherwise. */
export const defaultTimeoutMs = 300_000

/** One call of this package with everything it found. */
export interface Visit {
  readonly options: SignInOptions
  readonly settings: ClientSettings
  readonly environment: Environment
  readonly account: string
  /** Shows a line to the person. */
  readonly print: (line: string) => void
}

/** Checks the options of a call and reads the settings around the program. */
export function readVisit(provider: Provider, options: SignInOptions, caller: string): Visit {
  checkSignInOptions(options, caller)
  options.signal?.throwIfAborted()
  const environment = readEnvironment(options)
  const settings = readClientSettings(provider, options, environment)
  const print = options.print ?? printToPerson
  if (settings.sandbox) print(`GRANTKIT_SANDBOX: ${settings.sandbox.origin} plays ${provider.id}.`)
  return { options, settings, environment, account: options.account ?? 'default', print }
}

export function createClientOf({ options, settings }: Visit, store: Store): AuthClient {
  return createAuthClient({
    ...clientOptionsOf(options),
    background: options.background ?? 'off',
    provider: settings.provider,
    clientId: settings.clientId,
    authentication: settings.authentication,
    store,
  })
}

/** Lends a client on the store that exists already; `undefined` when nobody signed in here yet. */
export async function withExistingClient<T>(
  visit: Visit,
  use: (client: AuthClient, opened: OpenStore) => Promise<T>,
): Promise<T | undefined> {
  const { options, environment, settings, print } = visit
  const opened =
    options.store === undefined
      ? await openExistingStore({ ...options, print }, environment, settings.sandbox)
      : ownStore(options.store)
  if (opened === undefined) return undefined
  try {
    const client = createClientOf(visit, opened.store)
    return await use(client, opened).finally(() => client[Symbol.asyncDispose]())
  } finally {
    await opened.close()
  }
}

/** A store of the caller, who closes it. */
export function ownStore(store: Store): OpenStore {
  return { store, close: () => Promise.resolve() }
}

function printToPerson(line: string): void {
  process.stderr.write(`${line}\n`)
}
