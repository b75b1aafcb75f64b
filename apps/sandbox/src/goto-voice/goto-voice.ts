import type { VendorAccounts } from '../accounts.ts'
import { type ApiManners, type ApiServiceContext, createApiService, playableApi } from '../api/api-service.ts'
import { loadApiSpec } from '../api/api-spec.ts'
import { type Answer, jsonAnswer } from '../call.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { Service } from '../service.ts'
import { accountHandlers } from './account-things.ts'
import { callQueueHandlers } from './call-queues.ts'
import { callRoutingHandlers } from './call-routing.ts'
import { checkScopes, requireBearer } from './check-bearer.ts'
import { deviceHandlers } from './devices.ts'
import { extensionHandlers } from './extensions.ts'
import { emptyPage, type Handlers, ok } from './handler.ts'
import { locationHandlers } from './locations.ts'
import { phoneNumberHandlers } from './phone-numbers.ts'
import { createPhoneSystemBook, type PhoneSystemBook } from './phone-systems.ts'
import { refuseInput } from './refuse-input.ts'
import { sharedVoicemailHandlers } from './shared-voicemails.ts'
import { notFound, VendorRefusal } from './vendor-refusal.ts'

/** GoTo's Voice Admin API: routes, checks and answers follow the specification, the state is kept per account. */
export interface GotoVoice extends Service, Omit<PhoneSystemBook, 'of' | 'reset'> {}

export interface GotoVoiceContext extends ApiServiceContext {
  readonly accounts: VendorAccounts
}

const handlers: Handlers = {
  ...accountHandlers,
  ...callQueueHandlers,
  ...callRoutingHandlers,
  ...deviceHandlers,
  ...extensionHandlers,
  ...locationHandlers,
  ...phoneNumberHandlers,
  ...sharedVoicemailHandlers,
}

/** What GoTo's edge says where a fault names no code. */
const codeOf: Readonly<Record<number, string>> = {
  401: 'AUTHN_INVALID_TOKEN',
  403: 'UNAUTHORIZED',
  429: 'TOO_MANY_REQUESTS',
  503: 'UNAVAILABLE',
}

const api = playableApi(loadApiSpec('goto-voice'))

/** The operations that are played. */
export const gotoVoiceOperations: readonly string[] = api.operations

export function createGotoVoice(context: GotoVoiceContext): GotoVoice {
  const systems = createPhoneSystemBook(context.accounts, context.random)
  return { ...createApiService(api, context, createManners(context, systems)), ...systems }
}

function createManners({ grants, clock, random }: GotoVoiceContext, systems: PhoneSystemBook): ApiManners {
  return {
    vendor: 'goto',
    admit(authorization, operation) {
      const token = requireBearer(authorization, grants, clock.nowMs())
      checkScopes(token, operation)
      return token
    },
    handle({ operation, input, token }) {
      const caller = token.grant.account
      if (operation.adminOnly && caller.admin === false) {
        if (operation.parameters.some((parameter) => parameter.name === 'accountKey')) return ok(emptyPage())
        throw new VendorRefusal(403, 'UNAUTHORIZED', 'Only an admin may do this.')
      }
      const handler = handlers[operation.id]
      if (handler === undefined) throw new Error(`Nobody plays ${operation.id}.`)
      return handler({ ...input, caller, system: systems.of(caller.accountKey), random })
    },
    refuseInput,
    notFound,
    fault: (status, errorCode = codeOf[status] ?? 'UNKNOWN_ERROR') =>
      new VendorRefusal(status, errorCode, 'Played by a fault of the sandbox.'),
    describe: (thrown) => (thrown instanceof VendorRefusal ? describeRefusal(thrown, random) : undefined),
    // The few that the vendor documents for no operation.
    mayBeUndocumented: ({ answers }, status) => [400, 413].includes(status) && !answers.has(status),
  }
}

function describeRefusal({ status, errorCode, message, violations }: VendorRefusal, random: SeededRandom): Answer {
  const reference = random.uuid('reference')
  const constraintViolations = violations.length === 0 ? {} : { constraintViolations: violations }
  return jsonAnswer(status, { reference, errorCode, message, ...constraintViolations }, { error: errorCode })
}
