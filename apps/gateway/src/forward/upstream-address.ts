import { carthooksBaseUrl } from '@grantkit/auth-core/providers/carthooks'
import type { Upstream } from '../api/upstreams.ts'
import type { Target } from '../http/target.ts'

/** The address that all paths of an API begin with: of the app's own instance, else of the sandbox, if there is one. */
export function baseUrlOf(
  { definition, provider }: Upstream,
  { baseUrl, sandbox }: { readonly baseUrl: string | undefined; readonly sandbox: string | undefined },
): string {
  if (provider === 'carthooks') return carthooksBaseUrl(baseUrl ?? sandbox ?? definition.baseUrl)
  return sandbox === undefined ? definition.baseUrl : sandbox + new URL(definition.baseUrl).pathname
}

/**
 * Puts a target below the base address of an API. Throws where a URL parser would read something else out of it: such a
 * target must not have come this far.
 */
export function addressOf(baseUrl: string, { path, query }: Target): string {
  const address = `${baseUrl}${path}${query}`
  if (new URL(address).href !== address || !path.startsWith('/')) {
    throw new TypeError('A target that a URL parser would change was about to be sent.')
  }
  return address
}
