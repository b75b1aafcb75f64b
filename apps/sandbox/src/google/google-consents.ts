import type { OAuthContext } from '../oauth/oauth-context.ts'

/** All scopes that a person has allowed a client and not withdrawn since. */
export function consentedScopes(clientId: string, account: string, { grants, clock }: OAuthContext): string[] {
  const living = grants.living({ clientId, account }, clock.nowMs())
  return [...new Set(living.flatMap(({ scopes }) => scopes))]
}
