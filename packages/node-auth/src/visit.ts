import { createAuthClient, type AuthClient, type Provider, type Store } from '@grantkit/auth-core'
import { readClientSettings, type ClientSettings } from './client-settings.ts'
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

function printToPerson(line: string): void {
  process.stderr.write(`${line}\n`)
}
