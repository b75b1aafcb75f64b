import {
  AuthError,
  clientSecretBasic,
  clientSecretPost,
  noClientSecret,
  providerAt,
  type ClientAuthentication,
  type Provider,
  type Secret,
} from '@grantkit/auth-core'
import type { Environment } from './environment.ts'
import { isLoopbackHost, parseRedirectUri, type LoopbackRedirect } from './redirect-uri.ts'
import { findSetting, type Found, type SettingSource } from './setting.ts'

/** What a program says about its client; the environment fills the rest. */
export interface ClientSettingsOptions {
  readonly clientId?: string
  readonly clientSecret?: Secret
  readonly authentication?: ClientAuthentication
  readonly redirectUri?: string
}

/** Everything a sign-in needs to know of the client and where to send it. */
export interface ClientSettings {
  readonly provider: Provider
  readonly clientId: string
  readonly authentication: ClientAuthentication
  readonly redirect: LoopbackRedirect
  /** Where each of them was found. */
  readonly sources: readonly SettingSource[]
  /** Origin of the sandbox that plays the provider, if one does. */
  readonly sandbox?: URL
}

const sandboxVariable = 'GRANTKIT_SANDBOX'

// What @grantkit/sandbox registers from the start, so that trying things out needs no further setting.
const sandboxClient = { id: 'sandbox-client', secret: 'sandbox-secret' }

/**
 * Collects the settings of a client: options first, then the environment. Names every missing value at once, in
 * `missing_client_id` or, if only the secret is missing, `missing_client_secret`.
 */
export function readClientSettings(
  provider: Provider,
  options: ClientSettingsOptions,
  environment: Environment,
): ClientSettings {
  if (options.clientSecret !== undefined && options.authentication !== undefined) {
    throw new AuthError('invalid_option', 'signIn: give clientSecret or authentication, not both.')
  }
  const prefix = environmentPrefix(provider)
  const sandbox = readSandbox(environment)
  const find = <T>(
    setting: SettingSource['setting'],
    option: T | undefined,
    name: string,
  ): Found<T | string> | undefined => findSetting(environment, { setting, option, variable: `${prefix}_${name}` })
  const clientId = find('clientId', options.clientId, 'CLIENT_ID') ?? (sandbox && known('clientId', sandboxClient.id))
  const secret =
    find('clientSecret', options.clientSecret, 'CLIENT_SECRET') ??
    (sandbox && known('clientSecret', sandboxClient.secret))
  const redirect = find('redirectUri', options.redirectUri, 'REDIRECT_URI')
  const authentication = options.authentication ?? authenticationWith(provider, secret?.value)
  if (clientId === undefined || isAbsent(clientId.value) || authentication === undefined) {
    throw missing(prefix, isAbsent(clientId?.value), authentication === undefined)
  }
  const proof = options.authentication ? ({ setting: 'clientSecret', from: 'option' } as const) : secret?.source
  const sources = [clientId.source, proof, redirect?.source ?? ({ setting: 'redirectUri', from: 'default' } as const)]
  return {
    provider: sandbox === undefined ? provider : providerAt(provider, sandbox.origin),
    clientId: clientId.value,
    authentication,
    redirect: parseRedirectUri(redirect?.value, { anyPort: provider.acceptsAnyLoopbackPort === true }),
    sources: [...sources, sandbox && environmentSource(environment)].filter((source) => source !== undefined),
    ...(sandbox === undefined ? {} : { sandbox }),
  }
}

function known(setting: SettingSource['setting'], value: string): Found<string> {
  return { value, source: { setting, from: 'sandbox' } }
}

function environmentSource(environment: Environment): SettingSource | undefined {
  return findSetting(environment, { setting: 'sandbox', variable: sandboxVariable })?.source
}

/** The first part of a provider's environment names: `GOTO` of `GOTO_CLIENT_ID`. */
function environmentPrefix(provider: Provider): string {
  return provider.id.toUpperCase().replaceAll('-', '_')
}

function authenticationWith(provider: Provider, secret: Secret | undefined): ClientAuthentication | undefined {
  const [method] = provider.clientAuthentication
  if (method === 'none') return noClientSecret()
  if (isAbsent(secret)) return undefined
  return method === 'client_secret_post' ? clientSecretPost(secret) : clientSecretBasic(secret)
}

function isAbsent(value: unknown): value is undefined | '' {
  return value === undefined || (typeof value === 'string' && value.trim() === '')
}

function missing(prefix: string, idIsMissing: boolean, secretIsMissing: boolean): AuthError {
  const names = [
    ...(idIsMissing ? [{ variable: `${prefix}_CLIENT_ID`, option: 'clientId' }] : []),
    ...(secretIsMissing ? [{ variable: `${prefix}_CLIENT_SECRET`, option: 'clientSecret' }] : []),
  ]
  const variables = names.map((name) => name.variable).join(' and ')
  const pass = names.map((name) => name.option).join(' and ')
  return new AuthError(
    idIsMissing ? 'missing_client_id' : 'missing_client_secret',
    `signIn needs ${variables}: set ${names.length === 1 ? 'it' : 'them'} in the environment or in a .env file, or ` +
      `pass ${pass}. Empty values do not count.` +
      (secretIsMissing ? ' A public client passes authentication: noClientSecret().' : ''),
  )
}

function readSandbox(environment: Environment): URL | undefined {
  const value = environment.read(sandboxVariable)
  if (isAbsent(value)) return undefined
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && isLoopbackHost(url.hostname) && url.href === `${url.origin}/`) return url
  throw new AuthError(
    'invalid_option',
    'GRANTKIT_SANDBOX must be the origin of a sandbox on this machine, such as http://127.0.0.1:4455.',
  )
}
