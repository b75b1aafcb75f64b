export { ApiError, isApiError, paginate, unwrap } from '@grantkit/api-client'
export { carthooks, carthooksAt } from '@grantkit/auth-core/providers/carthooks'
export { createCarthooks } from './carthooks-client.ts'
export type { AuthorizeCodeRequest, Carthooks, CarthooksOptions, CarthooksResult } from './carthooks-client.ts'
export { definition } from './definition.ts'
export type { CarthooksError } from './open-envelope.ts'
export type { components, paths } from './schema.gen.ts'
export type {
  App,
  Collection,
  CurrentUser,
  Filters,
  FormToken,
  HookletConnection,
  Item,
  ItemData,
  ItemQuery,
  Pagination,
  UploadToken,
  User,
} from './schemas.ts'
