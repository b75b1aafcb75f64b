import type { Provider } from '../provider.ts'
import type { NewTokens } from '../refresh/steps.ts'

const longestLifetimeSeconds = 10 * 365 * 24 * 3600

/** What a token answer holds, and what makes its access token unusable, if anything. */
export interface ReadTokens {
  readonly tokens: Omit<NewTokens, 'issuedAgoMs'>
  readonly problem?: string
  /** Not stored; empty for one that is no text. */
  readonly idToken?: string
}

/**
 * Takes the tokens out of an answer, or undefined if it holds none. A problem is reported beside them, never instead:
 * a new refresh token has to be saved whatever else is wrong.
 */
export function readTokenAnswer(
  body: Readonly<Record<string, unknown>>,
  isJson: boolean,
  provider: Provider,
): ReadTokens | undefined {
  const accessToken = body['access_token']
  const refreshToken = nonEmpty(body['refresh_token'])
  if (nonEmpty(accessToken) === undefined && refreshToken === undefined) return undefined
  const problem = findProblem(body, isJson)
  const lifetimeMs = toMs(body['expires_in'] ?? provider.lifetimes?.accessTokenSeconds)
  const refreshTokenLifetimeMs = toMs(
    body['refresh_token_expires_in'] ??
      (refreshToken === undefined ? undefined : provider.lifetimes?.refreshTokenSeconds),
  )
  const scopes =
    typeof body['scope'] === 'string' ? body['scope'].split(' ').filter((scope) => scope !== '') : undefined
  return {
    tokens: {
      usable: problem === undefined,
      ...(typeof accessToken === 'string' ? { accessToken } : {}),
      ...(refreshToken === undefined ? {} : { refreshToken }),
      ...(lifetimeMs === undefined ? {} : { lifetimeMs }),
      ...(refreshTokenLifetimeMs === undefined ? {} : { refreshTokenLifetimeMs }),
      ...(scopes === undefined ? {} : { scopes }),
      extras: allowedExtras(body, provider.extras ?? []),
    },
    ...(problem === undefined ? {} : { problem }),
    ...(body['id_token'] === undefined ? {} : { idToken: nonEmpty(body['id_token']) ?? '' }),
  }
}

function findProblem(body: Readonly<Record<string, unknown>>, isJson: boolean): string | undefined {
  const { access_token: accessToken, token_type: tokenType, expires_in: expiresIn } = body
  if (!isJson) return 'its media type is not JSON'
  if (typeof accessToken !== 'string' || accessToken === '') return 'it has no access_token'
  // Anything else could not be sent in a header.
  if (!/^[\x21-\x7e]+$/.test(accessToken)) return 'its access_token has illegal characters'
  if (typeof tokenType !== 'string') return 'it has no token_type'
  if (tokenType.toLowerCase() !== 'bearer') return 'its token_type is not bearer'
  if (expiresIn !== undefined && toMs(expiresIn) === undefined)
    return 'its expires_in is not a sensible number of seconds'
  return undefined
}

function toMs(seconds: unknown): number | undefined {
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) return undefined
  // 0 is no lifetime: some servers write it for "unlimited", and a token that has ended already is of no use.
  return seconds > 0 && seconds <= longestLifetimeSeconds ? seconds * 1000 : undefined
}

function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function allowedExtras(
  body: Readonly<Record<string, unknown>>,
  allowed: readonly string[],
): Record<string, string | number | boolean> {
  const extras: Record<string, string | number | boolean> = {}
  for (const name of allowed) {
    const value = body[name]
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') extras[name] = value
  }
  return extras
}
