import type { Outcome } from '@grantkit/contract'
import type { GotoScim, OperationId } from '../src/index.ts'

const aUser = { params: { path: { userKey: '2345678901' } } }
const aGroup = { params: { path: { groupKey: '3456789012' } } }
const user = {
  userName: 'ada@example.com',
  displayName: 'Ada Example',
  name: { givenName: 'Ada', familyName: 'Example' },
}
const group = { displayName: 'Engineering', members: [{ type: 'user', value: '2345678901' }] }

/** One valid call of every operation, written as a user would write it. */
export const calls: Record<OperationId, (scim: GotoScim) => Promise<Outcome>> = {
  listUsers: (scim) => scim.GET('/Users', { params: { query: { filter: 'userName sw "ada"' } } }),
  createUser: (scim) => scim.POST('/Users', { body: user }),
  getMe: (scim) => scim.GET('/Users/me'),
  replaceMe: (scim) => scim.PUT('/Users/me', { body: user }),
  updateMe: (scim) => scim.PATCH('/Users/me', { body: { locale: 'en_US' } }),
  getUser: (scim) => scim.GET('/Users/{userKey}', aUser),
  replaceUser: (scim) => scim.PUT('/Users/{userKey}', { ...aUser, body: user }),
  updateUser: (scim) => scim.PATCH('/Users/{userKey}', { ...aUser, body: { displayName: 'Ada E.' } }),
  deleteUser: (scim) => scim.DELETE('/Users/{userKey}', aUser),
  listGroups: (scim) =>
    scim.GET('/Groups', { params: { query: { sortBy: 'displayName', startIndex: 51, count: 50 } } }),
  createGroup: (scim) => scim.POST('/Groups', { body: group }),
  getGroup: (scim) => scim.GET('/Groups/{groupKey}', aGroup),
  replaceGroup: (scim) => scim.PUT('/Groups/{groupKey}', { ...aGroup, body: group }),
  updateGroup: (scim) => scim.PATCH('/Groups/{groupKey}', { ...aGroup, body: { members: group.members } }),
  deleteGroup: (scim) => scim.DELETE('/Groups/{groupKey}', aGroup),
  getUserSchema: (scim) => scim.GET('/Schemas/Users'),
  getServiceProviderConfigs: (scim) => scim.GET('/ServiceProviderConfigs'),
}
