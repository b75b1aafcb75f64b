import { bodyOf, created, isTimeZone, type Json, ok, pathOf, pick, queryText, textOf } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { isObject } from '../check-option.ts'
import { addUser, type DirectoryUser, domainOf, findByEmail } from '../goto-directory/directory.ts'
import type { TenantAsk, TenantHandlers } from '../goto/tenant-ask.ts'
import { readFilter } from './scim-filter.ts'
import { conflict, noUser } from './scim-refusals.ts'

const filterRules = {
  attributes: ['userName', 'displayName', 'name.givenName', 'name.familyName'],
  operators: ['eq', 'sw'],
}

/** What PUT resets where it is left out. */
const defaults = { locale: 'en_US', timezone: 'America/New_York' }

export const userHandlers: TenantHandlers = {
  listUsers(ask) {
    const fits = readFilter(queryText(ask, 'filter'), filterRules)
    const resources = organizationUsers(ask)
      .map((user) => showUser(ask, user))
      .filter(fits)
    return ok({ totalResults: resources.length, resources })
  },

  /** Somebody the account has already comes into the organisation. */
  createUser(ask) {
    const { directory } = ask.tenant
    const body = bodyOf(ask)
    const email = textOf(body, 'userName')
    checkDefinition(ask, body)
    const known = findByEmail(directory, email)
    if (known?.inOrganization === true) throw conflict('The user name is in use.')
    const changes = { ...readChanges(body), inOrganization: true }
    if (known !== undefined) return created(showUser(ask, replace(ask, { ...known, ...changes })))
    const { givenName = '', familyName = '' } = isObject(body.name) ? body.name : {}
    const person = { email, firstName: String(givenName), lastName: String(familyName), createdMs: ask.nowMs }
    return created(showUser(ask, addUser(directory, { ...person, ...changes }, ask.random)))
  },

  getUser: (ask) => ok(showUser(ask, requireUser(ask))),
  replaceUser: (ask) => ok(replaceWhole(ask, requireUser(ask))),
  updateUser: (ask) => ok(change(ask, requireUser(ask))),

  deleteUser(ask) {
    const user = requireUser(ask)
    const { organizationGroups } = ask.tenant.directory
    for (const group of organizationGroups.values()) {
      const members = group.members.filter(({ value }) => value !== user.userKey)
      organizationGroups.replace(group.groupKey, { ...group, members })
    }
    replace(ask, { ...user, inOrganization: false })
    return ok()
  },

  getMe: (ask) => ok({ ...showUser(ask, requireMe(ask)), [getgoUrn]: { accounts: [showAccount(ask)] } }),
  replaceMe: (ask) => ok(replaceWhole(ask, requireMe(ask))),
  updateMe: (ask) => ok(change(ask, requireMe(ask))),
}

const getgoUrn = 'urn:scim:schemas:extension:getgo:1.0'

/** The account as the extension of live answers names it. */
function showAccount({ tenant, caller, person }: TenantAsk): Json {
  const entitlements = [
    ...(caller.admin === false ? [] : ['acctadmin']),
    ...(person.products.includes('JIVE') ? ['gotoconnect', 'jive'] : []),
  ]
  return { value: tenant.accountKey, display: tenant.directory.account.get('name'), entitlements }
}

function organizationUsers({ tenant }: TenantAsk): DirectoryUser[] {
  return tenant.directory.users.values().filter((user) => user.inOrganization)
}

function showUser({ origin }: TenantAsk, user: DirectoryUser): Json {
  const { userKey, email, displayName, firstName, lastName, locale, timeZone, createdMs } = user
  return {
    id: userKey,
    userName: email,
    displayName,
    name: { givenName: firstName, familyName: lastName },
    locale,
    timezone: timeZone,
    meta: { created: new Date(createdMs).toISOString(), location: `${origin}/identity/v1/Users/${userKey}` },
  }
}

function requireUser(ask: TenantAsk): DirectoryUser {
  const user = ask.tenant.directory.users.find(pathOf(ask, 'userKey'))
  if (user === undefined || !user.inOrganization) throw noUser()
  return user
}

function requireMe({ person }: TenantAsk): DirectoryUser {
  if (!person.inOrganization) throw noUser()
  return person
}

function change(ask: TenantAsk, user: DirectoryUser): Json {
  const body = bodyOf(ask)
  checkDefinition(ask, body, user)
  const { givenName = user.firstName, familyName = user.lastName } = isObject(body.name) ? body.name : {}
  const name = { firstName: String(givenName), lastName: String(familyName) }
  return showUser(ask, replace(ask, { ...user, ...readChanges(body), ...name }))
}

/** PUT changes display name, locale, time zone, user name and password, so the name stays. */
function replaceWhole(ask: TenantAsk, user: DirectoryUser): Json {
  const body = bodyOf(ask)
  if (body.userName === undefined) throw badRequest('userName is missing.')
  checkDefinition(ask, body, user)
  const displayName = `${user.firstName} ${user.lastName}`.trim()
  return showUser(ask, replace(ask, { ...user, ...readChanges({ displayName, ...defaults, ...body }) }))
}

function replace({ tenant }: TenantAsk, user: DirectoryUser): DirectoryUser {
  return tenant.directory.users.replace(user.userKey, user)
}

function readChanges(body: Json): Partial<DirectoryUser> {
  const { userName: email, timezone: timeZone } = body
  return { ...pick(body, ['displayName', 'locale']), ...pick({ email, timeZone }, ['email', 'timeZone']) }
}

function checkDefinition({ tenant }: TenantAsk, { userName, locale, timezone }: Json, user?: DirectoryUser): void {
  if (locale !== undefined && !/^[a-z]{2,3}([_-][A-Z]{2})?$/.test(String(locale))) {
    throw badRequest('locale must be a language, with or without a country.')
  }
  if (timezone !== undefined && !isTimeZone(String(timezone))) throw badRequest('timezone is not known.')
  if (userName === undefined) return
  const email = String(userName)
  if (!tenant.directory.domains.has(domainOf(email))) throw badRequest('userName is not of a verified domain.')
  const holder = findByEmail(tenant.directory, email)
  if (holder !== undefined && user !== undefined && holder.userKey !== user.userKey) {
    throw conflict('The user name is in use.')
  }
}
