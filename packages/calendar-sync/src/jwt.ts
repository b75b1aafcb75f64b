import { systemClock, type Clock, type Fetch, type IdTokenAlgorithm } from '@grantkit/auth-core'
import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTPayload } from 'jose'
import { CalendarSyncError } from './errors.ts'
import type { Authenticate } from './connect/connect-options.ts'

/** How a token of the app may be signed: with a key pair, as ID tokens are, or with a secret. */
export type JwtAlgorithm = IdTokenAlgorithm | 'HS256' | 'HS384' | 'HS512'

interface CommonOptions {
  /** Who made the token: its `iss`, character by character. */
  readonly issuer: string
  /** Whom it is for: its `aud`. */
  readonly audience: string
  /** The signatures that count; no others do, whatever a token says of itself. */
  readonly algorithms: readonly JwtAlgorithm[]
  /** Claim that names the user, text or a number. Default `sub`. */
  readonly userClaim?: string
  /** How far clocks may be apart. Default 0. */
  readonly clockToleranceSeconds?: number
  readonly clock?: Pick<Clock, 'wallMs'>
}

export type JwtOptions = CommonOptions &
  (
    | {
        /** Where the public keys are; https, or this machine. Kept for ten minutes, read again when a key is new. */
        readonly jwksUrl: string
        readonly fetch?: Fetch
        readonly secret?: never
      }
    | {
        /** Shared with who makes the tokens; 32 bytes at least (RFC 7518, 3.2). */
        readonly secret: string
        readonly jwksUrl?: never
        readonly fetch?: never
      }
  )

/**
 * Creates an `authenticate` that reads `Authorization: Bearer` and verifies a JWT: signature, `iss`, `aud`, `exp`, `nbf`.
 * Refuses with 401 and a `WWW-Authenticate` of RFC 6750, and with 503 while the keys cannot be had. Throws `invalid_option`.
 *
 * ```ts
 * const authenticate = authenticateByJwt({
 *   jwksUrl: 'https://login.example.com/.well-known/jwks.json',
 *   issuer: 'https://login.example.com',
 *   audience: 'https://scheduler.example.com',
 *   algorithms: ['RS256'],
 * })
 * ```
 */
export function authenticateByJwt(options: JwtOptions): Authenticate {
  checkJwtOptions(options)
  const verify = createVerifier(options)
  const { userClaim = 'sub' } = options
  return async ({ headers }) => {
    const token = /^Bearer +(?<token>[\w.~+/=-]+)$/i.exec(headers.get('authorization') ?? '')?.groups?.['token']
    if (token === undefined) return refuse(401, 'Bearer', 'Send a bearer token.')
    try {
      const user = readUser((await verify(token))[userClaim])
      return user ?? refuseToken(`The token names no user as "${userClaim}".`)
    } catch (error) {
      if (error instanceof errors.JWTExpired) return refuseToken('The token has expired.')
      if (isAboutToken(error)) return refuseToken('The token is not valid here.')
      return refuse(503, undefined, 'The keys that verify tokens cannot be read at the moment.')
    }
  }
}

function createVerifier(options: JwtOptions): (token: string) => Promise<JWTPayload> {
  const { issuer, audience, clockToleranceSeconds = 0, clock = systemClock, jwksUrl, secret } = options
  const algorithms = [...options.algorithms]
  const rules = (): Parameters<typeof jwtVerify>[2] => {
    const currentDate = new Date(clock.wallMs())
    return { issuer, audience, algorithms, clockTolerance: clockToleranceSeconds, requiredClaims: ['exp'], currentDate }
  }
  if (jwksUrl === undefined) {
    const key = new TextEncoder().encode(secret)
    return async (token) => (await jwtVerify(token, key, rules())).payload
  }
  const { fetch } = options
  const keys = createRemoteJWKSet(new URL(jwksUrl), fetch === undefined ? {} : { [customFetch]: fetch })
  return async (token) => (await jwtVerify(token, keys, rules())).payload
}

function readUser(claim: unknown): string | undefined {
  if (typeof claim === 'number') return String(claim)
  return typeof claim === 'string' && claim !== '' ? claim : undefined
}

const tokenFaults = [
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
]

/** Everything else is about the keys: whoever sent the token can do nothing about it. */
function isAboutToken(error: unknown): boolean {
  return tokenFaults.some((fault) => error instanceof fault)
}

function refuseToken(problem: string): Response {
  return refuse(401, `Bearer error="invalid_token", error_description="${problem.replaceAll('"', "'")}"`, problem)
}

function refuse(status: number, challenge: string | undefined, error: string): Response {
  const headers = { 'cache-control': 'no-store', ...(challenge === undefined ? {} : { 'www-authenticate': challenge }) }
  return Response.json({ error, code: status === 401 ? 'not_signed_in' : 'keys_unavailable' }, { status, headers })
}

function checkJwtOptions({ issuer, audience, algorithms, jwksUrl, secret }: JwtOptions): void {
  if (!issuer || !audience) throw invalid('issuer and audience are needed: else any token of anybody would count.')
  if (!Array.isArray(algorithms) || algorithms.length === 0) throw invalid('algorithms must name at least one.')
  if ((jwksUrl === undefined) === (secret === undefined)) throw invalid('give either jwksUrl or secret.')
  // A public key taken for a shared secret would let anybody sign (RFC 8725, 2.1).
  const isShared = secret !== undefined
  const unfit = algorithms.find((algorithm) => algorithm.startsWith('HS') !== isShared)
  if (unfit !== undefined) throw invalid(`${unfit} does not go with ${isShared ? 'a secret' : 'jwksUrl'}.`)
  if (isShared && new TextEncoder().encode(secret).length < 32) throw invalid('the secret is shorter than 32 bytes.')
  if (jwksUrl !== undefined && !isSafeAddress(jwksUrl)) throw invalid('jwksUrl must be an https address.')
}

function isSafeAddress(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
}

function invalid(problem: string): CalendarSyncError {
  return new CalendarSyncError('invalid_option', `authenticateByJwt: ${problem}`)
}
