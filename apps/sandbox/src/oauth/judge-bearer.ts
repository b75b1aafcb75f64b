import { type VendorId, vendorOf } from '../vendor.ts'
import type { AccessToken, GrantBook } from './grant-book.ts'

/** What can be wrong with the Authorization header of a call. */
export type BearerProblem = 'missing' | 'unsupported_scheme' | 'malformed' | 'invalid' | 'expired'

/** Finds the access token of a call, or says what is wrong. A token of another vendor is as good as none. */
export function judgeBearer(
  authorization: string | null,
  vendor: VendorId,
  { grants, nowMs }: { readonly grants: GrantBook; readonly nowMs: number },
): AccessToken | BearerProblem {
  if (authorization === null) return 'missing'
  const [scheme = '', value = ''] = authorization.split(' ')
  if (scheme.toLowerCase() !== 'bearer') return 'unsupported_scheme'
  // The characters of a bearer token, RFC 6750 section 2.1.
  if (!/^bearer [A-Za-z0-9\-._~+/]+=*$/i.test(authorization)) return 'malformed'
  const token = grants.findAccessToken(value)
  if (token === undefined || token.revoked || vendorOf(token.grant.account) !== vendor) return 'invalid'
  return nowMs >= token.expiresAtMs ? 'expired' : token
}

/** Tells whether a token has all scopes of one of the alternatives. */
export function coversScopes(
  { scopes }: Pick<AccessToken, 'scopes'>,
  alternatives: readonly (readonly string[])[],
): boolean {
  return alternatives.length === 0 || alternatives.some((all) => all.every((scope) => scopes.includes(scope)))
}
