import type { SandboxAccount } from '../accounts.ts'
import type { Admitted, Told } from '../api/api-service.ts'
import { type Handlers, requireHandler } from '../api/handler.ts'
import type { ApiInput } from '../api/read-input.ts'
import type { VendorRefusal } from '../api/vendor-refusal.ts'
import type { DirectoryUser } from '../goto-directory/directory.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { GotoContext, GotoManners } from './goto-api.ts'
import type { GotoTenant } from './goto-tenants.ts'
import { hasRole } from './roles.ts'

/** A request that passed the specification, of a person who may make it. */
export interface TenantAsk extends ApiInput {
  readonly caller: SandboxAccount
  /** Who the caller is in the directory. */
  readonly person: DirectoryUser
  readonly tenant: GotoTenant
  /** Where the API was asked: scheme and host. */
  readonly origin: string
  readonly nowMs: number
  readonly random: SeededRandom
}

export type TenantHandlers = Handlers<TenantAsk>

/** Finds the person and the handler of a request. A token of somebody who was deleted is no longer valid. */
export function handleForTenant(
  handlers: TenantHandlers,
  { tenants, clock, random }: GotoContext,
  refuse: Pick<GotoManners, 'refuseBearer'> & { readonly missingRole: () => VendorRefusal },
): (admitted: Admitted) => Told {
  return ({ operation, input, token, origin }) => {
    const caller = token.grant.account
    const tenant = tenants.of(caller.accountKey)
    const person = tenants.personOf(caller)
    if (person === undefined) throw refuse.refuseBearer('invalid')
    if (!hasRole(caller, operation.role)) throw refuse.missingRole()
    const ask = { ...input, caller, person, tenant, origin, nowMs: clock.nowMs(), random }
    return requireHandler(handlers, operation.id)(ask)
  }
}
