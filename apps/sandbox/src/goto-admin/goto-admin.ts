import { playableApi } from '../api/api-service.ts'
import { loadApiSpec } from '../api/api-spec.ts'
import { pathOf } from '../api/handler.ts'
import { createGotoApi, type GotoContext } from '../goto/goto-api.ts'
import { handleForTenant, type TenantHandlers } from '../goto/tenant-ask.ts'
import type { Service } from '../service.ts'
import { groupHandlers } from './admin-groups.ts'
import { readQuery } from './admin-list.ts'
import { forbidden, refuseInput, unauthenticated, wordRefusal } from './admin-refusals.ts'
import { thingHandlers } from './admin-things.ts'
import { userHandlers } from './admin-users.ts'

const handlers: TenantHandlers = { ...groupHandlers, ...thingHandlers, ...userHandlers }

const api = playableApi(loadApiSpec('goto-admin'))

/** Plays GoTo's Admin API. */
export function createGotoAdmin(context: GotoContext): Service {
  const refuse = { refuseBearer: unauthenticated, missingScope: unauthenticated, missingRole: forbidden }
  const handle = handleForTenant(handlers, context, refuse)
  return createGotoApi(api, context, {
    ...refuse,
    readQuery,
    handle(admitted) {
      const { accountKey } = admitted.token.grant.account
      if ('accountKey' in admitted.input.path && pathOf(admitted.input, 'accountKey') !== accountKey) throw forbidden()
      return handle(admitted)
    },
    refuseInput,
    word: (refusal) => wordRefusal(refusal, context.random),
  })
}
