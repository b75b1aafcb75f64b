export { isAnswerOfKind } from './answer-kind.ts'
export { createApiClient } from './api-client.ts'
export { ApiError, isApiError } from './api-error.ts'
export type { ApiErrorCode, ApiErrorDetails } from './api-error.ts'
export { errorCodeIn } from './error-code.ts'
export type { ApiClientOptions, ApiConnection, RetryOptions, Transport } from './client-options.ts'
export type { CallResult } from './call-result.ts'
export type { ApiClient, PagedClient, PathsWithDefaults } from './client-types.ts'
export type {
  AnswerKind,
  ApiDefinition,
  BodyPath,
  CodePath,
  DefaultParameter,
  Int64Members,
  MarkerPaging,
  OffsetPaging,
  Operation,
  OwnPaging,
  Paging,
} from './definition.ts'
export { leastScopes } from './least-scopes.ts'
export type { CallEvent, Observe } from './middleware/observe.ts'
export type { InitOf, Methods, OperationAt, ParseAs, PathsWith, Result, UntypedInit } from './operation-types.ts'
export { paginate } from './paginate.ts'
export type { RateLimit } from './rate-limiter.ts'
export { unwrap } from './unwrap.ts'
