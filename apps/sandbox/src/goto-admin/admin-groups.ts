import { bodyOf, type Json, ok, pathOf, textOf } from '../api/handler.ts'
import { badRequest } from '../api/vendor-refusal.ts'
import { type Directory, type DirectoryGroup, makeKey } from '../goto-directory/directory.ts'
import type { TenantAsk, TenantHandlers } from '../goto/tenant-ask.ts'
import { offsetPage, readFilter } from './admin-list.ts'
import { noGroup, noUser, refuse } from './admin-refusals.ts'
import { requireUser } from './admin-users.ts'

/** How a group above another is named when one is created is not known, so all groups are at the top. */
function showGroup({ users }: Directory, { groupKey, name }: DirectoryGroup): Json {
  const members = users.values().filter((user) => user.groupKey === groupKey)
  const userKeys = members.map(({ userKey }) => userKey)
  return { key: groupKey, name, keyPath: [groupKey], namePath: [name], userKeys, totalMemberCount: userKeys.length }
}

export const groupHandlers: TenantHandlers = {
  listGroups(ask) {
    const { directory } = ask.tenant
    const fits = readFilter(ask, ['key', 'name'])
    const chosen = directory.groups.values().filter(({ groupKey, name }) => fits({ key: groupKey, name }))
    return offsetPage(ask, chosen, (group) => showGroup(directory, group))
  },

  // One client reads a bare key here, another one an object with an id.
  createGroup(ask) {
    const { accountKey, groups } = ask.tenant.directory
    const name = readName(ask)
    const groupKey = makeKey(ask.random, accountKey, 'group')
    return ok(groups.add(groupKey, { groupKey, name }).groupKey)
  },

  getGroup: (ask) => ok(showGroup(ask.tenant.directory, requireGroup(ask))),

  updateGroup(ask) {
    const { groupKey } = requireGroup(ask)
    if (bodyOf(ask).key !== undefined) throw badRequest('key cannot be changed.')
    ask.tenant.directory.groups.replace(groupKey, { groupKey, name: readName(ask, groupKey) })
    return ok()
  },

  deleteGroup(ask) {
    ask.tenant.directory.groups.remove(requireGroup(ask).groupKey)
    return ok()
  },

  moveUsersToGroup(ask) {
    const { users } = ask.tenant.directory
    const { groupKey } = requireGroup(ask)
    const moved = pathOf(ask, 'userKeys')
      .split(',')
      .map((userKey) => {
        const user = users.find(userKey)
        if (user === undefined) throw noUser(userKey)
        return user
      })
    for (const user of moved) users.replace(user.userKey, { ...user, groupKey })
    return ok()
  },

  removeUserFromGroups(ask) {
    const user = requireUser(ask)
    ask.tenant.directory.users.replace(user.userKey, { ...user, groupKey: undefined })
    return ok()
  },
}

function requireGroup(ask: TenantAsk): DirectoryGroup {
  const groupKey = pathOf(ask, 'groupKey')
  const group = ask.tenant.directory.groups.find(groupKey)
  if (group === undefined) throw noGroup(groupKey)
  return group
}

function readName(ask: TenantAsk, except?: string): string {
  const name = textOf(bodyOf(ask), 'name')
  if (name.trim() === '') throw refuse(400, 'group.name.required', 'name')
  const isTaken = ask.tenant.directory.groups.values().some((group) => group.name === name && group.groupKey !== except)
  if (isTaken) throw refuse(409, 'group.name.conflict', name)
  return name
}
