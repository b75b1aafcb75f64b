import type { Told } from '../api/api-service.ts'
import type { Collection } from '../api/collection.ts'
import { bodyOf, compact, type Json, ok, pathOf } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { makeKey } from '../goto-directory/directory.ts'
import type { TenantAsk, TenantHandlers } from '../goto/tenant-ask.ts'
import { offsetPage } from './admin-list.ts'
import { chosenUsers } from './admin-users.ts'

/** The account, and things of which little more is known than that they can be listed: what is sent is kept and shown. */
export const thingHandlers: TenantHandlers = {
  getAccount: (ask) => ok(Object.fromEntries(ask.tenant.directory.account)),

  updateAccount(ask) {
    const { key, name, ...others } = bodyOf(ask)
    if (key !== undefined) throw badRequest('key cannot be changed.')
    if (name !== undefined && typeof name !== 'string') throw badRequest('name must be a text.')
    const changes = name === undefined ? others : { ...others, name }
    for (const [member, value] of Object.entries(changes)) ask.tenant.directory.account.set(member, value)
    return ok()
  },

  listLicenses: (ask) =>
    offsetPage(ask, ask.tenant.directory.licenses.values(), ({ licenseKey, products }) => {
      return { key: licenseKey, products }
    }),

  listAttributes: (ask) => offsetPage(ask, ask.tenant.directory.attributes.values(), (attribute) => attribute),
  createAttribute: (ask) => ok(addThing(ask, ask.tenant.directory.attributes, 'key')),

  listTemplates: (ask) => offsetPage(ask, ask.tenant.directory.templates.values(), (template) => template),
  createTemplate(ask) {
    addThing(ask, ask.tenant.directory.templates, 'key')
    // An object without the key, as far as one client tells.
    return ok(bodyOf(ask))
  },
  updateTemplate: (ask) => updateThing(ask, ask.tenant.directory.templates, pathOf(ask, 'templateKey')),

  listRoleSets: (ask) => offsetPage(ask, ask.tenant.directory.roleSets.values(), (roleSet) => roleSet),
  createRoleSet: (ask) => ok({ id: addThing(ask, ask.tenant.directory.roleSets, 'id') }),
  updateRoleSet: (ask) => updateThing(ask, ask.tenant.directory.roleSets, pathOf(ask, 'roleSetId')),

  assignRoleSet(ask) {
    const { roleSets, users } = ask.tenant.directory
    const id = pathOf(ask, 'roleSetId')
    roleSets.require(id)
    for (const user of chosenUsers(ask)) {
      users.replace(user.userKey, { ...user, roleSetIds: [...new Set([...user.roleSetIds, id])] })
    }
    return ok()
  },

  unassignRoleSets(ask) {
    const { users } = ask.tenant.directory
    for (const user of chosenUsers(ask)) users.replace(user.userKey, { ...user, roleSetIds: [] })
    return ok()
  },
}

function addThing({ tenant, random, ...ask }: TenantAsk, things: Collection<Json>, idName: 'key' | 'id'): string {
  const id = makeKey(random, tenant.accountKey, 'thing')
  things.add(id, { ...bodyOf(ask), [idName]: id })
  return id
}

function updateThing(ask: TenantAsk, things: Collection<Json>, id: string): Told {
  const { key, id: ownId, ...thing } = things.require(id)
  things.replace(id, { ...thing, ...bodyOf(ask), ...compact({ key, id: ownId }) })
  return ok()
}
