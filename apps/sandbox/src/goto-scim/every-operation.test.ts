import { expect } from 'vitest'
import { describeOperations, type Samples } from '../../test/describe-operations.ts'
import { atGoto, get, rowsOf, scimUrl } from '../../test/goto-client.ts'
import type { Sandbox } from '../sandbox.ts'

async function samples(sandbox: Sandbox, token: string): Promise<Samples> {
  const last = async (list: string): Promise<string> =>
    String(rowsOf(await get(sandbox, token, `${scimUrl}/${list}`), 'resources').at(-1)?.id)
  const [userKey, groupKey] = [await last('Users'), await last('Groups')]
  const user = { userName: 'zoe@example.com', displayName: 'Zoe', name: { givenName: 'Zoe', familyName: 'Example' } }
  const me = { userName: 'ada.example@example.com', locale: 'de', timezone: 'Europe/Berlin' }
  const members = [{ type: 'user', value: userKey }]
  return {
    listUsers: { query: '?filter=userName%20sw%20%22ada%22' },
    createUser: { body: user },
    getUser: { path: { userKey } },
    replaceUser: { path: { userKey }, body: user },
    updateUser: { path: { userKey }, body: { displayName: 'Z.' } },
    deleteUser: { path: { userKey } },
    getMe: {},
    replaceMe: { body: me },
    updateMe: { body: { displayName: 'Ada E.' } },
    listGroups: { query: '?sortBy=displayName&startIndex=1&count=10' },
    createGroup: { body: { displayName: 'Sales', members } },
    getGroup: { path: { groupKey } },
    replaceGroup: { path: { groupKey }, body: { displayName: 'Sales', members } },
    updateGroup: { path: { groupKey }, body: { members } },
    deleteGroup: { path: { groupKey } },
    getUserSchema: {},
    getServiceProviderConfigs: {},
  }
}

describeOperations({
  name: 'goto-scim',
  base: scimUrl,
  operations: 17,
  samples,
  ...atGoto,
  withoutToken: { status: 403, body: { error: [{ uri: expect.stringContaining('/identity/v1/') }] } },
  withoutScope: { status: 403, body: { error: [{ uri: expect.stringContaining('/identity/v1/') }] } },
})
