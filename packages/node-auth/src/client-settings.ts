import {
  AuthError,
  clientSecretBasic,
  clientSecretPost,
  noClientSecret,
  type ClientAuthentication,
  type Provider,
  type Secret,
} from '@grantkit/auth-core'
import type { Environment } from './environment.ts'
import type { ProviderPlace } from './provider-place.ts'
import { parseRedirectUri, type LoopbackRedirect } from './redirect-uri.ts'
import { findSetting, isAbsent, type Found, type SettingSource } from './setting.ts'

/** What a program says about its client; the environment fills the rest. */
export interface ClientSettingsOptions {
  readonly clientId?: string
  readonly clientSecret?: Secret
  readonly authentication?: ClientAuthentication
  readonly redirectUri?: string
}

/** Everything a sign-in needs to know of our client. */
export interface ClientSettings {
  readonly clientId: string
  readonly authentication: ClientAuthentication
  readonly redirect: LoopbackRedirect
  /** Where each of them was found. */
  readonly sources: readonly SettingSource[]
}

// What @grantkit/sandbox registers from the start, so that trying things out needs no further setting.
const sandboxClient = { id: 'sandbox-client', secret: 'sandbox-secret' }

/** Tells whether a program names its client itself, whatever the environment says. */
export function namesClient({ clientId, clientSecret, authentication }: ClientSettingsOptions): boolean {
  return [clientId, clientSecret, authentication].some((option) => option !== undefined)
}

/**
 * Collects the settings of a client: options first, then the environment. Names every missing value at once, in
 * `missing_client_id` or, if only the secret is missing, `missing_client_secret`.
 */
export function readClientSettings(
  { provider, sandbox, accessTokenVariable }: ProviderPlace,
  options: ClientSettingsOptions,
  environment: Environment,
): ClientSettings {
  if (options.clientSecret !== undefined && options.authentication !== undefined) {
    throw new AuthError('invalid_option', 'signIn: give clientSecret or authentication, not both.')
  }
  const prefix = environmentPrefix(provider)
  const find = <T>(
    setting: SettingSource['setting'],
    option: T | undefined,
    name: string,
  ): Found<T | string> | undefined => findSetting(environment, { setting, option, variable: `${prefix}_${name}` })
  const clientId = find('clientId', options.clientId, 'CLIENT_ID') ?? (sandbox && known('clientId', sandboxClient.id))
  const secret =
    find('clientSecret', options.clientSecret, 'CLIENT_SECRET') ??
    (sandbox && known('clientSecret', sandboxClient.secret))
  // Where nobody is asked in a browser, an address of the program's own web server may stand there.
  const redirect = asksPerson(provider) ? find('redirectUri', options.redirectUri, 'REDIRECT_URI') : undefined
  const authentication = options.authentication ?? authenticationWith(provider, secret?.value)
  if (clientId === undefined || isAbsent(clientId.value) || authentication === undefined) {
    const instead = accessTokenVariable === undefined ? '' : ` Or set ${accessTokenVariable}, and sign in nowhere.`
    throw missing(provider, isAbsent(clientId?.value), authentication === undefined, instead)
  }
  const proof = options.authentication ? ({ setting: 'clientSecret', from: 'option' } as const) : secret?.source
  const redirectSource = redirect?.source ?? ({ setting: 'redirectUri', from: 'default' } as const)
  const sources = [clientId.source, proof, asksPerson(provider) ? redirectSource : undefined]
  return {
    clientId: clientId.value,
    authentication,
    redirect: parseRedirectUri(redirect?.value, { anyPort: provider.acceptsAnyLoopbackPort === true }),
    sources: sources.filter((source) => source !== undefined),
  }
}

/** Tells whether a person can sign in at the provider from here. */
export function asksPerson({ endpoints }: Provider): boolean {
  return endpoints.authorization !== undefined || endpoints.deviceAuthorization !== undefined
}

function known(setting: SettingSource['setting'], value: string): Found<string> {
  return { value, source: { setting, from: 'sandbox' } }
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

function missing(provider: Provider, idIsMissing: boolean, secretIsMissing: boolean, instead: string): AuthError {
  const prefix = environmentPrefix(provider)
  const names = [
    ...(idIsMissing ? [{ variable: `${prefix}_CLIENT_ID`, option: 'clientId' }] : []),
    ...(secretIsMissing ? [{ variable: `${prefix}_CLIENT_SECRET`, option: 'clientSecret' }] : []),
  ]
  const variables = names.map((name) => name.variable).join(' and ')
  const pass = names.map((name) => name.option).join(' and ')
  const mayBePublic = secretIsMissing && provider.clientAuthentication.includes('none')
  return new AuthError(
    idIsMissing ? 'missing_client_id' : 'missing_client_secret',
    `signIn needs ${variables}: set ${names.length === 1 ? 'it' : 'them'} in the environment or in a .env file, or ` +
      `pass ${pass}. Empty values do not count.` +
      (mayBePublic ? ' A public client passes authentication: noClientSecret().' : '') +
      instead,
  )
}
