import { AuthError } from '../errors.ts'
import type { ReadTokens } from './token-answer.ts'
import { abortAfter } from '../stopwatch.ts'
import type { Wire } from './token-endpoint.ts'

export interface IdTokenToCheck {
  readonly value: string
  /** The access token that came with it. */
  readonly accessToken: string
  /** What the authorization request asked to be repeated; absent: it asked for none. */
  readonly nonce?: string
  readonly isRefresh: boolean
  readonly signal: AbortSignal
}

/** Validates ID tokens. Made by `verifyIdTokens`. */
export interface IdTokenCheck {
  /** Gives who signed in. Throws `id_token_invalid`, or `provider_no_answer` when it could not be checked. */
  check(wire: Wire, token: IdTokenToCheck): Promise<{ subject: string }>
}

const limitMs = 10_000

/**
 * Checks the ID token of an answer and gives who it names. Nothing where the app asked for no check, or where none came
 * and none was asked for.
 */
export async function checkIdToken(
  wire: Wire,
  read: ReadTokens,
  asked: { readonly isDemanded: boolean; readonly isRefresh: boolean; readonly nonce?: string },
): Promise<string | undefined> {
  const { idTokenCheck } = wire
  if (idTokenCheck === undefined || (read.idToken === undefined && !asked.isDemanded)) return undefined
  const { isDemanded: _, ...about } = asked
  if (read.idToken === undefined || read.idToken === '') {
    const { id: provider } = wire.provider
    throw new AuthError('id_token_invalid', `"${provider}" was asked for an ID token and sent none.`, { provider })
  }
  const limit = abortAfter(wire.clock, limitMs)
  const accessToken = read.tokens.accessToken ?? ''
  const token = { ...about, value: read.idToken, accessToken, signal: limit.signal }
  try {
    return (await idTokenCheck.check(wire, token)).subject
  } finally {
    limit.cancel()
  }
}
