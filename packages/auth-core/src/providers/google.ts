import type { Grant } from '../grants/grant.ts'
import { jwtBearer } from '../grants/jwt-bearer.ts'
import { defineProvider, type Provider, type TokenAnswer } from '../provider.ts'
import type { KeySource } from '../signing-key.ts'

/**
 * Describes Google's authorization server, for Google Calendar. Issuer, endpoints and parameters: Google's OAuth 2.0 and
 * OpenID Connect pages (https://developers.google.com/identity/protocols/oauth2, read in 2026); where only Google's own
 * Node library shows a value, it says so. Unknown values take the careful meaning.
 */
export const google: Provider = defineProvider({
  id: 'google',
  issuer: 'https://accounts.google.com',
  endpoints: {
    authorization: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    revocation: 'https://oauth2.googleapis.com/revoke',
    // Of the Calendar scopes none is on Google's list for this flow (2026); most registrations are refused.
    deviceAuthorization: 'https://oauth2.googleapis.com/device/code',
    // From the official Node library (2026).
    jwks: 'https://www.googleapis.com/oauth2/v3/certs',
  },
  // The guides send the secret in the form; some installed clients and all service accounts have none.
  clientAuthentication: ['client_secret_post', 'none'],
  // Desktop clients: http://127.0.0.1:<port>, any port. Web clients need theirs exactly: name it.
  acceptsAnyLoopbackPort: true,
  authorizationParameters: {
    // Without it there is no refresh token.
    access_type: 'offline',
    // A refresh token comes only after a shown consent page, which a second sign-in would skip.
    prompt: 'consent',
  },
  // The base of the Calendar API. Other Google APIs live on other origins: name them with providerWith.
  audience: ['https://www.googleapis.com'],
  // A refresh answers without a refresh token, and the old one stays valid.
  rotation: 'none',
  // Revoking any token ends the grant of this person for every client of the same Google Cloud project.
  revocationEndsGrant: true,
  // "Near 3600". A refresh token has no fixed end: six months without use, or what refresh_token_expires_in says.
  lifetimes: { accessTokenSeconds: 3600 },
  conform,
})

/** Tells whose an access token is and what it may do. From the official Node library (2026); no standard's endpoint. */
export const googleTokenInfo = 'https://oauth2.googleapis.com/tokeninfo'

export interface ServiceAccountOptions {
  /** The account's e-mail address, `client_email` of its key file. */
  readonly email: string
  /** Its private key, imported as RSASSA-PKCS1-v1_5 with SHA-256. Never stored. */
  readonly key: KeySource
  /** The person to act for; needs domain-wide delegation for exactly these scopes. */
  readonly subject?: string
  readonly scopes: readonly string[]
}

/**
 * Connects a service account (https://developers.google.com/identity/protocols/oauth2/service-account, 2026). Each
 * process that renews connects it at its start. Use with `noClientSecret()`.
 */
export function serviceAccount(options: ServiceAccountOptions): Grant {
  const { email, ...rest } = options
  // Google reads the scopes from the assertion.
  return jwtBearer({ ...rest, issuer: email, scopeIn: 'assertion' })
}

/** Google's device endpoint writes `verification_url`, RFC 8628 `verification_uri` (seen in clients, 2026). */
function conform(answer: TokenAnswer): TokenAnswer {
  const { verification_url: address, ...body } = answer.body
  if (address === undefined || 'verification_uri' in body) return answer
  return { status: answer.status, body: { ...body, verification_uri: address } }
}
