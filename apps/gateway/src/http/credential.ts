import { fail } from './problem.ts'
import { valuesOf } from './query.ts'
import type { Target } from './target.ts'

/** The parameter that the first gateway took sessions from. */
export const sessionParameter = 'session_id'

/** Refuses a request in the words of RFC 6750, 3.1. */
export function unauthorized(detail: string, isTokenGiven = true): never {
  const challenge = isTokenGiven ? 'Bearer error="invalid_token"' : 'Bearer'
  return fail({ status: 401, code: 'invalid_token', detail, headers: { 'www-authenticate': challenge } })
}

export function forbidden(detail: string): never {
  const headers = { 'www-authenticate': 'Bearer error="insufficient_scope"' }
  return fail({ status: 403, code: 'insufficient_scope', detail, headers })
}

function malformed(detail: string): never {
  const headers = { 'www-authenticate': 'Bearer error="invalid_request"' }
  return fail({ status: 400, code: 'invalid_request', detail, headers })
}

/** Reads the token a request carries, from the one place where it may stand. */
export function readToken(
  headers: Headers,
  target: Target,
  { sessionInQuery }: { readonly sessionInQuery: boolean },
): string | undefined {
  const inQuery = valuesOf(target.query, sessionParameter)
  const header = headers.get('authorization')
  if (inQuery.length > 0 && !sessionInQuery) {
    malformed('session_id in an address ends up in logs. Send it as a header, "Authorization: Bearer <session_id>".')
  }
  if (inQuery.length + (header === null ? 0 : 1) > 1) malformed('The request carries more than one token.')
  if (header === null) return inQuery[0]
  const [, token] = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i.exec(header) ?? []
  return token ?? malformed('The Authorization header must be "Bearer", a space and one token.')
}
