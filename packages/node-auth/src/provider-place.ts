import { AuthError, providerAt, type ApiDefaults, type Provider } from '@grantkit/auth-core'
import { carthooks } from '@grantkit/auth-core/providers/carthooks'
import { readCarthooksPlace } from './carthooks-place.ts'
import type { Environment } from './environment.ts'
import { isLoopbackHost } from './redirect-uri.ts'
import { findSetting, isAbsent, type Found, type SettingSource } from './setting.ts'

/** Where a provider is, and what the environment says of it beyond our client there. */
export interface ProviderPlace {
  readonly provider: Provider
  /** Origin of the sandbox that plays the provider, if one does. */
  readonly sandbox?: URL
  /** A token that is used as it is, where a program says nothing of a client. */
  readonly accessToken?: Found<string>
  /** The variable that would give one, for messages. */
  readonly accessTokenVariable?: string
  readonly apiDefaults?: ApiDefaults
  /** Where each of them was found. */
  readonly sources: readonly SettingSource[]
}

const sandboxVariable = 'GRANTKIT_SANDBOX'

/** Finds out where the provider is: in a sandbox, at an instance that the environment names, or where its data says. */
export function readProviderPlace(provider: Provider, environment: Environment): ProviderPlace {
  const found = findSetting<string>(environment, { setting: 'sandbox', variable: sandboxVariable })
  const sandbox = found && toSandbox(found.value)
  const known = sandbox === undefined ? {} : { sandbox }
  const sources = found === undefined ? [] : [found.source]
  if (provider.id === carthooks.id) {
    const place = readCarthooksPlace(provider, environment, sandbox)
    return { ...place, ...known, sources: [...sources, ...place.sources] }
  }
  return { provider: sandbox === undefined ? provider : providerAt(provider, sandbox.origin), ...known, sources }
}

function toSandbox(value: string): URL | undefined {
  if (isAbsent(value)) return undefined
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && isLoopbackHost(url.hostname) && url.href === `${url.origin}/`) return url
  throw new AuthError(
    'invalid_option',
    `${sandboxVariable} must be the origin of a sandbox on this machine, such as http://127.0.0.1:4455.`,
  )
}
