import { createApiClient, type ApiClient, type ApiClientOptions, type PathsWithDefaults } from '@grantkit/api-client'
import { definition } from './definition.ts'
import type { paths } from './schema.gen.ts'

export interface GotoUsersOptions<AccountKey extends string = string> extends ApiClientOptions {
  /** The account to work on, a string of digits. Given here, it is optional in every call that takes it. */
  readonly accountKey?: AccountKey
}

/** Typed calls of the Users API. With `'accountKey'`, the key was given once and is optional in each call. */
export type GotoUsers<Given extends 'accountKey' = never> = ApiClient<PathsWithDefaults<paths, Given>, 'items'>

/**
 * Creates a client of the GoTo Connect Users API. Throws `invalid_option` and `invalid_base_url`; what the calls
 * give and throw stands at `createApiClient`. Takes any number of parallel calls and needs no closing.
 *
 * ```ts
 * const users = createGotoUsers({ connection, accountKey: '1234567890' })
 * const { data, error } = await users.GET('/users')
 * ```
 */
export function createGotoUsers<AccountKey extends string = never>(
  options: GotoUsersOptions<AccountKey>,
): GotoUsers<[AccountKey] extends [never] ? never : 'accountKey'> {
  return createApiClient<paths>(definition, options) as GotoUsers<[AccountKey] extends [never] ? never : 'accountKey'>
}
