import { beforeEach, describe, expect, test } from 'vitest'
import { accountUrl, adminUrl, meetingUrl, rowsOf, scimUrl, usersUrl } from '../../test/goto-client.ts'
import { accountKey, api, callAt, signIn, startMs } from '../../test/play-client.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

let sandbox: Sandbox
let token: string

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  token = (await signIn(sandbox)).access
})

const ask = (method: string, url: string, body?: unknown) => callAt(sandbox, token, method, url, body)
const usersList = async () => rowsOf((await ask('GET', `${usersUrl}/users?accountKey=${accountKey}`)).body, 'items')

async function keyOf(firstName: string): Promise<string> {
  const filter = encodeURIComponent(`firstName eq "${firstName}"`)
  return String(rowsOf((await ask('GET', `${accountUrl}/users?filter=${filter}`)).body, 'results')[0]?.key)
}

describe('the people of an account', () => {
  test('have the same keys in every API', async () => {
    const admin = rowsOf((await ask('GET', `${accountUrl}/users`)).body, 'results').map(({ key }) => key)
    const scim = rowsOf((await ask('GET', `${scimUrl}/Users`)).body, 'resources').map(({ id }) => id)
    const users = (await usersList()).map(({ userKey }) => userKey)
    const organizers: { organizerKey: number }[] = JSON.parse((await ask('GET', `${meetingUrl}/organizers`)).text)
    expect([scim, users]).toEqual([admin, admin])
    expect(organizers.map(({ organizerKey }) => String(organizerKey))).toEqual(admin.slice(0, 4))
    expect((await ask('GET', `${scimUrl}/Users/me`)).body.id).toBe((await ask('GET', `${adminUrl}/me`)).body.key)
  })

  test('are gone everywhere when one is deleted, from everything that referred to them', async () => {
    const key = await keyOf('Ada')
    sandbox.control.accounts.add({ accountKey, principal: 'grace.example@example.com' })
    token = (await signIn(sandbox, {}, { account: 'grace.example@example.com' })).access
    const [queue] = rowsOf((await ask('GET', `${api}/call-queues?accountKey=${accountKey}`)).body, 'items')
    const { extensions, devices, locations } = sandbox.control.voice.snapshot()
    const members = async (path: string) => rowsOf((await ask('GET', `${api}/${path}/users`)).body, 'items')
    const places = [`call-queues/${queue?.id}`, `locations/${locations[0]?.id}`]
    for (const place of places) expect(await members(place)).toContainEqual({ userKey: key })

    expect((await ask('DELETE', `${accountUrl}/users/${key}`)).status).toBe(200)

    expect((await ask('GET', `${scimUrl}/Users/${key}`)).status).toBe(404)
    expect((await ask('GET', `${usersUrl}/users/${key}/lines`)).status).toBe(404)
    expect((await ask('GET', `${meetingUrl}/organizers/${key}`)).status).toBe(404)
    for (const place of places) expect(await members(place)).not.toContainEqual({ userKey: key })
    const extension = await ask('GET', `${api}/extensions/${extensions[0]?.id}`)
    expect(extension.body).toMatchObject({ assignedPrimaryUserKey: null })
    const [device] = rowsOf((await ask('GET', `${api}/devices?accountKey=${accountKey}`)).body, 'items')
    expect(device).toMatchObject({ id: devices[0]?.id })
    expect(device).not.toHaveProperty('assignedUserKey')
    const groups = rowsOf((await ask('GET', `${scimUrl}/Groups`)).body, 'resources')
    expect(groups[0]?.members).not.toContainEqual({ type: 'user', value: key })
  })

  test('keep their account when SCIM takes them out of the organisation, and come back by it', async () => {
    const key = await keyOf('Grace')
    await ask('DELETE', `${scimUrl}/Users/${key}`)
    expect((await ask('GET', `${scimUrl}/Users/${key}`)).status).toBe(404)
    expect((await ask('GET', `${accountUrl}/users/${key}`)).status).toBe(200)
    const back = await ask('POST', `${scimUrl}/Users`, { userName: 'grace.example@example.com' })
    expect([back.status, back.body.id]).toEqual([201, key])
  })

  test('are in the organisation when their address is of its domains', async () => {
    const users = ['zoe@example.com', 'zoe@elsewhere.example'].map((email) => {
      return { email, firstName: 'Zoe', lastName: 'Example' }
    })
    await ask('POST', `${accountUrl}/users`, { users })
    const scim = rowsOf((await ask('GET', `${scimUrl}/Users`)).body, 'resources').map(({ userName }) => userName)
    expect([scim.includes('zoe@example.com'), scim.includes('zoe@elsewhere.example')]).toEqual([true, false])
  })

  test('who are deleted have no valid token any more', async () => {
    await ask('DELETE', `${accountUrl}/users/${await keyOf('Ada')}`)
    expect((await ask('GET', `${adminUrl}/me`)).status).toBe(401)
    expect((await ask('GET', `${scimUrl}/Users/me`)).status).toBe(403)
    expect((await ask('GET', `${meetingUrl}/upcomingMeetings`)).status).toBe(403)
    expect(await ask('GET', `${usersUrl}/lines`)).toMatchObject({ status: 401, body: { errorCode: 'INVALID_TOKEN' } })
  })

  test('who were deleted do not come back by signing in', async () => {
    await ask('DELETE', `${accountUrl}/users/${await keyOf('Radia')}`)
    sandbox.control.accounts.add({ accountKey, principal: 'radia.example@example.com' })
    token = (await signIn(sandbox, {}, { account: 'radia.example@example.com' })).access
    expect((await ask('GET', `${adminUrl}/me`)).status).toBe(401)
  })

  test('with a licence for meetings are organizers', async () => {
    const key = await keyOf('Radia')
    const licenses = rowsOf((await ask('GET', `${accountUrl}/licenses`)).body, 'results')
    const licenseKeys = licenses.map((license) => Number(license.key))
    expect((await ask('GET', `${meetingUrl}/organizers/${key}`)).status).toBe(404)
    await ask('PUT', `${accountUrl}/users/${key}`, { licenseKeys })
    expect((await ask('GET', `${meetingUrl}/organizers/${key}`)).status).toBe(200)
    await ask('DELETE', `${meetingUrl}/organizers/${key}`)
    expect((await ask('GET', `${accountUrl}/users/${key}`)).body).toMatchObject({ products: ['JIVE', 'G2C'] })
  })

  test('begin anew with a reset', async () => {
    await ask('DELETE', `${accountUrl}/users/${await keyOf('Radia')}`)
    sandbox.control.reset()
    token = (await signIn(sandbox)).access
    expect(await usersList()).toHaveLength(9)
  })
})

