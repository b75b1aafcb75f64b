import {
  allowInsecureRequests,
  clockSkew,
  customFetch,
  expectNoNonce,
  getValidatedIdTokenClaims,
  jwksCache,
  processAuthorizationCodeResponse,
  processRefreshTokenResponse,
  validateApplicationLevelSignature,
  type AuthorizationServer,
  type IDToken,
  type JWKSCacheInput,
} from 'oauth4webapi'
import { AuthError, isAuthError } from './errors.ts'
import type { IdTokenCheck, IdTokenToCheck } from './grants/id-token-check.ts'
import { readJson } from './grants/read-json.ts'
import { toServer, type Wire } from './grants/token-endpoint.ts'
import { safeText } from './redact.ts'
import { untilAborted } from './until-aborted.ts'

export type { IdTokenCheck } from './grants/id-token-check.ts'

/** Far more than clocks differ and answers take; a token of last week is none of this answer. */
const longestAgeSeconds = 600

/**
 * Makes the check of ID tokens for `createAuthClient({ idToken })`: signature by the issuer's keys, algorithm, issuer,
 * audience and authorized party, expiry, issue time, nonce, and the hash of the access token where it is given (OpenID
 * Connect Core §3.1.3.7). The keys are fetched without following redirects and kept for five minutes.
 */
export function verifyIdTokens(): IdTokenCheck {
  const caches = new Map<string, JWKSCacheInput>()
  return {
    async check(wire, token) {
      const { jwks } = wire.provider.endpoints
      if (jwks === undefined) throw new AuthError('unsupported_by_provider', `"${wire.provider.id}" names no keys.`)
      const cache = caches.get(jwks) ?? {}
      caches.set(jwks, cache)
      try {
        const claims = await untilAborted(verify(wire, token, cache), token.signal)
        return { subject: claims.sub }
      } catch (error) {
        if (isAuthError(error)) throw error
        if (token.signal.aborted) throw keysUnavailable(wire, 'did not come in time')
        throw invalid(wire, error instanceof Error ? error.message : 'it could not be read', token)
      }
    },
  }
}

async function verify(wire: Wire, token: IdTokenToCheck, cache: JWKSCacheInput): Promise<IDToken> {
  const { provider, clientId } = wire
  const nowSeconds = Math.round(wire.clock.wallMs() / 1000)
  const server: AuthorizationServer = {
    ...toServer(provider),
    jwks_uri: provider.endpoints.jwks ?? '',
    id_token_signing_alg_values_supported: [...(provider.idTokenAlgorithms ?? ['RS256'])],
  }
  const client = { client_id: clientId, [clockSkew]: Math.round((wire.clock.wallMs() - Date.now()) / 1000) }
  // The library reads an answer; this one holds what the answer held, whose other members were judged before.
  const answer = Response.json({ access_token: token.accessToken, token_type: 'bearer', id_token: token.value })
  const result = token.isRefresh
    ? await processRefreshTokenResponse(server, client, answer)
    : await processAuthorizationCodeResponse(server, client, answer, {
        expectedNonce: token.nonce ?? expectNoNonce,
        requireIdToken: true,
      })
  await validateApplicationLevelSignature(server, answer, {
    [allowInsecureRequests]: provider.allowLoopbackHttp === true,
    [customFetch]: (url: string, init: object) => fetchKeys(wire, url, init),
    [jwksCache]: cache,
    signal: token.signal,
  })
  const claims = getValidatedIdTokenClaims(result)
  if (claims === undefined) throw new Error('it is missing')
  if (Math.abs(nowSeconds - claims.iat) > longestAgeSeconds) throw new Error('it was not issued just now')
  await checkAccessTokenHash(claims, token)
  return claims
}

/** Fetches the keys, at most 1 MiB of them. */
async function fetchKeys(wire: Wire, url: string, init: object): Promise<Response> {
  const response = await wire.fetch(url, init as RequestInit).catch(() => undefined)
  if (response === undefined) throw keysUnavailable(wire, 'could not be fetched')
  if (response.status !== 200) throw keysUnavailable(wire, `were answered with ${response.status}`)
  const { body } = await readJson(response).catch(() => ({ body: undefined }))
  if (!Array.isArray(body?.['keys'])) throw keysUnavailable(wire, 'are no key set')
  return Response.json(body)
}

const hashes: Readonly<Record<string, string>> = { '256': 'SHA-256', '384': 'SHA-384', '512': 'SHA-512' }

/** The left half of the access token's hash, by the hash of the signature's algorithm (§3.1.3.6). */
async function checkAccessTokenHash(claims: IDToken, { value, accessToken }: IdTokenToCheck): Promise<void> {
  const expected = claims['at_hash']
  if (expected === undefined) return
  const header = JSON.parse(decodeBase64Url(value.split('.')[0] ?? '')) as { alg?: string }
  // Ed25519 signs with SHA-512.
  const hash = hashes[header.alg?.slice(-3) ?? ''] ?? 'SHA-512'
  const digest = new Uint8Array(await crypto.subtle.digest(hash, new TextEncoder().encode(accessToken)))
  const half = Array.from(digest.slice(0, digest.length / 2), (byte) => String.fromCharCode(byte)).join('')
  const actual = btoa(half).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  if (actual !== expected) throw new Error('its at_hash is of another access token')
}

function decodeBase64Url(text: string): string {
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'))
}

function invalid({ provider }: Wire, problem: string, { value, accessToken }: IdTokenToCheck): AuthError {
  const said = safeText(problem, [value, accessToken])
  return new AuthError('id_token_invalid', `The ID token of "${provider.id}" is not valid: ${said}.`, {
    provider: provider.id,
  })
}

function keysUnavailable({ provider }: Wire, problem: string): AuthError {
  const message = `The keys of "${provider.id}", which the ID token has to be checked with, ${problem}. Try again.`
  return new AuthError('provider_no_answer', message, { provider: provider.id })
}
