import { VendorRefusal } from '../api/vendor-refusal.ts'
import { jsonAnswer } from '../call.ts'
import type { GotoManners } from '../goto/goto-api.ts'
import type { BearerProblem } from '../oauth/judge-bearer.ts'
import type { SeededRandom } from '../seeded-random.ts'

/** What is wrong with a token, in words that only some of the APIs prefix. */
export type ConnectBearerCodes = Readonly<Record<BearerProblem, string>>

const bearerMessages: Readonly<Record<BearerProblem, string>> = {
  missing: 'There is no access token.',
  unsupported_scheme: 'Only Bearer is taken.',
  malformed: 'The access token is malformed.',
  invalid: 'The access token is not valid.',
  expired: 'The access token has expired.',
}

/** What the APIs at api.goto.com have in common: how they refuse a token, and how an error looks. */
export function connectManners(
  bearerCodes: ConnectBearerCodes,
  random: SeededRandom,
): Pick<GotoManners, 'refuseBearer' | 'missingScope' | 'word'> {
  const codeOf: Readonly<Record<number, string>> = {
    400: 'BAD_REQUEST',
    401: bearerCodes.invalid,
    403: 'UNAUTHORIZED',
    404: 'NOT_FOUND',
    429: 'TOO_MANY_REQUESTS',
    503: 'UNAVAILABLE',
  }
  return {
    refuseBearer: (problem) => new VendorRefusal(401, bearerCodes[problem], bearerMessages[problem]),
    missingScope: () => new VendorRefusal(403, 'AUTHZ_INSUFFICIENT_SCOPE', 'The access token lacks a scope.'),
    word({ status, errorCode = codeOf[status] ?? 'UNKNOWN_ERROR', message, violations }) {
      const constraintViolations = violations.length === 0 ? {} : { constraintViolations: violations }
      const body = { reference: random.uuid('reference'), errorCode, message, ...constraintViolations }
      return jsonAnswer(status, body, { error: errorCode })
    },
  }
}
