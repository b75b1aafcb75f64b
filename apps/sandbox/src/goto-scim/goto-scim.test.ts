import { beforeEach, describe, expect, test } from 'vitest'
import { rowsOf, scimUrl } from '../../test/goto-client.ts'
import { accountKey, callAt, signIn, startMs } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

let sandbox: Sandbox
let token: string

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  token = (await signIn(sandbox)).access
})

const ask = (method: string, path: string, body?: unknown) => callAt(sandbox, token, method, `${scimUrl}/${path}`, body)
const list = async (path: string) => rowsOf((await ask('GET', path)).body, 'resources')
const filter = (text: string) => `filter=${encodeURIComponent(text)}`

async function keyOf(name: string): Promise<string> {
  const [user] = await list(`Users?${filter(`name.givenName eq "${name}"`)}`)
  return String(user?.id)
}

const zoe = { userName: 'zoe@example.com', displayName: 'Zoe', name: { givenName: 'Zoe', familyName: 'Example' } }

describe('the person who signed in', () => {
  test('is told who they are, and the accounts they have', async () => {
    const { body } = await ask('GET', 'Users/me')
    const id = await keyOf('Ada')
    expect(body).toEqual({
      id,
      userName: 'ada.example@example.com',
      displayName: 'Ada Example',
      name: { givenName: 'Ada', familyName: 'Example' },
      locale: 'en_US',
      timezone: 'America/New_York',
      meta: { created: '2025-01-15T09:00:00.000Z', location: `${scimUrl}/Users/${id}` },
      'urn:scim:schemas:extension:getgo:1.0': {
        accounts: [{ value: accountKey, display: 'Example Inc', entitlements: ['acctadmin', 'gotoconnect', 'jive'] }],
      },
    })
  })

  test('may change who they are, and stays themselves', async () => {
    const id = await keyOf('Ada')
    const changed = await ask('PATCH', 'Users/me', { userName: 'ada@example.com', name: { familyName: 'Sample' } })
    expect(changed.body).toMatchObject({ id, name: { givenName: 'Ada', familyName: 'Sample' } })
    expect((await ask('GET', 'Users/me')).body).toMatchObject({ id, userName: 'ada@example.com' })
    expect(await list('Users')).toHaveLength(9)
  })
})

describe('roles of the organisation', () => {
  async function signInWith(organizationRoles: readonly ('ROLE_ORG_READ' | 'ROLE_ORG_WRITE')[]): Promise<void> {
    sandbox.control.accounts.add({ accountKey, principal: 'ada.example@example.com', organizationRoles })
    token = (await signIn(sandbox)).access
  }

  test('are not needed for oneself', async () => {
    await signInWith([])
    expect((await ask('GET', 'Users/me')).status).toBe(200)
    expect((await ask('PATCH', 'Users/me', { displayName: 'A.' })).status).toBe(200)
    expect(await ask('GET', 'Users')).toMatchObject({
      status: 401,
      body: { error: [{ code: 'not.authorized', uri: '/identity/v1/Users' }] },
    })
  })

  test('let read and write, each by itself', async () => {
    await signInWith(['ROLE_ORG_READ'])
    expect((await ask('GET', 'Groups')).status).toBe(200)
    expect((await ask('POST', 'Groups', { displayName: 'North' })).status).toBe(401)
    await signInWith(['ROLE_ORG_WRITE'])
    expect((await ask('GET', 'Groups')).status).toBe(401)
    expect((await ask('POST', 'Groups', { displayName: 'North' })).status).toBe(201)
  })

  test('that do not exist are refused where a person is added', () => {
    const account = { accountKey, principal: 'x@example.com', organizationRoles: ['ROLE_ORG_FLY' as 'ROLE_ORG_READ'] }
    expect(() => sandbox.control.accounts.add(account)).toThrow('ROLE_ORG_READ')
  })

  test('come with scopes, of the organisation or of oneself', async () => {
    token = (await signIn(sandbox, { scope: 'identity:scim.me' })).access
    expect([(await ask('GET', 'Users/me')).status, (await ask('GET', 'Users')).status]).toEqual([200, 403])
    token = (await signIn(sandbox, { scope: 'identity:scim.org' })).access
    expect([(await ask('GET', 'Users/me')).status, (await ask('GET', 'Users')).status]).toEqual([403, 200])
  })
})

