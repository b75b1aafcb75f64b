import type { GrantTokens } from './refresh/grant-record.ts'
import { withSecrets } from './redact.ts'

/** An access token to use now. Prints as `[redacted]`; only `value` shows it. */
export interface AccessToken {
  readonly value: string
  /** End of its life in epoch milliseconds of the store's clock; absent when the provider names none. */
  readonly expiresAtMs?: number
  readonly scopes: readonly string[]
}

/** Everything a connection holds, for a deliberate export. Prints its tokens as `[redacted]`. */
export interface TokenSet {
  readonly accessToken?: string
  readonly refreshToken?: string
  readonly expiresAtMs?: number
  readonly refreshTokenExpiresAtMs?: number
  readonly scopes: readonly string[]
  readonly extras: Readonly<Record<string, string | number | boolean>>
  /** Grows with each new token set, so that late copies can be told from newer ones. */
  readonly generation: number
}

export function toAccessToken(value: string, tokens: GrantTokens): AccessToken {
  const { expiresAtMs, scopes = [] } = tokens
  return withSecrets({ ...(expiresAtMs === undefined ? {} : { expiresAtMs }), scopes }, { value })
}

export function toTokenSet(tokens: GrantTokens, generation: number): TokenSet {
  const { accessToken, refreshToken, expiresAtMs, refreshTokenExpiresAtMs, scopes = [], extras = {} } = tokens
  const times = {
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    ...(refreshTokenExpiresAtMs === undefined ? {} : { refreshTokenExpiresAtMs }),
  }
  return withSecrets({ ...times, scopes, extras, generation }, { accessToken, refreshToken }) as TokenSet
}
