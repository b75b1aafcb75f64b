import { playableApi } from '../api/api-service.ts'
import { loadApiSpec } from '../api/api-spec.ts'
import { ok, requireHandler } from '../api/handler.ts'
import { VendorRefusal } from '../api/vendor-refusal.ts'
import { type ConnectBearerCodes, connectManners } from '../goto-connect/connect-manners.ts'
import { emptyPage } from '../goto-connect/cut-page.ts'
import { createGotoApi, type GotoContext } from '../goto/goto-api.ts'
import type { Service } from '../service.ts'
import { accountHandlers } from './account-things.ts'
import { callQueueHandlers } from './call-queues.ts'
import { callRoutingHandlers } from './call-routing.ts'
import { deviceHandlers } from './devices.ts'
import { extensionHandlers } from './extensions.ts'
import type { VoiceHandlers } from './handler.ts'
import { locationHandlers } from './locations.ts'
import { phoneNumberHandlers } from './phone-numbers.ts'
import { createPhoneSystemBook, type PhoneSystemBook } from './phone-systems.ts'
import { refuseInput } from './refuse-input.ts'
import { sharedVoicemailHandlers } from './shared-voicemails.ts'

/** GoTo's Voice Admin API: routes, checks and answers follow the specification, the state is kept per account. */
export interface GotoVoice extends Service, PhoneSystemBook {}

const handlers: VoiceHandlers = {
  ...accountHandlers,
  ...callQueueHandlers,
  ...callRoutingHandlers,
  ...deviceHandlers,
  ...extensionHandlers,
  ...locationHandlers,
  ...phoneNumberHandlers,
  ...sharedVoicemailHandlers,
}

const bearerCodes: ConnectBearerCodes = {
  missing: 'AUTHN_INVALID_TOKEN',
  unsupported_scheme: 'AUTHN_UNSUPPORTED_SCHEME',
  malformed: 'AUTHN_MALFORMED_TOKEN',
  invalid: 'AUTHN_INVALID_TOKEN',
  expired: 'AUTHN_EXPIRED_TOKEN',
}

const api = playableApi(loadApiSpec('goto-voice'))

/** The operations that are played. */
export const gotoVoiceOperations: readonly string[] = api.operations

export function createGotoVoice(context: GotoContext): GotoVoice {
  const { random, tenants } = context
  const service = createGotoApi(api, context, {
    ...connectManners(bearerCodes, random),
    handle({ operation, input, token }) {
      const caller = token.grant.account
      if (operation.role === 'admin' && caller.admin === false) {
        if (operation.parameters.some((parameter) => parameter.name === 'accountKey')) return ok(emptyPage())
        throw new VendorRefusal(403, 'UNAUTHORIZED', 'Only an admin may do this.')
      }
      const ask = { ...input, caller, system: tenants.of(caller.accountKey).system, random }
      return requireHandler(handlers, operation.id)(ask)
    },
    refuseInput,
  })
  return { ...service, ...createPhoneSystemBook(tenants, random) }
}