describe('users', () => {
  test('are created, read, changed, replaced and taken out of the organisation', async () => {
    const { status, body } = await ask('POST', 'Users', { ...zoe, locale: 'de_DE', timezone: 'Europe/Berlin' })
    expect([status, body]).toMatchObject([201, { ...zoe, meta: { created: new Date(startMs).toISOString() } }])
    const path = `Users/${String(body.id)}`
    expect((await ask('GET', path)).body).toEqual(body)
    expect((await ask('PATCH', path, { displayName: 'Z.' })).body).toMatchObject({ displayName: 'Z.', locale: 'de_DE' })
    // PUT resets what is left out, and never changes the name.
    const put = { userName: 'zoe@example.com', name: { givenName: 'Other', familyName: 'Name' } }
    expect((await ask('PUT', path, put)).body).toMatchObject({
      displayName: 'Zoe Example',
      locale: 'en_US',
      name: zoe.name,
    })
    expect(await ask('DELETE', path)).toMatchObject({ status: 200, text: '' })
    expect((await ask('GET', path)).status).toBe(404)
    expect((await ask('DELETE', path)).status).toBe(404)
  })

  test('come all at once', async () => {
    expect((await ask('GET', 'Users')).body).toMatchObject({ totalResults: 9, resources: { length: 9 } })
  })

  test.each([
    ['userName eq "ADA.example@example.com"', ['Ada']],
    ['userName sw "a"', ['Ada', 'Alan']],
    ['name.familyName eq "nobody"', []],
    ['displayName sw "radia"', ['Radia']],
  ])('are filtered by %s', async (text, names) => {
    const users = await list(`Users?${filter(text)}`)
    expect(users.map(({ name }) => (name as { givenName: string }).givenName)).toEqual(names)
  })

  test.each(['userName', 'userName co "a"', 'locale eq "en"', 'userName eq a', 'userName eq "a" and id eq "1"'])(
    'refuse the filter %s',
    async (text) => {
      const { status, body } = await ask('GET', `Users?${filter(text)}`)
      expect([status, rowsOf(body, 'error')[0]]).toMatchObject([400, { uri: '/identity/v1/Users' }])
      expect(rowsOf(body, 'error')[0]).not.toHaveProperty('code')
    },
  )

  test.each([
    ['POST', 'Users', { displayName: 'Z.' }, 400],
    ['POST', 'Users', { userName: 'zoe@elsewhere.example' }, 400],
    ['POST', 'Users', { userName: 'zoe@example.com', locale: 'German' }, 400],
    ['POST', 'Users', { userName: 'zoe@example.com', timezone: 'Mars/Base' }, 400],
    ['POST', 'Users', { userName: 'zoe@example.com', name: { givenName: 'x'.repeat(61) } }, 400],
    ['POST', 'Users', { userName: 'GRACE.example@example.com' }, 409],
    ['PATCH', 'Users/me', { userName: 'grace.example@example.com' }, 409],
    ['PATCH', 'Users/me', { userName: '' }, 400],
    ['PUT', 'Users/me', { displayName: 'Ada' }, 400],
    ['GET', 'Users/none', undefined, 404],
    ['GET', 'Groups/none', undefined, 401],
  ])('%s %s with %j is answered %d', async (method, path, body, status) => {
    expect((await ask(method, path, body)).status).toBe(status)
  })
})

describe('groups', () => {
  test('are created, read, changed, replaced and deleted', async () => {
    const members = [{ type: 'user', value: await keyOf('Grace') }]
    const { status, body } = await ask('POST', 'Groups', { displayName: 'North', members })
    expect([status, body]).toMatchObject([201, { displayName: 'North', members }])
    const path = `Groups/${String(body.id)}`
    expect((await ask('PATCH', path, { displayName: 'South' })).body).toMatchObject({ displayName: 'South', members })
    expect((await ask('PUT', path, { displayName: 'East' })).body).toMatchObject({ displayName: 'East', members: [] })
    expect((await ask('DELETE', path)).status).toBe(200)
    expect(await ask('GET', path)).toMatchObject({ status: 401, body: { error: [{ code: 'not.authorized' }] } })
  })

  test('are filtered, sorted and in pages', async () => {
    for (const displayName of ['North', 'South', 'Northwest']) await ask('POST', 'Groups', { displayName })
    const names = async (query: string) => (await list(`Groups?${query}`)).map(({ displayName }) => displayName)
    expect(await names(filter('displayName sw "north"'))).toEqual(['North', 'Northwest'])
    expect(await names(filter('displayName co "th"'))).toEqual(['North', 'South', 'Northwest'])
    expect(await names('sortBy=displayName')).toEqual(['Engineering', 'North', 'Northwest', 'South'])
    expect(await names('sortBy=displayName&sortOrder=descending&startIndex=2&count=2')).toEqual(['Northwest', 'North'])
    const page = await ask('GET', 'Groups?startIndex=4&count=3')
    expect(page.body).toMatchObject({ totalResults: 4, resources: [{ displayName: 'Northwest' }] })
    expect((await ask('GET', 'Groups?startIndex=0')).status).toBe(400)
  })

  test('hold users of the organisation and other groups', async () => {
    const [engineering] = await list('Groups')
    const inside = [{ type: 'group', value: engineering?.id }]
    expect((await ask('POST', 'Groups', { displayName: 'All', members: inside })).status).toBe(201)
    for (const member of [
      { type: 'user', value: '1' },
      { type: 'robot', value: '1' },
      { type: 'group', value: '1' },
    ]) {
      expect((await ask('POST', 'Groups', { displayName: 'None', members: [member] })).status).toBe(400)
    }
    const many = Array.from({ length: 101 }, () => inside[0])
    expect((await ask('POST', 'Groups', { displayName: 'Many', members: many })).status).toBe(400)
    await ask('DELETE', `Groups/${engineering?.id}`)
    expect(await list('Groups')).toMatchObject([{ displayName: 'All', members: [] }])
  })

  test('have names of their own', async () => {
    expect((await ask('POST', 'Groups', { displayName: 'Engineering' })).status).toBe(409)
    expect((await ask('POST', 'Groups', { displayName: ' ' })).status).toBe(400)
  })
})

test('a fault without a code says what the API says', async () => {
  sandbox.control.faults.add({ match: { api: 'goto-scim' }, type: 'unauthorized' })
  expect(await ask('GET', 'Users/me')).toMatchObject({
    status: 401,
    body: { error: [{ code: 'not.authorized', uri: '/identity/v1/Users/me' }] },
  })
})
