import { createApiClient, type ApiClient, type ApiClientOptions, type PathsWithDefaults } from '@grantkit/api-client'
import { definition } from './definition.ts'
import type { paths } from './schema.gen.ts'

export interface GotoAdminOptions<AccountKey extends string = string> extends ApiClientOptions {
  /** The account to work on, a string of digits. Given here, it is optional in every call that takes it. */
  readonly accountKey?: AccountKey
}

/** Typed calls of the Admin API. With `'accountKey'`, the key was given once and is optional in each call. */
export type GotoAdmin<Given extends 'accountKey' = never> = ApiClient<PathsWithDefaults<paths, Given>, 'results'>

/**
 * Creates a client of the GoTo Admin API. Throws `invalid_option` and `invalid_base_url`; what the calls
 * give and throw stands at `createApiClient`. Takes any number of parallel calls and needs no closing.
 *
 * ```ts
 * const admin = createGotoAdmin({ connection, accountKey: '1234567890' })
 * const { data, error } = await admin.GET('/accounts/{accountKey}/users')
 * ```
 */
export function createGotoAdmin<AccountKey extends string = never>(
  options: GotoAdminOptions<AccountKey>,
): GotoAdmin<[AccountKey] extends [never] ? never : 'accountKey'> {
  return createApiClient<paths, never, 'results'>(definition, options) as GotoAdmin<
    [AccountKey] extends [never] ? never : 'accountKey'
  >
}
