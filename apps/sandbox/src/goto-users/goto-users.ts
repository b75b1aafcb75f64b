import { playableApi } from '../api/api-service.ts'
import { loadApiSpec } from '../api/api-spec.ts'
import { type Json, ok, pathOf, queryText } from '../api/handler.ts'
import type { InputProblem } from '../api/read-input.ts'
import { notFound, VendorRefusal } from '../api/vendor-refusal.ts'
import { type ConnectBearerCodes, connectManners } from '../goto-connect/connect-manners.ts'
import { badRequest, invalid } from '../goto-connect/connect-refusals.ts'
import { cutPage } from '../goto-connect/cut-page.ts'
import { type DirectoryUser, findByEmail } from '../goto-directory/directory.ts'
import { createGotoApi, type GotoContext } from '../goto/goto-api.ts'
import type { GotoTenant } from '../goto/goto-tenants.ts'
import { handleForTenant, type TenantAsk, type TenantHandlers } from '../goto/tenant-ask.ts'
import type { Service } from '../service.ts'

/** Without the prefix that other APIs of the host have, and with no code for a malformed token. */
const bearerCodes: ConnectBearerCodes = {
  missing: 'INVALID_TOKEN',
  unsupported_scheme: 'UNSUPPORTED_SCHEME',
  malformed: 'INVALID_TOKEN',
  invalid: 'INVALID_TOKEN',
  expired: 'EXPIRED_TOKEN',
}

const handlers: TenantHandlers = {
  listUsers(ask) {
    const { tenant } = ask
    if (ask.query.accountKey !== tenant.accountKey) throw unauthorized()
    const query = { pageMarker: queryText(ask, 'pageMarker') }
    const show = ({ userKey, userId }: DirectoryUser): Json => ({ userKey, userId, lines: linesOf(tenant, userKey) })
    return ok(cutPage(tenant.directory.users, { list: 'users', query, show }))
  },

  // An e-mail address in place of the key still works at GoTo.
  listUserLines(ask) {
    const { directory } = ask.tenant
    const wanted = pathOf(ask, 'userKey')
    const user = directory.users.find(wanted) ?? findByEmail(directory, wanted)
    const isOwn = user?.userKey === ask.person.userKey
    if (user === undefined || (!isOwn && ask.caller.admin === false)) throw notFound()
    return ok({ items: linesOf(ask.tenant, user.userKey) })
  },

  listLines: ({ tenant, person }: TenantAsk) => ok({ items: linesOf(tenant, person.userKey) }),

  // Nobody has recorded what it answers, so it says nothing.
  getMe: () => ok({}),
}

const api = playableApi(loadApiSpec('goto-users'))

/** Plays GoTo's Users API: the people of the directory, with their lines in the phone system. */
export function createGotoUsers(context: GotoContext): Service {
  const manners = connectManners(bearerCodes, context.random)
  return createGotoApi(api, context, {
    ...manners,
    handle: handleForTenant(handlers, context, { ...manners, missingRole: unauthorized }),
    refuseInput: (_operation, problem) => refuseInput(problem),
  })
}

/** Nothing here takes a body. */
function refuseInput(problem: InputProblem): VendorRefusal {
  switch (problem.type) {
    case 'parameter':
      return badRequest(problem.parameter.name, problem.missing ? 'REQUIRED' : 'INVALID')
    case 'malformed_address':
      return invalid('BAD_REQUEST', 'A percent code is malformed.')
    default:
      return new VendorRefusal(413, 'PAYLOAD_TOO_LARGE', 'The request is too large.')
  }
}

function unauthorized(): VendorRefusal {
  return new VendorRefusal(403, 'UNAUTHORIZED', 'Only an admin of the account may do this.')
}

/** Whoever has an extension has a line of the same id; it is the main line of its primary user (inferred). */
function linesOf({ directory, system }: GotoTenant, userKey: string): Json[] {
  const organization = { id: system.organizationId, name: directory.account.get('name') }
  return system.extensions
    .values()
    .filter((each) => each.assignedPrimaryUserKey === userKey || each.assignedSecondaryUserKeys.includes(userKey))
    .map(({ id, name, number, assignedPrimaryUserKey }) => {
      return { id, name, number, primary: assignedPrimaryUserKey === userKey, organization, region: 'US' }
    })
}
