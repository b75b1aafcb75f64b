import { leastScopes } from '@grantkit/api-client'
import { operationFacts } from './operations.gen.ts'

/** Id of an operation, such as `listUsers`. */
export type OperationId = keyof typeof operationFacts

/** Names the least scopes that allow these operations, for a sign-in that asks for no more. */
export function scopesFor(ids: readonly OperationId[]): string[] {
  return leastScopes(operationFacts, ids)
}
