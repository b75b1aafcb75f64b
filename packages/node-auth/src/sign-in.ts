import { randomUUID } from 'node:crypto'
import {
  AuthError,
  createAuthClient,
  type AuthClient,
  type Connection,
  type ConnectionStatus,
  type Provider,
} from '@grantkit/auth-core'
import { openInBrowser } from './browser.ts'
import { listenForCallback, type CallbackListener } from './callback-listener.ts'
import { readClientSettings, type ClientSettings } from './client-settings.ts'
import { openDefaultStore, type OpenStore } from './default-store.ts'
import { readEnvironment, type Environment } from './environment.ts'
import { ownConnection } from './own-connection.ts'
import { checkSignInOptions, clientOptionsOf, type SignInOptions } from './sign-in-options.ts'

const defaultTimeoutMs = 300_000

/**
 * Connects an account of the person at this machine: by the stored grant, or, if there is none, by opening the
 * browser once. Settings come from the options, the environment or a `.env` file, for the provider `goto`
 * `GOTO_CLIENT_ID`, `GOTO_CLIENT_SECRET` and `GOTO_REDIRECT_URI` (default `http://localhost:8080/callback`).
 *
 * Throws `missing_client_id` or `missing_client_secret` (naming all that is missing), `invalid_option`,
 * `invalid_redirect_uri`, `keychain_unavailable`, `store_key_missing`, `unsealed_store`, `port_in_use`, `no_browser`,
 * `sign_in_timeout`, `access_denied`, `account_mismatch`, and what auth-core's client and the store throw. Sign-ins on different ports may run side by side; on one port the second is
 * `port_in_use`. The connection lives until it is disposed; the grant stays stored for the next run.
 *
 * @example
 * await using connection = await signIn(goto)
 * const response = await connection.fetch('https://api.goto.com/…')
 */
export async function signIn(provider: Provider, options: SignInOptions = {}): Promise<Connection> {
  checkSignInOptions(options)
  options.signal?.throwIfAborted()
  const environment = readEnvironment(options)
  const settings = readClientSettings(provider, options, environment)
  const visit: Visit = { options, settings, environment, print: options.print ?? printToPerson }
  const { store, close: closeStore } = await openStoreFor(visit)
  if (settings.sandbox) visit.print(`GRANTKIT_SANDBOX: ${settings.sandbox.origin} plays ${provider.id}.`)
  const client = createAuthClient({
    ...clientOptionsOf(options),
    background: options.background ?? 'off',
    provider: settings.provider,
    clientId: settings.clientId,
    authentication: settings.authentication,
    store,
  })
  const release = async (): Promise<void> => {
    await client[Symbol.asyncDispose]()
    await closeStore()
  }
  try {
    return ownConnection(await connect(client, visit), release)
  } catch (error) {
    await release()
    throw error
  }
}

/** One call of signIn with everything it found. */
interface Visit {
  readonly options: SignInOptions
  readonly settings: ClientSettings
  readonly environment: Environment
  readonly print: (line: string) => void
}

async function openStoreFor({ options, environment, settings, print }: Visit): Promise<OpenStore> {
  if (options.store !== undefined) return { store: options.store, close: () => Promise.resolve() }
  return await openDefaultStore({ ...options, print }, environment, settings.sandbox)
}

async function connect(client: AuthClient, visit: Visit): Promise<Connection> {
  const { account = 'default', scopes = [] } = visit.options
  const connection = client.connection(account)
  const status = await connection.status()
  // No scopes in the status: the provider never said which it granted.
  const missing = status.scopes.length === 0 ? [] : scopes.filter((scope) => !status.scopes.includes(scope))
  if (isConnected(status) && missing.length === 0) return connection
  const listener = await listenForCallback(visit.settings.redirect)
  try {
    // Programs that share the account keep the scopes they already have; otherwise each would send the person back
    // to the browser for its own.
    const wanted = isConnected(status) ? [...status.scopes, ...missing] : scopes
    return await signInByBrowser(client, listener, visit, account, wanted)
  } finally {
    await listener.close()
  }
}

function isConnected(status: ConnectionStatus): boolean {
  return status.state === 'active' || status.state === 'claimed'
}

async function signInByBrowser(
  client: AuthClient,
  listener: CallbackListener,
  visit: Visit,
  account: string,
  scopes: readonly string[],
): Promise<Connection> {
  const { options, settings, print } = visit
  const { timeoutMs = defaultTimeoutMs, allowOtherPerson = false } = options
  const session = randomUUID()
  const { url } = await client.beginAuthorization(account, {
    redirectUri: settings.redirect.uri,
    session,
    ...(scopes.length === 0 ? {} : { scopes }),
  })
  print(`Sign in to ${settings.provider.id} in the browser. If none opens, open this address:`)
  print(`  ${url.href}`)
  print(`Waiting for the answer on ${settings.redirect.uri}, at most ${timeoutMs / 1000} s.`)
  const stop = new AbortController()
  const answer = listener.answer({
    state: url.searchParams.get('state') ?? '',
    complete: (callback) => client.completeAuthorization(callback, { session, allowOtherPerson }),
    timeoutMs,
    signal: AbortSignal.any([stop.signal, ...(options.signal ? [options.signal] : [])]),
    onForeignAnswer: () => print('An answer that belongs to another sign-in was refused. Still waiting.'),
  })
  // Not awaited: a browser may stay in the foreground until the sign-in is over.
  openBrowser(url, visit).catch((error: unknown) => stop.abort(error))
  return await answer
}

async function openBrowser(url: URL, { options, environment, print }: Visit): Promise<void> {
  if (options.openBrowser === false) return
  try {
    await (options.openBrowser ? options.openBrowser(url) : openInBrowser(url, environment.real))
  } catch (cause) {
    const somebodyReads = process.stderr.isTTY || process.stdin.isTTY
    if (!somebodyReads) throw noBrowser(cause)
    print('No browser could be opened from here: open the address yourself.')
  }
}

function noBrowser(cause: unknown): AuthError {
  return new AuthError(
    'no_browser',
    'No browser could be opened, and no terminal shows anyone the address. Sign in once where a person can, set ' +
      'BROWSER to a command that opens addresses, or pass openBrowser.',
    { cause },
  )
}

function printToPerson(line: string): void {
  process.stderr.write(`${line}\n`)
}
