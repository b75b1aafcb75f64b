import type { ApiOperation } from '../api/api-spec.ts'
import type { AccessToken, GrantBook } from '../oauth/grant-book.ts'
import { VendorRefusal } from './vendor-refusal.ts'

/** Finds the access token of a request, or refuses with the vendor's codes. */
export function requireBearer(authorization: string | null, grants: GrantBook, nowMs: number): AccessToken {
  if (authorization === null) throw unauthenticated('AUTHN_INVALID_TOKEN', 'There is no access token.')
  const [scheme = '', value = ''] = authorization.split(' ')
  if (scheme.toLowerCase() !== 'bearer') throw unauthenticated('AUTHN_UNSUPPORTED_SCHEME', 'Only Bearer is taken.')
  // The characters of a bearer token, RFC 6750 section 2.1.
  if (!/^bearer [A-Za-z0-9\-._~+/]+=*$/i.test(authorization)) {
    throw unauthenticated('AUTHN_MALFORMED_TOKEN', 'The access token is malformed.')
  }
  const token = grants.findAccessToken(value)
  if (token === undefined || token.revoked)
    throw unauthenticated('AUTHN_INVALID_TOKEN', 'The access token is not valid.')
  if (nowMs >= token.expiresAtMs) throw unauthenticated('AUTHN_EXPIRED_TOKEN', 'The access token has expired.')
  return token
}

/** Refuses a token whose scopes do not cover the operation. */
export function checkScopes(token: AccessToken, { scopes }: ApiOperation): void {
  const covered = scopes.length === 0 || scopes.some((all) => all.every((scope) => token.scopes.includes(scope)))
  if (!covered) throw new VendorRefusal(403, 'AUTHZ_INSUFFICIENT_SCOPE', 'The access token lacks a scope.')
}

function unauthenticated(errorCode: string, message: string): VendorRefusal {
  return new VendorRefusal(401, errorCode, message)
}
