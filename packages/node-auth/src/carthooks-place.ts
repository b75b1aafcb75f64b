import { AuthError, isAuthError, providerWith, type Provider } from '@grantkit/auth-core'
import { carthooks, carthooksAt, carthooksBaseUrl } from '@grantkit/auth-core/providers/carthooks'
import type { Environment } from './environment.ts'
import type { ProviderPlace } from './provider-place.ts'
import { findSetting, isAbsent, type Found, type SettingSource } from './setting.ts'

/** Beyond this, timers of the runtime overflow. */
const longestSeconds = 2_147_483

/**
 * Reads what the vendor's SDKs read: `CARTHOOKS_API_URL`, `CARTHOOKS_ACCESS_TOKEN` and `CARTHOOKS_TIMEOUT` (in seconds). An
 * instance that the program names itself wins over the variable; a sandbox wins over both, and has the paths of an
 * instance. Throws `invalid_option` and `insecure_endpoint`, which name the variable.
 */
export function readCarthooksPlace(
  provider: Provider,
  environment: Environment,
  sandbox: URL | undefined,
): Omit<ProviderPlace, 'sandbox'> {
  const apiUrl = isAtVendor(provider) ? find(environment, 'apiUrl', 'API_URL') : undefined
  const accessToken = find(environment, 'accessToken', 'ACCESS_TOKEN')
  const timeout = find(environment, 'timeout', 'TIMEOUT')
  const address = sandbox?.origin ?? apiUrl?.value
  const sources = [apiUrl, accessToken, timeout].filter((found) => found !== undefined).map(({ source }) => source)
  return {
    provider: address === undefined ? provider : moveTo(provider, address),
    apiDefaults: {
      ...(address === undefined ? {} : { baseUrl: carthooksBaseUrl(address) }),
      ...(timeout === undefined ? {} : { timeoutMs: toMilliseconds(timeout.value) }),
    },
    ...(accessToken === undefined ? {} : { accessToken }),
    accessTokenVariable: 'CARTHOOKS_ACCESS_TOKEN',
    sources,
  }
}

function isAtVendor({ audience }: Provider): boolean {
  return audience[0] === carthooks.audience[0]
}

function find(environment: Environment, setting: SettingSource['setting'], name: string): Found<string> | undefined {
  const found = findSetting<string>(environment, { setting, variable: `CARTHOOKS_${name}` })
  return isAbsent(found?.value) ? undefined : found
}

/** Moves the addresses, and leaves what a program may have changed besides. */
function moveTo(provider: Provider, address: string): Provider {
  try {
    const { issuer, endpoints, audience, allowLoopbackHttp = false } = carthooksAt(address)
    return providerWith(provider, { issuer, endpoints, audience, allowLoopbackHttp })
  } catch (error) {
    if (!isAuthError(error)) throw error
    throw new AuthError(error.code, `CARTHOOKS_API_URL: ${error.message}`)
  }
}

function toMilliseconds(text: string): number {
  const seconds = /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : 0
  if (seconds > 0 && seconds <= longestSeconds) return seconds * 1000
  throw new AuthError(
    'invalid_option',
    `CARTHOOKS_TIMEOUT must be a number of seconds without a unit, above 0 and at most ${longestSeconds}, such as 30. ` +
      `It is ${JSON.stringify(text)}.`,
  )
}
