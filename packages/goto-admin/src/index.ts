export { ApiError, isApiError, paginate, unwrap } from '@grantkit/api-client'
export { goto } from '@grantkit/auth-core/providers/goto'
export { definition } from './definition.ts'
export { createGotoAdmin } from './goto-admin-client.ts'
export type { GotoAdmin, GotoAdminOptions } from './goto-admin-client.ts'
export type { components, paths } from './schema.gen.ts'
export type {
  Account,
  AdminRole,
  Attribute,
  CreatedUser,
  GotoAdminError,
  Group,
  License,
  Me,
  Product,
  RoleSet,
  Template,
  User,
  UserUpdate,
  UsersCreate,
} from './schemas.ts'
export { scopesFor } from './scopes-for.ts'
export type { OperationId } from './scopes-for.ts'
