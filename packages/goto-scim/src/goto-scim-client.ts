import { createApiClient, type ApiClient, type ApiClientOptions } from '@grantkit/api-client'
import { definition } from './definition.ts'
import type { paths } from './schema.gen.ts'

export type GotoScimOptions = ApiClientOptions

/** Typed calls of the SCIM API. */
export type GotoScim = ApiClient<paths, 'resources'>

/**
 * Creates a client of the GoTo SCIM API. Throws `invalid_option` and `invalid_base_url`; what the calls give and throw
 * stands at `createApiClient`. Takes any number of parallel calls and needs no closing.
 *
 * ```ts
 * const scim = createGotoScim({ connection })
 * const { data, error } = await scim.GET('/Users/me')
 * ```
 */
export function createGotoScim(options: GotoScimOptions): GotoScim {
  return createApiClient<paths, never, 'resources'>(definition, options)
}
