import {
  type Admitted,
  type ApiServiceContext,
  createApiService,
  type PlayableApi,
  type Told,
} from '../api/api-service.ts'
import type { ApiOperation } from '../api/api-spec.ts'
import type { InputProblem } from '../api/read-input.ts'
import { VendorRefusal } from '../api/vendor-refusal.ts'
import type { Answer, Call } from '../call.ts'
import { type BearerProblem, coversScopes, judgeBearer } from '../oauth/judge-bearer.ts'
import type { Service } from '../service.ts'
import type { GotoTenants } from './goto-tenants.ts'

export interface GotoContext extends ApiServiceContext {
  readonly tenants: GotoTenants
}

/** What GoTo's APIs do each in their own way. */
export interface GotoManners {
  /** The answer to a token that is not taken. */
  refuseBearer(problem: BearerProblem): VendorRefusal
  /** The answer to a token without a scope. */
  missingScope(): VendorRefusal
  /** Reads the query where the API does not do it as its specification says. */
  readQuery?(url: URL): URLSearchParams
  handle(admitted: Admitted): Told
  refuseInput(operation: ApiOperation, problem: InputProblem): VendorRefusal
  /** Writes a refusal; its code may be left to the API. */
  word(refusal: VendorRefusal, call: Call): Answer
}

/** Plays one of GoTo's APIs. */
export function createGotoApi(api: PlayableApi, context: GotoContext, manners: GotoManners): Service {
  const { handle, refuseInput, readQuery } = manners
  const service = createApiService(api, context, {
    vendor: 'goto',
    admit(authorization, { scopes }) {
      const token = judgeBearer(authorization, 'goto', { grants: context.grants, nowMs: context.clock.nowMs() })
      if (typeof token === 'string') throw manners.refuseBearer(token)
      if (!coversScopes(token, scopes)) throw manners.missingScope()
      return token
    },
    ...(readQuery === undefined ? {} : { readQuery }),
    handle,
    refuseInput,
    notFound: () => new VendorRefusal(404, 'NOT_FOUND', 'There is nothing at this path.'),
    fault: (status, errorCode) => new VendorRefusal(status, errorCode, 'Played by a fault of the sandbox.'),
    describe: (thrown, call) => (thrown instanceof VendorRefusal ? manners.word(thrown, call) : undefined),
    // The few that the vendor documents for no operation.
    mayBeUndocumented: ({ answers }, status) => [400, 413].includes(status) && !answers.has(status),
  })
  // What the API shows is kept with the tenants, which are reset by themselves.
  return { ...service, reset: () => {} }
}
