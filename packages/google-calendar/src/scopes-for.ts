import { leastScopes } from '@grantkit/api-client'
import { operationFacts } from './operations.gen.ts'

export type OperationId = keyof typeof operationFacts

/**
 * Names the least scopes that allow all these operations on every calendar of the person. Narrower ones, such as
 * `calendar.app.created` or `calendar.events.owned`, suffice for some calendars only: choose them yourself.
 *
 * ```ts
 * await signIn(google, { scopes: scopesFor(['listEvents', 'queryFreeBusy']) })
 * ```
 */
export function scopesFor(ids: readonly OperationId[]): string[] {
  return leastScopes(operationFacts, ids)
}
