import { createHash } from 'node:crypto'
import { type ClientRequest, invalidGrant, oauthError, type Refused } from './authenticate-client.ts'
import type { AuthorizationCode } from './grant-book.ts'
import type { OAuthContext } from './oauth-context.ts'

/** Takes an authorization code, once. One that comes again ends what it gave (RFC 6749 section 4.1.2). */
export function redeemCode(
  { client, form }: ClientRequest,
  { grants, clock }: OAuthContext,
): Refused | { readonly code: AuthorizationCode } {
  const value = form.get('code')
  if (value === undefined) return { refused: oauthError(400, 'invalid_request', 'code is missing.') }
  const code = grants.findCode(value)
  if (code === undefined || code.clientId !== client.id) return { refused: invalidGrant('The code is not known.') }
  if (code.used) {
    if (code.grant !== undefined) grants.revokeFamily(code.grant.family)
    return { refused: invalidGrant('The code was used before; what it gave is revoked.') }
  }
  code.used = true
  const problem = findCodeProblem(code, form, clock.nowMs())
  return problem === undefined ? { code } : { refused: invalidGrant(problem) }
}

function findCodeProblem(code: AuthorizationCode, form: ClientRequest['form'], nowMs: number): string | undefined {
  if (nowMs >= code.expiresAtMs) return 'The code has expired.'
  // RFC 6749 section 4.1.3: it must be repeated if it was sent to the authorization endpoint.
  const redirectUri = form.get('redirect_uri') ?? (code.redirectUriSent ? undefined : code.redirectUri)
  if (redirectUri !== code.redirectUri) return 'redirect_uri is not the one of the authorization request.'
  const verifier = form.get('code_verifier')
  if (code.codeChallenge === undefined) {
    return verifier === undefined ? undefined : 'There is a code_verifier, but there was no code_challenge.'
  }
  if (verifier === undefined) return 'code_verifier is missing.'
  if (!/^[A-Za-z0-9\-._~]{43,128}$/.test(verifier)) return 'code_verifier is malformed.'
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return challenge === code.codeChallenge ? undefined : 'code_verifier does not fit the code_challenge.'
}
