import { factsOf } from './answer-facts.ts'
import type { AnswerKind } from './definition.ts'
import { errorCodeIn } from './error-code.ts'

/** 429 is the server's word that it did nothing; the others leave it open. */
const notProcessedStatus = 429
const passingStatuses = new Set([notProcessedStatus, 500, 502, 503, 504])

/** Tells whether an answer with this status may be followed by a better one. */
export function isPassing(status: number, idempotent: boolean): boolean {
  return passingStatuses.has(status) && (idempotent || status === notProcessedStatus)
}

/** Tells whether an answer with this status and code is of one of the kinds, such as a definition's `tokenRefusals`. */
export function isAnswerOfKind(kinds: readonly AnswerKind[] = [], status: number, code: string | undefined): boolean {
  return kinds.some(
    (kind) => kind.status === status && (kind.codes === undefined || (code !== undefined && kind.codes.includes(code))),
  )
}

/** Tells whether a failed answer is of one of the kinds. */
export function isOfKind(response: Response, kinds: readonly AnswerKind[] | undefined): boolean {
  const facts = factsOf(response)
  if (facts === undefined) return false
  return isAnswerOfKind(kinds, response.status, errorCodeIn(facts.body, facts.plan.definition.errors?.code))
}
