import { bodyOf, compact, created, isTimeZone, type Json, ok, pathOf, pick, textOf } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { isObject } from '../check-option.ts'
import { addUser, type Directory, type DirectoryUser, findByEmail, productsOf } from '../goto-directory/directory.ts'
import { deleteUser, type GotoTenant } from '../goto/goto-tenants.ts'
import { organizationRolesOf } from '../goto/roles.ts'
import type { TenantAsk, TenantHandlers } from '../goto/tenant-ask.ts'
import { offsetPage, project, readFilter } from './admin-list.ts'
import { noUser, refuse } from './admin-refusals.ts'

/** By which members of a user a filter may choose. */
const filterNames = ['key', 'email', 'firstName', 'lastName', 'locale', 'timeZone', 'status', 'groupKey', 'groupName']
const settingNames = ['email', 'firstName', 'lastName', 'locale', 'timeZone']

export const userHandlers: TenantHandlers = {
  getMe(ask) {
    const { caller, person, tenant } = ask
    const { account } = tenant.directory
    const adminRoles = caller.admin === false ? [] : person.adminRoles
    const organizationRoles = organizationRolesOf(caller)
    return ok({
      key: person.userKey,
      accountKey: tenant.accountKey,
      ...pick(showUser(tenant, person), [...settingNames, 'products']),
      adminRoles,
      accounts: [{ key: tenant.accountKey, name: account.get('name'), adminRoles }],
      createTime: person.createdMs,
      // Absent for people without any.
      ...(organizationRoles.length === 0 ? {} : { organizationRoles }),
    })
  },

  listUsers(ask) {
    const show = (user: DirectoryUser): Json => project(ask, showUser(ask.tenant, user))
    return offsetPage(ask, chosenUsers(ask), show)
  },

  getUser: (ask) => ok(project(ask, showUser(ask.tenant, requireUser(ask)))),

  // Clients saw 200 and 201; the newer one saw this.
  createUsers(ask) {
    const { directory } = ask.tenant
    const { users } = bodyOf(ask)
    const entries = Array.isArray(users) ? users.filter(isObject) : []
    const given = readGifts(directory, bodyOf(ask))
    const problems = entries.map(findProblem)
    const [problem] = problems.filter((each) => each !== undefined)
    if (ask.query.allOrNothing === true && problem !== undefined) throw badRequest(problem)
    const good = entries.filter((_, index) => problems[index] === undefined)
    return created(good.map((entry) => createUser(ask, entry, given)))
  },

  updateUser(ask) {
    const { directory } = ask.tenant
    const user = requireUser(ask)
    const body = bodyOf(ask)
    if (body.key !== undefined) throw badRequest('key cannot be changed.')
    const problem = findProblem({ ...user, ...body })
    if (problem !== undefined) throw badRequest(problem)
    const email = body.email === undefined ? user.email : textOf(body, 'email')
    const holder = findByEmail(directory, email)
    if (holder !== undefined && holder.userKey !== user.userKey) throw refuse(409, 'user.name.conflict', email)
    directory.users.replace(user.userKey, { ...user, ...pick(body, settingNames), ...readGifts(directory, body) })
    return ok()
  },

  deleteUser(ask) {
    deleteUser(ask.tenant, requireUser(ask))
    return ok()
  },

  deleteUserWithoutAccount(ask) {
    deleteUser(ask.tenant, requireUser(ask))
    return ok()
  },
}

/** Finds the users that the filter of the request chooses. */
export function chosenUsers(ask: TenantAsk): DirectoryUser[] {
  const fits = readFilter(ask, filterNames)
  return ask.tenant.directory.users.values().filter((user) => fits(showUser(ask.tenant, user)))
}

export function requireUser(ask: TenantAsk): DirectoryUser {
  const userKey = pathOf(ask, 'userKey')
  const user = ask.tenant.directory.users.find(userKey)
  if (user === undefined) throw noUser(userKey)
  return user
}

function showUser({ directory, system }: GotoTenant, user: DirectoryUser): Json {
  const { userKey, email, firstName, lastName, timeZone, locale, licenseKeys, products, adminRoles, status } = user
  const group = user.groupKey === undefined ? undefined : directory.groups.find(user.groupKey)
  const primary = system.extensions.values().find((extension) => extension.assignedPrimaryUserKey === userKey)
  return compact({
    key: userKey,
    email,
    firstName,
    lastName,
    timeZone,
    locale,
    licenseKeys,
    products,
    adminRoles,
    // What GoTo writes here is not known; these are the ids.
    roleSets: user.roleSetIds,
    status,
    admin: adminRoles.length > 0,
    groupKey: group?.groupKey,
    groupName: group?.name,
    settings: primary === undefined ? undefined : { JIVE: { primaryExtensionNumber: primary.number } },
  })
}

/** Somebody who exists already is answered as they are, and one who was deleted comes back. */
function createUser(ask: TenantAsk, entry: Json, given: Partial<DirectoryUser>): Json {
  const { directory } = ask.tenant
  const email = textOf(entry, 'email')
  const user = findByEmail(directory, email) ?? returnUser(directory, email) ?? invite(ask, entry, given)
  return { key: user.userKey, email: user.email }
}

function returnUser({ users, formerUsers }: Directory, email: string): DirectoryUser | undefined {
  const former = formerUsers.get(email.toLowerCase())
  if (former === undefined) return undefined
  formerUsers.delete(email.toLowerCase())
  return users.add(former.userKey, { ...former, status: 'ACTIVE' })
}

function invite({ tenant, nowMs, random }: TenantAsk, entry: Json, given: Partial<DirectoryUser>): DirectoryUser {
  const person = {
    email: textOf(entry, 'email'),
    firstName: textOf(entry, 'firstName'),
    lastName: textOf(entry, 'lastName'),
  }
  return addUser(
    tenant.directory,
    { ...person, ...pick(entry, ['locale', 'timeZone']), ...given, createdMs: nowMs },
    random,
  )
}

function findProblem({ firstName, lastName, timeZone }: Json): string | undefined {
  if (timeZone !== undefined && !isTimeZone(String(timeZone))) return 'timeZone must be an IANA name.'
  return [firstName, lastName].some((name) => String(name).trim() === '') ? 'A name must not be empty.' : undefined
}

/** Reads what users are given: licences, roles and a group. */
function readGifts(directory: Directory, body: Json): Partial<DirectoryUser> {
  const keys = readKeys(body.licenseKeys)
  const unknown = keys?.find((key) => directory.licenses.find(key) === undefined)
  if (unknown !== undefined) throw badRequest(`There is no licence ${unknown}.`)
  const groupKey = body.groupKey === undefined ? undefined : String(body.groupKey)
  if (groupKey !== undefined && directory.groups.find(groupKey) === undefined) {
    throw badRequest(`There is no group ${groupKey}.`)
  }
  return {
    ...(keys === undefined ? {} : { licenseKeys: keys, products: productsOf(directory, keys) }),
    ...(Array.isArray(body.adminRoles) ? { adminRoles: body.adminRoles.map(String) } : {}),
    ...(groupKey === undefined ? {} : { groupKey }),
  }
}

function readKeys(keys: unknown): string[] | undefined {
  return Array.isArray(keys) ? keys.map(String) : undefined
}
