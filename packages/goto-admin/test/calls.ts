import type { Outcome } from '@grantkit/contract'
import type { GotoAdmin, OperationId } from '../src/index.ts'

const userKey = '2345678901'
const groupKey = '4567890123'
const roleSetId = '7890123456'
const aUser = { params: { path: { userKey } } }
const aGroup = { params: { path: { groupKey } } }
const aRoleSet = { params: { path: { roleSetId } } }
const filter = 'email eq "ada@example.com"'
const page = { params: { query: { offset: 0, pageSize: 200 } } }

/** One valid call of every operation, written as a user would write it. */
export const calls: Record<OperationId, (admin: GotoAdmin<'accountKey'>) => Promise<Outcome>> = {
  getMe: (admin) => admin.GET('/me'),
  getAccount: (admin) => admin.GET('/accounts/{accountKey}'),
  updateAccount: (admin) => admin.PUT('/accounts/{accountKey}', { body: {} }),
  listAttributes: (admin) => admin.GET('/accounts/{accountKey}/attributes', page),
  createAttribute: (admin) => admin.POST('/accounts/{accountKey}/attributes', { body: { name: 'Department' } }),
  listGroups: (admin) =>
    admin.GET('/accounts/{accountKey}/groups', { params: { query: { filter: '(name="Sales")' } } }),
  createGroup: (admin) => admin.POST('/accounts/{accountKey}/groups', { body: { name: 'Sales' } }),
  getGroup: (admin) => admin.GET('/accounts/{accountKey}/groups/{groupKey}', aGroup),
  updateGroup: (admin) => admin.PUT('/accounts/{accountKey}/groups/{groupKey}', { ...aGroup, body: { name: 'North' } }),
  deleteGroup: (admin) => admin.DELETE('/accounts/{accountKey}/groups/{groupKey}', aGroup),
  moveUsersToGroup: (admin) =>
    admin.PUT('/accounts/{accountKey}/groups/{groupKey}/users/{userKeys}', {
      params: { path: { groupKey, userKeys: userKey } },
    }),
  removeUserFromGroups: (admin) => admin.DELETE('/accounts/{accountKey}/users/{userKey}/groups', aUser),
  listLicenses: (admin) => admin.GET('/accounts/{accountKey}/licenses', page),
  listUsers: (admin) =>
    admin.GET('/accounts/{accountKey}/users', { params: { query: { filter, attributes: 'key,email' } } }),
  createUsers: (admin) =>
    admin.POST('/accounts/{accountKey}/users', {
      params: { query: { allOrNothing: true } },
      body: {
        users: [{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Example' }],
        licenseKeys: ['5678901234'],
        groupKey,
      },
    }),
  getUser: (admin) => admin.GET('/accounts/{accountKey}/users/{userKey}', aUser),
  updateUser: (admin) =>
    admin.PUT('/accounts/{accountKey}/users/{userKey}', { ...aUser, body: { adminRoles: ['MANAGE_USERS'] } }),
  deleteUser: (admin) => admin.DELETE('/accounts/{accountKey}/users/{userKey}', aUser),
  deleteUserWithoutAccount: (admin) => admin.DELETE('/users/{userKey}', aUser),
  listRoleSets: (admin) => admin.GET('/accounts/{accountKey}/rolesets', page),
  createRoleSet: (admin) => admin.POST('/accounts/{accountKey}/rolesets', { body: { name: 'Help desk' } }),
  updateRoleSet: (admin) =>
    admin.PUT('/accounts/{accountKey}/rolesets/{roleSetId}', { ...aRoleSet, body: { name: 'Service desk' } }),
  assignRoleSet: (admin) =>
    admin.PUT('/accounts/{accountKey}/rolesets/{roleSetId}/users', {
      params: { path: { roleSetId }, query: { filter } },
    }),
  unassignRoleSets: (admin) => admin.DELETE('/accounts/{accountKey}/users/rolesets', { params: { query: { filter } } }),
  listTemplates: (admin) => admin.GET('/accounts/{accountKey}/templates', page),
  createTemplate: (admin) => admin.POST('/accounts/{accountKey}/templates', { body: {} }),
  updateTemplate: (admin) =>
    admin.PUT('/accounts/{accountKey}/templates/{templateKey}', {
      params: { path: { templateKey: '8901234567' } },
      body: {},
    }),
}
