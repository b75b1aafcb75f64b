import { beforeEach, describe, expect, test } from 'vitest'
import { accountUrl, adminUrl, rowsOf } from '../../test/goto-client.ts'
import { accountKey, callAt, signIn, startMs } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

let sandbox: Sandbox
let token: string

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  token = (await signIn(sandbox)).access
})

const ask = (method: string, path: string, body?: unknown) => callAt(sandbox, token, method, path, body)
const list = async (path: string) => rowsOf((await ask('GET', `${accountUrl}/${path}`)).body, 'results')
const filtered = (text: string) => `users?filter=${encodeURIComponent(text)}`

async function keyOf(firstName: string): Promise<string> {
  const [user] = await list(filtered(`firstName eq "${firstName}"`))
  return String(user?.key)
}

const zoe = { email: 'zoe.example@example.com', firstName: 'Zoe', lastName: 'Example' }

describe('the person who signed in', () => {
  test('is told who they are and what they may do', async () => {
    const { body } = await ask('GET', `${adminUrl}/me`)
    expect(body).toEqual({
      key: await keyOf('Ada'),
      accountKey,
      email: 'ada.example@example.com',
      firstName: 'Ada',
      lastName: 'Example',
      locale: 'en_US',
      timeZone: 'America/New_York',
      products: ['JIVE', 'G2M', 'G2C'],
      adminRoles: ['SUPER_USER'],
      accounts: [{ key: accountKey, name: 'Example Inc', adminRoles: ['SUPER_USER'] }],
      createTime: Date.UTC(2025, 0, 15, 9),
      organizationRoles: ['ROLE_ORG_READ', 'ROLE_ORG_WRITE'],
    })
  })

  test('has no roles where they have none, and sees nothing that is for admins', async () => {
    sandbox.control.accounts.add({ accountKey, principal: 'ada.example@example.com', admin: false })
    token = (await signIn(sandbox)).access
    const { body } = await ask('GET', `${adminUrl}/me`)
    expect(body).toMatchObject({ adminRoles: [] })
    expect(body).not.toHaveProperty('organizationRoles')
    const refused = await ask('GET', `${accountUrl}/users`)
    expect(refused).toMatchObject({ status: 403, body: { incidentId: expect.any(String) } })
    expect(refused.body).not.toHaveProperty('errors')
  })

  test('who is new to the account is a user of it from then on', async () => {
    sandbox.control.accounts.add({ accountKey, principal: 'new@corp.example', name: 'Noor van der Example' })
    token = (await signIn(sandbox, {}, { account: 'new@corp.example' })).access
    const me = await ask('GET', `${adminUrl}/me`)
    expect(me.body).toMatchObject({ email: 'new@corp.example', firstName: 'Noor', lastName: 'van der Example' })
    expect((await list('users')).at(-1)).toMatchObject({ key: me.body.key, status: 'ACTIVE' })
  })

  test('sees their own account only', async () => {
    expect((await ask('GET', `${adminUrl}/accounts/42/users`)).status).toBe(403)
    expect((await ask('GET', `${adminUrl}/accounts/none/users`)).status).toBe(404)
  })
})

describe('the seed', () => {
  test('is a small company: its users, what they have, and who they are on the phone', async () => {
    const users = await list('users')
    expect(users).toHaveLength(9)
    expect(users.map(({ status }) => status)).toEqual([...Array(7).fill('ACTIVE'), 'INACTIVE', 'INVITED'])
    expect(users[0]).toMatchObject({
      admin: true,
      groupName: 'Sales',
      settings: { JIVE: { primaryExtensionNumber: '1001' } },
    })
    expect(users.map(({ key }) => key)).toEqual(sandbox.control.voice.snapshot().users.map(({ userKey }) => userKey))
    expect((await list('licenses')).map(({ products }) => products)).toEqual([['JIVE'], ['G2M'], ['G2C']])
  })
})

