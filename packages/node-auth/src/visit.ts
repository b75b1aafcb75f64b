import { createAuthClient, type AuthClient, type Provider, type Store } from '@grantkit/auth-core'
import { namesClient, readClientSettings, type ClientSettings } from './client-settings.ts'
import { openExistingStore, type OpenStore } from './default-store.ts'
import { readEnvironment, type Environment } from './environment.ts'
import { readProviderPlace, type ProviderPlace } from './provider-place.ts'
import type { Found } from './setting.ts'
import { checkSignInOptions, clientOptionsOf, type SignInOptions } from './sign-in-options.ts'

/** How long a person may take, unless the caller says otherwise. */
export const defaultTimeoutMs = 300_000

interface Surroundings {
  readonly options: SignInOptions
  readonly environment: Environment
  readonly place: ProviderPlace
  readonly account: string
  /** Shows a line to the person. */
  readonly print: (line: string) => void
}

/** One call of this package with everything it found. */
export interface Visit extends Surroundings {
  readonly settings: ClientSettings
}

/** One call that a token of the environment answers: there is neither client nor store. */
export interface TokenVisit extends Surroundings {
  readonly accessToken: Found<string>
}

/**
 * Checks the options of a call and reads the settings around the program. A token of the environment counts unless the
 * program names a client itself.
 */
export function readVisit(provider: Provider, options: SignInOptions, caller: string): Visit | TokenVisit {
  checkSignInOptions(options, caller)
  options.signal?.throwIfAborted()
  const environment = readEnvironment(options)
  const place = readProviderPlace(provider, environment)
  const print = options.print ?? printToPerson
  const surroundings = { options, environment, place, account: options.account ?? 'default', print }
  if (place.sandbox) print(`GRANTKIT_SANDBOX: ${place.sandbox.origin} plays ${provider.id}.`)
  const { accessToken } = place
  if (accessToken !== undefined && !namesClient(options)) return { ...surroundings, accessToken }
  return { ...surroundings, settings: readClientSettings(place, options, environment) }
}

export interface OpenClient {
  readonly client: AuthClient
  /** Ends the client, then its store. Rejects with `tokens_unsaved` and leaves the store open for them, as saving goes on. */
  release(): Promise<void>
}

/** Creates the client of a call on the store that was opened for it. */
export async function openClient({ options, place, settings }: Visit, opened: OpenStore): Promise<OpenClient> {
  try {
    const client = createAuthClient({
      ...clientOptionsOf(options),
      background: options.background ?? 'off',
      provider: place.provider,
      clientId: settings.clientId,
      authentication: settings.authentication,
      store: opened.store,
    })
    const release = async (): Promise<void> => {
      await client[Symbol.asyncDispose]()
      await opened.close()
    }
    return { client, release }
  } catch (error) {
    await opened.close()
    throw error
  }
}

/** Lends a client on the store that exists already; `undefined` when nobody signed in here yet. */
export async function withExistingClient<T>(
  visit: Visit,
  use: (client: AuthClient, opened: OpenStore) => Promise<T>,
): Promise<T | undefined> {
  const { options, environment, place, print } = visit
  const opened =
    options.store === undefined
      ? await openExistingStore({ ...options, print }, environment, place.sandbox)
      : ownStore(options.store)
  if (opened === undefined) return undefined
  const { client, release } = await openClient(visit, opened)
  return await use(client, opened).finally(release)
}

/** A store of the caller, who closes it. */
export function ownStore(store: Store): OpenStore {
  return { store, close: () => Promise.resolve() }
}

function printToPerson(line: string): void {
  process.stderr.write(`${line}\n`)
}
