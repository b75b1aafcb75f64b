import type { StandingGrant } from '../grants/grant.ts'
import { vendorGrant } from '../grants/vendor-grant.ts'
import { defineProvider, type Provider } from '../provider.ts'

/**
 * Describes GoTo's authorization server. Endpoints, client authentication and issuer: its RFC 8414 document at
 * https://identity.goto.com/.well-known/oauth-authorization-server (copy of August 2026). Lifetimes and token members:
 * https://developer.goto.com/guides/Authentication/ (2026). Unknown values take the careful meaning and say so.
 */
export const goto: Provider = defineProvider({
  id: 'goto',
  issuer: 'https://identity.goto.com',
  endpoints: {
    authorization: 'https://identity.goto.com/oauth/authorize',
    token: 'https://identity.goto.com/oauth/token',
    revocation: 'https://identity.goto.com/oauth/revoke',
    introspection: 'https://identity.goto.com/oauth/introspect',
  },
  // The guides show Basic; the metadata document lists all three. S256 is the only challenge method it lists.
  clientAuthentication: ['client_secret_basic', 'client_secret_post', 'none'],
  // The metadata document does not announce RFC 9207.
  sendsIssuerInCallback: false,
  // No defaultScopes: without `scope` GoTo grants every scope enabled on the client (guide "How to get a token").
  audience: ['https://api.goto.com', 'https://api.getgo.com', 'https://api.jive.com'],
  // A refresh usually answers without a refresh token; late in its life a new one comes and the old one stops working.
  // What reuse of the old one does is not documented.
  rotation: 'unknown',
  // Whether introspection takes refresh tokens, and what revoking one token ends, is not documented.
  introspectsRefreshTokens: false,
  revocationEndsGrant: true,
  lifetimes: { accessTokenSeconds: 3600, refreshTokenSeconds: 30 * 24 * 3600 },
  // The login e-mail address of the person who signed in; in every token answer (same guide).
  extras: ['principal'],
  subject: 'principal',
})

/**
 * Connects by a personal access token that a person made at myaccount.goto.com. The grant has to be switched on for the
 * client, and the scopes of both have to match
 * (https://developer.goto.com/guides/Authentication/03.1_HOW_accessTokenPAT/, 2026). Renewed by the refresh token, if
 * one came (the guide does not say), else by the same token again.
 */
export function personalAccessToken(pat: string): StandingGrant {
  return vendorGrant({
    name: 'personal_access_token',
    grantType: 'personal_access_token',
    parameter: 'pat',
    token: pat,
  })
}