describe('lines', () => {
  test('are the extensions a person has in the phone system', async () => {
    const [ada] = await usersList()
    const [extension, other] = sandbox.control.voice.snapshot().extensions
    const { organizationId } = sandbox.control.voice.snapshot()
    const line = {
      id: extension?.id,
      name: 'Ada Example',
      number: '1001',
      primary: true,
      organization: { id: organizationId, name: 'Example Inc' },
      region: 'US',
    }
    expect(ada).toEqual({ userKey: await keyOf('Ada'), userId: expect.stringMatching(/^[\da-f-]{36}$/), lines: [line] })
    await ask('PATCH', `${api}/extensions/${other?.id}`, { assignedSecondaryUserKeys: [ada?.userKey] })
    const lines = rowsOf((await ask('GET', `${usersUrl}/lines`)).body, 'items')
    expect(lines.map(({ number, primary }) => [number, primary])).toEqual([
      ['1001', true],
      ['1002', false],
    ])
  })

  test('of others are for admins, and lists of another account for nobody', async () => {
    const grace = await keyOf('Grace')
    expect((await ask('GET', `${usersUrl}/users?accountKey=42`)).status).toBe(403)
    expect((await ask('GET', `${usersUrl}/users`)).body).toMatchObject({
      errorCode: 'BAD_REQUEST',
      constraintViolations: [{ field: 'accountKey', constraint: 'REQUIRED' }],
    })
    sandbox.control.accounts.add({ accountKey, principal: 'ada.example@example.com', admin: false })
    token = (await signIn(sandbox)).access
    expect((await ask('GET', `${usersUrl}/users/${grace}/lines`)).status).toBe(404)
    expect((await ask('GET', `${usersUrl}/users/ada.example%40example.com/lines`)).status).toBe(200)
    expect((await ask('GET', `${usersUrl}/users?accountKey=${accountKey}`)).body.errorCode).toBe('UNAUTHORIZED')
  })

  test('of more users than a page holds are walked by marker', async () => {
    const users = Array.from({ length: 60 }, (_, index) => {
      return { email: `user${index}@example.com`, firstName: 'User', lastName: String(index) }
    })
    await ask('POST', `${accountUrl}/users`, { users })
    const first = (await ask('GET', `${usersUrl}/users?accountKey=${accountKey}`)).body
    expect(rowsOf(first, 'items')).toHaveLength(50)
    const next = `${usersUrl}/users?accountKey=${accountKey}&pageMarker=${String(first.nextPageMarker)}`
    const second = (await ask('GET', next)).body
    expect([rowsOf(second, 'items').length, second.nextPageMarker]).toEqual([19, undefined])
  })

  test('are refused with the codes of this API', async () => {
    const statusOf = async (authorization: string) => {
      const response = await sandbox.fetch(`${usersUrl}/lines`, { headers: { authorization } })
      return ((await response.json()) as { errorCode: string }).errorCode
    }
    sandbox.control.expireAccessTokens()
    expect(await Promise.all([`Bearer ${token}`, 'Basic eDp5', 'Bearer "x"'].map(statusOf))).toEqual([
      'EXPIRED_TOKEN',
      'UNSUPPORTED_SCHEME',
      'INVALID_TOKEN',
    ])
  })
})