describe('a list', () => {
  test('is walked by offset, and says where it is', async () => {
    const page = async (query: string) => (await ask('GET', `${accountUrl}/users?${query}`)).body
    expect(await page('pageSize=4')).toMatchObject({ fromIndex: 0, toIndex: 3, total: 9 })
    expect(await page('pageSize=4&offset=8')).toMatchObject({ fromIndex: 8, toIndex: 8, total: 9 })
    expect(await page('offset=9')).toEqual({ results: [], fromIndex: 9, toIndex: 8, total: 9 })
  })

  test('has 25 items a page unless asked otherwise', async () => {
    const users = Array.from({ length: 30 }, (_, index) => ({ ...zoe, email: `zoe${index}@example.com` }))
    await ask('POST', `${accountUrl}/users`, { users })
    expect((await ask('GET', `${accountUrl}/users`)).body).toMatchObject({ toIndex: 24, total: 39 })
    expect(await list('users?pageSize=1000')).toHaveLength(39)
  })

  test('shows the members that were chosen, and always the key', async () => {
    const [user] = await list('users?attributes=email,%20firstName')
    expect(Object.keys(user ?? {}).toSorted()).toEqual(['email', 'firstName', 'key'])
    const one = await ask('GET', `${accountUrl}/users/${await keyOf('Ada')}?attributes=email`)
    expect(Object.keys(one.body).toSorted()).toEqual(['email', 'key'])
  })

  test.each([
    ['email eq "ADA.example@example.com"', ['Ada']],
    ['status eq "INVITED"', ['Radia']],
    ['(email="ada.example@example.com")', ['Ada']],
    ['(email="ADA.example@example.com")', []],
    ['(email="(?i)A[DL]A.*")', ['Ada', 'Alan']],
    ['(lastName="Example")&(firstName="R.*")', ['Radia']],
  ])('keeps what the filter %s names', async (text, firstNames) => {
    expect((await list(filtered(text))).map(({ firstName }) => firstName)).toEqual(firstNames)
  })

  test.each(['email', 'email ne "a"', 'shoeSize eq "42"', '(email="(")', '(email="a")(email="b")', '(x="1")'])(
    'refuses the filter %s',
    async (text) => {
      const { status, body } = await ask('GET', `${accountUrl}/${filtered(text)}`)
      expect([status, rowsOf(body, 'errors')]).toEqual([400, [{ value: expect.any(String) }]])
    },
  )

  test('refuses a plus sign in a filter, which others write for a space', async () => {
    expect((await ask('GET', `${accountUrl}/users?filter=email+eq+%22a%22`)).status).toBe(400)
    expect((await ask('GET', `${accountUrl}/users?filter=email%20eq%20%22a%2Bb%22`)).status).toBe(200)
  })

  test.each(['offset=-1', 'offset=x', 'pageSize=0', 'pageSize='])('refuses %s', async (query) => {
    expect((await ask('GET', `${accountUrl}/users?${query}`)).status).toBe(400)
  })
})

