import { toApiError } from './failed-answer.ts'
import type { Result } from './operation-types.ts'

/**
 * Returns the data of a result, or throws its error as an {@link ApiError} with the API's own code, the HTTP status,
 * the operation's id, the API's request id and how long it asked to wait. An empty success gives `undefined`.
 *
 * ```ts
 * const { items } = unwrap(await voice.GET('/call-queues'))
 * ```
 */
export function unwrap<Data, Failure>(result: Result<Data, Failure>): Data {
  if (result.error !== undefined || !result.response.ok) throw toApiError(result.error, result.response)
  return result.data as Data
}
