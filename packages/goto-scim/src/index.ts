export { ApiError, isApiError, paginate, unwrap } from '@grantkit/api-client'
export { goto } from '@grantkit/auth-core/providers/goto'
export { definition } from './definition.ts'
export { createGotoScim } from './goto-scim-client.ts'
export type { GotoScim, GotoScimOptions } from './goto-scim-client.ts'
export type { components, paths } from './schema.gen.ts'
export type {
  GotoScimError,
  Group,
  GroupDefinition,
  Member,
  ResourceSchema,
  ServiceProviderConfigs,
  User,
  UserDefinition,
} from './schemas.ts'
export { scopesFor } from './scopes-for.ts'
export type { OperationId } from './scopes-for.ts'