describe('users', () => {
  test('are created, read, changed and deleted', async () => {
    const [license] = await list('licenses')
    const [group] = await list('groups')
    const given = { licenseKeys: [Number(license?.key)], adminRoles: ['MANAGE_USERS'], groupKey: group?.key }
    const answer = await ask('POST', `${accountUrl}/users`, { users: [zoe], ...given })
    const [made] = JSON.parse(answer.text)
    expect([answer.status, made]).toEqual([201, { key: expect.any(String), email: zoe.email }])

    const path = `${accountUrl}/users/${made.key}`
    const { products, ...wanted } = { ...zoe, ...given, licenseKeys: [license?.key], products: license?.products }
    expect((await ask('GET', path)).body).toMatchObject({ ...wanted, products, status: 'INVITED', admin: true })
    expect((await ask('PUT', path, { lastName: 'Sample', adminRoles: [], licenseKeys: [] })).text).toBe('')
    expect((await ask('GET', path)).body).toMatchObject({
      firstName: 'Zoe',
      lastName: 'Sample',
      adminRoles: [],
      admin: false,
      licenseKeys: [],
      products: [],
    })
    expect((await ask('DELETE', path)).status).toBe(200)
    const gone = await ask('GET', path)
    expect(gone).toMatchObject({ status: 404, body: { errors: [{ code: 'user.not.found', value: made.key }] } })
  })

  test('who exist already are answered as they are, and those deleted come back', async () => {
    const key = await keyOf('Radia')
    const users = [{ ...zoe, email: 'RADIA.example@example.com' }]
    const post = async () => JSON.parse((await ask('POST', `${accountUrl}/users`, { users })).text)
    expect(await post()).toEqual([{ key, email: 'radia.example@example.com' }])
    await ask('DELETE', `${accountUrl}/users/${key}`)
    expect(await list('users')).toHaveLength(8)
    expect(await post()).toEqual([{ key, email: 'radia.example@example.com' }])
    expect((await list('users')).at(-1)).toMatchObject({ key, firstName: 'Radia', status: 'ACTIVE' })
  })

  test('go through without a bad entry among them, unless all or nothing was asked for', async () => {
    const users = [
      { ...zoe, timeZone: 'Mars/Base' },
      { ...zoe, email: 'yan@example.com' },
    ]
    expect((await ask('POST', `${accountUrl}/users?allOrNothing=true`, { users })).status).toBe(400)
    expect(await list('users')).toHaveLength(9)
    const { text } = await ask('POST', `${accountUrl}/users?allOrNothing=false`, { users })
    expect(JSON.parse(text)).toEqual([{ key: expect.any(String), email: 'yan@example.com' }])
  })

  test.each([
    [{ key: '1' }, 400, undefined],
    [{ email: 'grace.example@example.com' }, 409, 'user.name.conflict'],
    [{ email: 'nobody' }, 400, undefined],
    [{ firstName: ' ' }, 400, undefined],
    [{ timeZone: 'Mars/Base' }, 400, undefined],
    [{ licenseKeys: [1] }, 400, undefined],
    [{ groupKey: '1' }, 400, undefined],
  ])('are not changed to %j', async (change, status, code) => {
    const path = `${accountUrl}/users/${await keyOf('Ada')}`
    const before = (await ask('GET', path)).body
    const answer = await ask('PUT', path, change)
    expect([answer.status, rowsOf(answer.body, 'errors')[0]?.code]).toEqual([status, code])
    expect((await ask('GET', path)).body).toEqual(before)
  })
})

describe('groups', () => {
  test('are created, renamed and deleted, and say who is in them', async () => {
    const created = await ask('POST', `${accountUrl}/groups`, { name: 'North' })
    const key = JSON.parse(created.text)
    const path = `${accountUrl}/groups/${key}`
    const userKey = await keyOf('Ada')
    expect((await ask('PUT', `${path}/users/${userKey}`)).status).toBe(200)
    await ask('PUT', path, { name: 'South' })
    const group = { key, name: 'South', keyPath: [key], namePath: ['South'], userKeys: [userKey], totalMemberCount: 1 }
    expect((await ask('GET', path)).body).toEqual(group)
    expect(await list('groups?filter=(name%3D%22South%22)')).toEqual([group])
    await ask('DELETE', path)
    expect((await ask('GET', `${accountUrl}/users/${userKey}`)).body).not.toHaveProperty('groupKey')
    expect(await ask('GET', path)).toMatchObject({ status: 404, body: { errors: [{ code: 'group.not.found' }] } })
  })

  test('have a user in one of them at most', async () => {
    const [sales, support] = (await list('groups')).map(({ key }) => key)
    const userKey = await keyOf('Ada')
    await ask('PUT', `${accountUrl}/groups/${support}/users/${userKey}`)
    expect((await ask('GET', `${accountUrl}/groups/${sales}`)).body.userKeys).not.toContain(userKey)
    await ask('DELETE', `${accountUrl}/users/${userKey}/groups`)
    expect((await ask('GET', `${accountUrl}/groups/${support}`)).body.userKeys).not.toContain(userKey)
  })

  test.each([
    ['POST', '', { name: 'Sales' }, 409, 'group.name.conflict'],
    ['POST', '', { name: ' ' }, 400, 'group.name.required'],
    ['POST', '', {}, 400, 'group.name.required'],
    ['PUT', '/{sales}', { name: 'Support' }, 409, 'group.name.conflict'],
    ['PUT', '/{sales}', { name: 'North', key: '1' }, 400, undefined],
    ['PUT', '/{sales}/users/1', undefined, 404, 'user.not.found'],
  ])('%s %s with %j is answered %d %s', async (method, path, body, status, code) => {
    const [sales] = await list('groups')
    const answer = await ask(method, `${accountUrl}/groups${path.replace('{sales}', String(sales?.key))}`, body)
    expect([answer.status, rowsOf(answer.body, 'errors')[0]?.code]).toEqual([status, code])
  })
})

