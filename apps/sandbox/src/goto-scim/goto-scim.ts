import { playableApi } from '../api/api-service.ts'
import { loadApiSpec } from '../api/api-spec.ts'
import { createGotoApi, type GotoContext } from '../goto/goto-api.ts'
import { handleForTenant, type TenantHandlers } from '../goto/tenant-ask.ts'
import type { Service } from '../service.ts'
import { groupHandlers } from './scim-groups.ts'
import { invalidToken, notAuthorized, refuseInput, wordRefusal } from './scim-refusals.ts'
import { schemaHandlers } from './scim-schemas.ts'
import { userHandlers } from './scim-users.ts'

const handlers: TenantHandlers = { ...groupHandlers, ...schemaHandlers, ...userHandlers }

const api = playableApi(loadApiSpec('goto-scim'))

/** Plays GoTo's SCIM API: the users of the directory that are in the organisation, and its groups. */
export function createGotoScim(context: GotoContext): Service {
  // Which status a missing scope has is not recorded.
  const refuse = { refuseBearer: invalidToken, missingScope: invalidToken, missingRole: notAuthorized }
  return createGotoApi(api, context, {
    ...refuse,
    handle: handleForTenant(handlers, context, refuse),
    refuseInput,
    word: (refusal, call) => wordRefusal(refusal, call, context.random),
  })
}
