import { AuthError, type AuthErrorDetails } from '../errors.ts'
import { readTokenAnswer, type ReadTokens } from '../grants/token-answer.ts'
import type { Reply } from '../grants/token-endpoint.ts'
import type { Provider } from '../provider.ts'
import { safeText } from '../redact.ts'

export type NotConsumedName = 'never_sent' | 'not_processed_client' | 'not_processed_rate' | 'not_processed_server'
export type UnknownName = 'unknown_timeout' | 'unknown_reset' | 'unknown_5xx' | 'unknown_malformed'

/** What one token request came to: the classes of section 3 of the refresh protocol. */
export type Outcome = TokensOutcome | NoTokensOutcome

export interface TokensOutcome {
  readonly kind: 'tokens'
  readonly read: ReadTokens
  readonly error?: AuthError
}

export type NoTokensOutcome = (
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'not_consumed'; readonly name: NotConsumedName }
  | { readonly kind: 'unknown'; readonly name: UnknownName }
) & {
  readonly error: AuthError
  /** How long the server asked to be left alone. */
  readonly retryAfterMs?: number
}

/** Error codes of RFC 6749, 8628, 8707 and 9449 that are decided before the grant is looked at. */
const refusedBeforeTheGrant = new Set([
  'invalid_client',
  'invalid_request',
  'invalid_scope',
  'invalid_target',
  'unauthorized_client',
  'unsupported_grant_type',
  'use_dpop_nonce',
])

/** Decides what a reply means for the grant. Pure; no part of a body leaves it but `error` and a cleaned description. */
export function classify(
  reply: Reply,
  given: { provider: Provider; account: string; secrets: readonly string[] },
): Outcome {
  const context = { ...given, secrets: [...given.secrets, ...(reply.secrets ?? [])] }
  const about = { provider: context.provider.id, account: context.account }
  if (reply.kind === 'failure') return classifyFailure(reply, about, context)
  if (reply.status === 200) return classifyOk(reply, about, context.provider)
  return { ...classifyProblem(reply, about, context), retryAfterMs: reply.retryAfterMs ?? 0 }
}

function classifyProblem(
  reply: Reply & { kind: 'answer' },
  about: AuthErrorDetails,
  context: { provider: Provider; secrets: readonly string[] },
): NoTokensOutcome {
  const { status, body } = reply
  const details = describe(reply, about, context.secrets)
  if (status === 408) return unknown('unknown_timeout', 'provider_no_answer', 'answered 408', details)
  if (status === 429) return notConsumed('not_processed_rate', 'rate_limited', 'asked for fewer requests', details)
  if (status >= 500) {
    return context.provider.serverErrorMeansNotProcessed === true
      ? notConsumed('not_processed_server', 'provider_unavailable', `answered ${status}`, details)
      : unknown('unknown_5xx', 'provider_unavailable', `answered ${status}`, details)
  }
  if (status >= 400) return classifyRefusal(body?.['error'], status, details)
  return unknown('unknown_malformed', 'response_invalid', `answered ${status}, which is no token answer`, details)
}

type Details = AuthErrorDetails & { description?: string }

function classifyFailure(
  reply: Reply & { kind: 'failure' },
  about: AuthErrorDetails,
  context: { secrets: readonly string[] },
): Outcome {
  const details = { ...about, cause: safeCause(reply.cause, context.secrets) }
  if (reply.neverSent) return notConsumed('never_sent', 'provider_unreachable', 'could not be reached', details)
  return reply.aborted
    ? unknown('unknown_timeout', 'provider_no_answer', 'did not answer in time', details)
    : unknown('unknown_reset', 'provider_no_answer', 'broke the connection off', details)
}

function classifyOk(reply: Reply & { kind: 'answer' }, about: AuthErrorDetails, provider: Provider): Outcome {
  const read = reply.body === undefined ? undefined : readTokenAnswer(reply.body, reply.isJson, provider)
  const details = { ...about, status: reply.status }
  if (read === undefined)
    return unknown('unknown_malformed', 'response_invalid', 'answered 200 without tokens', details)
  if (read.problem === undefined) return { kind: 'tokens', read }
  const error = new AuthError('response_invalid', `The token answer cannot be used: ${read.problem}.`, details)
  return { kind: 'tokens', read, error }
}

function classifyRefusal(oauthError: unknown, status: number, details: Details): NoTokensOutcome {
  if (oauthError === 'invalid_grant') {
    const message = `The authorization server ended the grant (invalid_grant)${details.description ?? ''}. Authorize again.`
    return { kind: 'rejected', error: toError('reconnect', message, details), reason: 'invalid_grant' }
  }
  const named = typeof oauthError === 'string' && oauthError !== ''
  if (named && !refusedBeforeTheGrant.has(oauthError)) {
    return unknown('unknown_malformed', 'response_invalid', `answered ${status} with an unknown error`, details)
  }
  return notConsumed('not_processed_client', 'client_rejected', `refused the client (${status})`, details)
}

function describe(reply: Reply & { kind: 'answer' }, about: AuthErrorDetails, secrets: readonly string[]): Details {
  const oauthError = safeText(reply.body?.['error'], secrets)
  const description = safeText(reply.body?.['error_description'], secrets)
  return {
    ...about,
    status: reply.status,
    ...(oauthError === '' ? {} : { oauthError }),
    ...(description === '' ? {} : { description: `: ${description}` }),
  }
}

function notConsumed(
  name: NotConsumedName,
  code: 'provider_unreachable' | 'rate_limited' | 'provider_unavailable' | 'client_rejected',
  what: string,
  details: Details,
): NoTokensOutcome {
  return { kind: 'not_consumed', name, error: toError(code, sentence(what, details), details) }
}

function unknown(
  name: UnknownName,
  code: 'provider_no_answer' | 'provider_unavailable' | 'response_invalid',
  what: string,
  details: Details,
): NoTokensOutcome {
  return { kind: 'unknown', name, error: toError(code, sentence(what, details), details) }
}

function sentence(what: string, details: Details): string {
  const named = details.oauthError === undefined ? '' : ` (${details.oauthError})`
  return `The authorization server of "${details.provider}" ${what}${named}${details.description ?? ''}.`
}

function toError(code: AuthError['code'], message: string, details: Details): AuthError {
  const { description: _, ...fields } = details
  return new AuthError(code, message, fields)
}

/** Keeps name, code and cleaned message of a foreign error; its other members may hold the request. */
export function safeCause(cause: unknown, secrets: readonly string[]): Error | undefined {
  if (!(cause instanceof Error)) return undefined
  const inner: { code?: unknown; message?: unknown } = cause.cause instanceof Error ? cause.cause : cause
  const safe = new Error(safeText(inner.message, secrets))
  safe.name = safeText(cause.name, secrets)
  // A stack quotes the original message.
  delete safe.stack
  if (typeof inner.code === 'string') Object.assign(safe, { code: safeText(inner.code, secrets) })
  return safe
}
