import type { OperationPlan } from './operation-plan.ts'

/** What is known of a failed answer beyond what it shows. Travels with the Response, unseen. */
export interface AnswerFacts {
  readonly plan: OperationPlan
  readonly retryAfterMs: number | undefined
  /** What the answer held, parsed if it was JSON. */
  readonly body: unknown
}

const factsKey = Symbol.for('@grantkit/api-answer')

export function attachFacts(response: Response, facts: AnswerFacts): Response {
  return Object.defineProperty(response, factsKey, { value: facts, configurable: true })
}

export function factsOf(response: Response): AnswerFacts | undefined {
  return (response as { [factsKey]?: AnswerFacts })[factsKey]
}
