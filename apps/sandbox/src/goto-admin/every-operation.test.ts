import { accountUrl, adminUrl, atGoto, get, rowsOf } from '../../test/goto-client.ts'
import { describeOperations, type Samples } from '../../test/describe-operations.ts'
import { accountKey } from '../../test/play-client.ts'
import type { Sandbox } from '../sandbox.ts'

async function samples(sandbox: Sandbox, token: string): Promise<Samples> {
  const first = async (list: string, member = 'key'): Promise<string> => {
    const [row] = rowsOf(await get(sandbox, token, `${accountUrl}/${list}`), 'results')
    return String(row?.[member])
  }
  const userKey = rowsOf(await get(sandbox, token, `${accountUrl}/users`), 'results').at(-1)?.key as string
  const groupKey = await first('groups')
  const roleSetId = await first('rolesets', 'id')
  const [account, user, group] = [{ accountKey }, { accountKey, userKey }, { accountKey, groupKey }]
  const users = [{ email: 'zoe@example.com', firstName: 'Zoe', lastName: 'Example' }]
  const licenseKeys = [Number(await first('licenses'))]
  return {
    getMe: {},
    getAccount: { path: account },
    updateAccount: { path: account, body: { name: 'Sample Inc' } },
    listAttributes: { path: account, query: '?offset=0&pageSize=200' },
    createAttribute: { path: account, body: { name: 'Floor' } },
    listGroups: { path: account, query: '?filter=(name%3D%22Sales%22)' },
    createGroup: { path: account, body: { name: 'North' } },
    getGroup: { path: group },
    updateGroup: { path: group, body: { name: 'South' } },
    deleteGroup: { path: group },
    moveUsersToGroup: { path: { ...group, userKeys: userKey } },
    removeUserFromGroups: { path: user },
    listLicenses: { path: account },
    listUsers: { path: account, query: '?attributes=key,email' },
    createUsers: { path: account, query: '?allOrNothing=true', body: { users, licenseKeys, groupKey } },
    getUser: { path: user },
    updateUser: { path: user, body: { firstName: 'Rada', adminRoles: ['MANAGE_USERS'] } },
    deleteUser: { path: user },
    deleteUserWithoutAccount: { path: { userKey } },
    listRoleSets: { path: account },
    createRoleSet: { path: account, body: { name: 'Service desk' } },
    updateRoleSet: { path: { ...account, roleSetId }, body: { name: 'Service desk' } },
    assignRoleSet: { path: { ...account, roleSetId }, query: '?filter=status%20eq%20%22ACTIVE%22' },
    unassignRoleSets: { path: account, query: '?filter=status%20eq%20%22ACTIVE%22' },
    listTemplates: { path: account },
    createTemplate: { path: account, body: {} },
    updateTemplate: { path: { ...account, templateKey: await first('templates') }, body: {} },
  }
}

describeOperations({
  name: 'goto-admin',
  base: adminUrl,
  operations: 27,
  samples,
  ...atGoto,
  withoutToken: { status: 401, body: { errors: [{ code: 'not.authenticated' }] } },
  withoutScope: { status: 401, body: { errors: [{ code: 'not.authenticated' }] } },
})