describe('what little is known of is kept as it was sent:', () => {
  test('the account', async () => {
    await ask('PUT', accountUrl, { name: 'Sample Inc', color: 'blue' })
    expect((await ask('GET', accountUrl)).body).toEqual({ key: accountKey, name: 'Sample Inc', color: 'blue' })
    expect((await ask('PUT', accountUrl, { name: 1 })).status).toBe(400)
    expect((await ask('PUT', accountUrl, { key: '1' })).status).toBe(400)
  })

  test('attributes, templates and role sets', async () => {
    const key = JSON.parse((await ask('POST', `${accountUrl}/attributes`, { name: 'Floor' })).text)
    expect((await list('attributes')).at(-1)).toEqual({ key, name: 'Floor' })
    await ask('POST', `${accountUrl}/templates`, { subject: 'Welcome' })
    const template = (await list('templates')).at(-1)
    await ask('PUT', `${accountUrl}/templates/${template?.key}`, { text: 'Hello', key: 'mine' })
    expect((await list('templates')).at(-1)).toEqual({ ...template, text: 'Hello' })
    const { id } = (await ask('POST', `${accountUrl}/rolesets`, { name: 'Night shift' })).body
    await ask('PUT', `${accountUrl}/rolesets/${String(id)}`, { name: 'Day shift' })
    expect((await list('rolesets')).at(-1)).toEqual({ id, name: 'Day shift' })
  })

  test('role sets are given to the users of a filter, and taken again', async () => {
    const [{ id } = {}] = await list('rolesets')
    const filter = `filter=${encodeURIComponent('status eq "ACTIVE"')}`
    const holders = async () => (await list('users')).filter(({ roleSets }) => (roleSets as unknown[]).includes(id))
    expect(await holders()).toHaveLength(1)
    await ask('PUT', `${accountUrl}/rolesets/${id}/users?${filter}`)
    expect(await holders()).toHaveLength(7)
    await ask('DELETE', `${accountUrl}/users/rolesets?${filter}`)
    expect(await holders()).toHaveLength(0)
    expect((await ask('PUT', `${accountUrl}/rolesets/${id}/users`)).status).toBe(400)
    expect((await ask('PUT', `${accountUrl}/rolesets/1/users?${filter}`)).status).toBe(404)
  })
})

test('a fault speaks the API’s language, and strikes the API it names', async () => {
  const match = { api: 'goto-admin', operation: 'listUsers' }
  sandbox.control.faults.add({ match, type: 'api_error', status: 409, errorCode: 'user.name.conflict' })
  sandbox.control.faults.add({ match, type: 'rate_limited', retryAfterSeconds: 2 })
  const users = `https://api.goto.test/users/v1/users?accountKey=${accountKey}`
  expect((await ask('GET', users)).status).toBe(200)
  expect(await ask('GET', `${accountUrl}/users`)).toMatchObject({
    status: 409,
    body: { incidentId: expect.any(String), errors: [{ code: 'user.name.conflict' }] },
  })
  const limited = await ask('GET', `${accountUrl}/users`)
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '2'])
  const nothing = { match: { api: 'goto-users', operation: 'deleteUser' }, type: 'lost' } as const
  expect(() => sandbox.control.faults.add(nothing)).toThrow(expect.objectContaining({ code: 'fault_matches_nothing' }))
  expect(() => sandbox.control.faults.add({ match: { api: 'goto-fax' }, type: 'lost' })).toThrow('goto-fax')
})
