import { bodyOf, created, type Json, ok, pathOf, queryNumber, queryText, textOf } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { isObject } from '../check-option.ts'
import { makeKey, type OrganizationGroup } from '../goto-directory/directory.ts'
import type { TenantAsk, TenantHandlers } from '../goto/tenant-ask.ts'
import { attributeOf, readFilter } from './scim-filter.ts'
import { conflict, notAuthorized } from './scim-refusals.ts'

const filterRules = { attributes: ['displayName'], operators: ['eq', 'sw', 'co'] }

function showGroup({ origin }: TenantAsk, { groupKey, displayName, members, createdMs }: OrganizationGroup): Json {
  const location = `${origin}/identity/v1/Groups/${groupKey}`
  return { id: groupKey, displayName, members, meta: { created: new Date(createdMs).toISOString(), location } }
}

export const groupHandlers: TenantHandlers = {
  listGroups(ask) {
    const fits = readFilter(queryText(ask, 'filter'), filterRules)
    const all = ask.tenant.directory.organizationGroups.values().map((group) => showGroup(ask, group))
    const resources = sort(ask, all.filter(fits))
    const first = (queryNumber(ask, 'startIndex') ?? 1) - 1
    const page = resources.slice(first, first + (queryNumber(ask, 'count') ?? resources.length))
    return ok({ totalResults: resources.length, resources: page })
  },

  createGroup(ask) {
    const { accountKey, organizationGroups } = ask.tenant.directory
    const definition = readDefinition(ask)
    const groupKey = makeKey(ask.random, accountKey, 'organization group')
    const group = { groupKey, displayName: '', members: [], createdMs: ask.nowMs, ...definition }
    return created(showGroup(ask, organizationGroups.add(groupKey, group)))
  },

  getGroup: (ask) => ok(showGroup(ask, requireGroup(ask))),
  replaceGroup: (ask) => ok(change(ask, { ...requireGroup(ask), members: [] })),
  updateGroup: (ask) => ok(change(ask, requireGroup(ask))),

  deleteGroup(ask) {
    const { groupKey } = requireGroup(ask)
    const { organizationGroups } = ask.tenant.directory
    organizationGroups.remove(groupKey)
    for (const group of organizationGroups.values()) {
      const members = group.members.filter(({ value }) => value !== groupKey)
      organizationGroups.replace(group.groupKey, { ...group, members })
    }
    return ok()
  },
}

/** `descending` is SCIM's; only the other word is printed by the vendor. */
function sort(ask: TenantAsk, groups: readonly Json[]): readonly Json[] {
  const sortBy = queryText(ask, 'sortBy')
  if (sortBy === undefined) return groups
  const sign = queryText(ask, 'sortOrder') === 'descending' ? -1 : 1
  return groups.toSorted((a, b) => sign * compare(attributeOf(a, sortBy), attributeOf(b, sortBy)))
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

function change(ask: TenantAsk, group: OrganizationGroup): Json {
  const changed = { ...group, ...readDefinition(ask, group) }
  return showGroup(ask, ask.tenant.directory.organizationGroups.replace(group.groupKey, changed))
}

/** A group that the organisation does not have is answered as one that may not be seen. */
function requireGroup(ask: TenantAsk): OrganizationGroup {
  const group = ask.tenant.directory.organizationGroups.find(pathOf(ask, 'groupKey'))
  if (group === undefined) throw notAuthorized()
  return group
}

function readDefinition(ask: TenantAsk, group?: OrganizationGroup): Partial<OrganizationGroup> {
  const body = bodyOf(ask)
  return {
    ...(body.displayName === undefined ? {} : { displayName: readName(ask, textOf(body, 'displayName'), group) }),
    ...(Array.isArray(body.members)
      ? { members: body.members.filter(isObject).map((each) => readMember(ask, each)) }
      : {}),
  }
}

function readName({ tenant }: TenantAsk, name: string, group?: OrganizationGroup): string {
  if (name.trim() === '') throw badRequest('displayName must not be empty.')
  const holder = tenant.directory.organizationGroups.values().find(({ displayName }) => displayName === name)
  if (holder !== undefined && holder.groupKey !== group?.groupKey) throw conflict('The display name is in use.')
  return name
}

/** Members must be in the organisation. */
function readMember({ tenant }: TenantAsk, member: Json): { type: string; value: string } {
  const [type, value] = [textOf(member, 'type'), textOf(member, 'value')]
  const { users, organizationGroups } = tenant.directory
  const isThere =
    type === 'user' ? users.find(value)?.inOrganization === true : organizationGroups.find(value) !== undefined
  if (!['user', 'group'].includes(type) || !isThere) throw badRequest(`There is no ${type} ${value} to be a member.`)
  return { type, value }
}
