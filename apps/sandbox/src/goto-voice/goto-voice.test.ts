import { beforeEach, describe, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { accountKey, api, call, read, redirectUri, refresh, signIn, startMs } from '../../test/play-client.ts'
import type { VoiceSnapshot } from './phone-systems.ts'

let sandbox: Sandbox
let token: string
let seed: VoiceSnapshot

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  token = (await signIn(sandbox)).access
  seed = sandbox.control.voice.snapshot()
})

const ask = (method: string, path: string, body?: unknown) => call(sandbox, token, method, path, body)
const list = (path: string) => ask('GET', `${path}${path.includes('?') ? '&' : '?'}accountKey=${accountKey}`)

async function items(path: string): Promise<Readonly<Record<string, unknown>>[]> {
  const { body } = await list(path)
  return body.items as Readonly<Record<string, unknown>>[]
}

function extensionOf(type: string): string {
  return seed.extensions.find((extension) => extension.type === type)?.id ?? ''
}

describe('the seed', () => {
  test('has the shape of a small company', async () => {
    expect(await items('/call-queues')).toHaveLength(9)
    expect(await items('/extensions')).toHaveLength(22)
    expect(await items('/phone-numbers')).toHaveLength(1)
    expect(await items('/locations')).toHaveLength(1)
    expect(await items('/devices')).toHaveLength(10)
    expect(await items('/billing-groups')).toHaveLength(2)
    expect(seed.users.map((user) => user.status)).toEqual(expect.arrayContaining(['ACTIVE', 'INACTIVE', 'INVITED']))
    expect(seed.users).toHaveLength(9)
  })

  test('is the same for the same seed and another for another', () => {
    expect(createSandbox().control.voice.snapshot()).toEqual(createSandbox().control.voice.snapshot())
    expect(createSandbox({ seed: 'x' }).control.voice.snapshot()).not.toEqual(seed)
  })

  test('is shown as a copy', () => {
    Object.assign(sandbox.control.voice.snapshot().users[0] ?? {}, { name: 'Somebody else' })
    expect(sandbox.control.voice.snapshot()).toEqual(seed)
  })

  test('has an extension for every queue, found by its type', async () => {
    const queues = await items('/call-queues')
    const extensions = await items('/extensions?type=CALL_QUEUE')
    expect(extensions.map((extension) => extension.number)).toEqual(queues.map((queue) => queue.extensionNumber))
    expect(await items('/extensions?type=DIAL_PLAN,RING_GROUP')).toHaveLength(2)
  })

  test('differs between accounts, and nobody sees the other one’s', async () => {
    sandbox.control.accounts.add({ accountKey: '42', principal: 'grace.example@example.com' })
    const other = sandbox.control.voice.snapshot('42')
    expect(other.extensions[0]?.id).not.toBe(seed.extensions[0]?.id)
    expect((await ask('GET', `/extensions/${other.extensions[0]?.id}`)).status).toBe(404)
    expect((await ask('GET', '/extensions?accountKey=42')).body).toEqual({ items: [] })
  })
})

describe('an access token', () => {
  test.each([
    ['AUTHN_INVALID_TOKEN', undefined],
    ['AUTHN_INVALID_TOKEN', 'Bearer made-up'],
    ['AUTHN_UNSUPPORTED_SCHEME', `Basic ${btoa('a:b')}`],
    ['AUTHN_MALFORMED_TOKEN', 'Bearer'],
    ['AUTHN_MALFORMED_TOKEN', 'Bearer two words'],
    ['AUTHN_MALFORMED_TOKEN', 'Bearer "quoted"'],
  ])('is answered %s for %s', async (errorCode, authorization) => {
    const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
    const answer = await read(await sandbox.fetch(`${api}/extensions?accountKey=${accountKey}`, { headers }))
    expect(answer).toMatchObject({ status: 401, body: { errorCode } })
  })

  test('expires by the sandbox’s clock', async () => {
    sandbox.control.clock.advance(3_600_000 - 1)
    expect((await list('/extensions')).status).toBe(200)
    sandbox.control.clock.advance(1)
    expect(await list('/extensions')).toMatchObject({ status: 401, body: { errorCode: 'AUTHN_EXPIRED_TOKEN' } })
  })

  test('expires and ends when control says so', async () => {
    expect(sandbox.control.expireAccessTokens({ account: accountKey })).toBe(1)
    expect(sandbox.control.expireAccessTokens()).toBe(0)
    expect((await list('/extensions')).body.errorCode).toBe('AUTHN_EXPIRED_TOKEN')
    const tokens = await signIn(sandbox)
    expect(sandbox.control.revokeGrant({ clientId: 'sandbox-client' })).toBe(2)
    expect((await call(sandbox, tokens.access, 'GET', '/extensions')).body.errorCode).toBe('AUTHN_INVALID_TOKEN')
    expect((await refresh(sandbox, tokens.refresh)).body.error).toBe('invalid_grant')
  })

  test('that may read only cannot write', async () => {
    token = (await signIn(sandbox, { scope: 'voice-admin.v1.read' })).access
    const body = { accountKey, name: 'New', number: '1999' }
    expect(await ask('POST', '/extensions', body)).toMatchObject({ body: { errorCode: 'AUTHZ_INSUFFICIENT_SCOPE' } })
  })
})

describe('state is kept:', () => {
  test('an extension is created, read, renamed, assigned and removed', async () => {
    const created = await ask('POST', '/extensions', {
      accountKey,
      name: 'New',
      number: '1999',
      sharedAppearance: true,
    })
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'New', type: 'DIRECT_EXTENSION', sharedAppearance: true },
    })
    const path = `/extensions/${String(created.body.id)}`
    expect((await ask('GET', path)).body).toMatchObject({ number: '1999', assignedPrimaryUserKey: null })

    const renamed = await ask('PATCH', path, { name: 'Renamed' })
    expect(renamed.body).toMatchObject({ name: 'Renamed', number: '1999', sharedAppearance: true })
    expect(renamed.body).not.toHaveProperty('assignedPrimaryUserKey')
    expect(await items('/extensions')).toHaveLength(23)

    expect((await ask('DELETE', path)).status).toBe(204)
    expect((await ask('GET', path)).status).toBe(404)
    expect((await ask('DELETE', path)).status).toBe(404)
  })

  test('a user has one primary extension, and null gives it back', async () => {
    const { id } = (await ask('POST', '/extensions', { accountKey, name: 'New', number: '1999' })).body
    const userKey = seed.users[0]?.userKey ?? ''
    const taken = await ask('PATCH', `/extensions/${String(id)}`, { assignedPrimaryUserKey: userKey })
    expect(taken).toMatchObject({ status: 409, body: { errorCode: 'USER_ALREADY_HAS_PRIMARY_EXTENSION' } })
    const freed = await ask('PATCH', `/extensions/${extensionOf('DIRECT_EXTENSION')}`, { assignedPrimaryUserKey: null })
    expect(freed).toMatchObject({ status: 200, body: { assignedPrimaryUserKey: null } })
    const given = await ask('PATCH', `/extensions/${String(id)}`, { assignedPrimaryUserKey: userKey })
    expect(given).toMatchObject({ status: 200, body: { assignedPrimaryUserKey: userKey } })
  })

  test('a secondary user is promoted where there is no primary one', async () => {
    const [first, second] = seed.users.map((user) => user.userKey)
    const path = `/extensions/${extensionOf('DIRECT_EXTENSION')}`
    await ask('PATCH', path, { assignedPrimaryUserKey: null })
    const answer = await ask('PATCH', path, { assignedSecondaryUserKeys: [second, first] })
    expect(answer.body).toMatchObject({ assignedSecondaryUserKeys: [second] })
    expect((await ask('GET', path)).body).toMatchObject({ assignedPrimaryUserKey: first })
  })

  test('a removed extension is no longer what a number leads to', async () => {
    const path = `/phone-numbers/${seed.phoneNumbers[0]?.id}`
    const target = extensionOf('DIAL_PLAN')
    expect(await items(`/phone-numbers?targetExtensionId=${target}`)).toHaveLength(1)
    await ask('DELETE', `/extensions/${target}`)
    expect((await ask('GET', path)).body.routeTo).toBeNull()
    expect(await items(`/phone-numbers?targetExtensionId=${target}`)).toHaveLength(0)
  })

  test('null unsets what may be unset, and what is not sent stays', async () => {
    const path = `/phone-numbers/${seed.phoneNumbers[0]?.id}`
    const unset = await ask('PATCH', path, { callerIdName: null, billingGroupId: null })
    expect(unset.body).toMatchObject({ callerIdName: null, billingGroupId: null, name: 'Main line' })
    const { body } = await ask('PATCH', path, { name: null })
    expect(body.errorCode).toBe('INVALID_NAME')
  })

  test('an order makes a number that can be found by itself', async () => {
    const { body } = await ask('POST', '/phone-number-orders', { accountKey, areaCode: '212' })
    const order = await ask('GET', `/phone-number-orders/${String(body.id)}`)
    expect(order.body).toMatchObject({ status: 'COMPLETED' })
    expect(await items('/phone-number-orders')).toHaveLength(1)
    const [number] = await items('/phone-numbers?number=%2B12125550100')
    expect(number?.id).toBe(order.body.phoneNumberId)
  })

  test('permissions of a user add up, and are removed by their id', async () => {
    const path = `/phone-numbers/${seed.phoneNumbers[0]?.id}/permissions`
    const [first, second] = seed.users.map((user) => user.userKey)
    await ask('POST', path, { userKey: first, permissions: ['INSTANT_RESPONSE'] })
    await ask('POST', path, { userKey: second, permissions: ['TEXTING'] })
    expect((await ask('GET', path)).body.items).toEqual([
      { userKey: first, permissions: ['TEXTING', 'OUTBOUND_CALLER_ID', 'INSTANT_RESPONSE'] },
      { userKey: second, permissions: ['TEXTING'] },
    ])
    const [id] = sandbox.control.voice.snapshot().phoneNumbers[0]?.permissionIds ?? []
    expect((await ask('DELETE', `${path}/${id}`)).status).toBe(204)
    expect((await ask('GET', path)).body.items).toHaveLength(1)
  })

  test('ring steps, final steps and voicemail settings are what was sent', async () => {
    const path = `/extensions/${extensionOf('DIRECT_EXTENSION')}`
    const ringSteps = [{ timeout: 20, items: [{ extensionId: extensionOf('RING_GROUP') }] }]
    await ask('PUT', `${path}/find-me-follow-me/ring-steps`, { ringSteps })
    expect((await ask('GET', `${path}/find-me-follow-me`)).body).toEqual({ ringSteps })
    const finalStep = { action: 'EXTERNAL_NUMBER', externalNumber: '+12025550145' }
    await ask('PATCH', `${path}/find-me-follow-me`, { finalStep })
    const steps = await ask('PATCH', `${path}/find-me-follow-me`, { unavailableStep: null })
    expect(steps.body).toMatchObject({ finalStep, unavailableStep: null })
    await ask('PATCH', `${path}/voicemail`, { password: '1234' })
    const voicemail = await ask('PATCH', `${path}/voicemail`, { timeZone: 'Europe/Berlin' })
    expect(voicemail.body).toMatchObject({ password: '1234', timeZone: 'Europe/Berlin' })
  })

  test('a shared voicemail box is an extension too', async () => {
    const { body } = await ask('POST', '/shared-voicemails', { accountKey, name: 'Box', extensionNumber: '3900' })
    await ask('PATCH', `/shared-voicemails/${String(body.id)}`, { name: 'Other box' })
    const extensions = await items('/extensions?type=SHARED_VOICEMAIL')
    expect(extensions.map((extension) => extension.name)).toEqual(['Support mailbox', 'Other box'])
    await ask('DELETE', `/extensions/${String(body.id)}`)
    expect((await ask('GET', `/shared-voicemails/${String(body.id)}`)).status).toBe(404)
  })

  test('users and devices are at one location at a time', async () => {
    const place = async (name: string) => String((await ask('POST', '/locations', { accountKey, name })).body.id)
    const [a, b] = [await place('A'), await place('B')]
    const userKey = seed.users[8]?.userKey
    const deviceId = seed.devices[0]?.id
    for (const id of [a, b]) {
      await ask('POST', `/locations/${id}/users`, { userKey })
      await ask('POST', `/locations/${id}/devices`, { deviceId })
    }
    expect((await ask('GET', `/locations/${a}/users`)).body.items).toEqual([])
    expect((await ask('GET', `/locations/${b}/users`)).body.items).toEqual([{ userKey }])
    expect((await ask('GET', `/locations/${b}/devices`)).body.items).toEqual([{ id: deviceId }])
    expect((await ask('GET', `/devices/${deviceId}`)).body).toMatchObject({ locationId: b })
    await ask('DELETE', `/locations/${b}`)
    expect((await ask('GET', `/devices/${deviceId}`)).body).not.toHaveProperty('locationId')
  })

  test('a device is created and given to a user', async () => {
    const phone = { accountKey, name: 'Phone', modelId: 'example.phone-100', macAddress: '0200000000AA' }
    const { body } = await ask('POST', '/devices', phone)
    expect(body).toMatchObject({ macAddress: '0200000000aa', accountKey })
    const userKey = seed.users[0]?.userKey
    const assigned = await ask('PATCH', `/devices/${String(body.id)}`, { assignedUserKey: userKey })
    expect(assigned.body).toMatchObject({ assignedUserKey: userKey, name: 'Phone' })
    expect(assigned.body).not.toHaveProperty('accountKey')
    const unassigned = await ask('PATCH', `/devices/${String(body.id)}`, { assignedUserKey: null })
    expect(unassigned.body).not.toHaveProperty('assignedUserKey')
  })
})

describe('what is not there', () => {
  test.each([
    ['GET', '/nothing'],
    ['GET', ''],
    ['GET', '/'],
    ['GET', '/call-queues/'],
    ['GET', '/queue-calls'],
    ['POST', '/call-queues'],
    ['PUT', '/extensions/x'],
    ['DELETE', '/call-queues/x'],
    ['GET', '//extensions'],
  ])('%s %s is answered 404 in the vendor’s shape', async (method, path) => {
    const answer = await ask(method, path)
    expect(answer).toMatchObject({ status: 404, body: { errorCode: 'NOT_FOUND' } })
  })

  test('an id with a broken percent code is refused', async () => {
    expect(await ask('GET', '/extensions/%zz')).toMatchObject({ status: 400, body: { errorCode: 'BAD_REQUEST' } })
  })
})

test('a body in another type than JSON is refused', async () => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/plain' }
  const answer = await read(await sandbox.fetch(`${api}/extensions`, { method: 'POST', headers, body: '{}' }))
  expect(answer).toMatchObject({ status: 400, body: { errorCode: 'MALFORMED_REQUEST' } })
})

test('a body of 50 MB is refused without being read', async () => {
  const answer = await ask('POST', '/extensions', 'x'.repeat(50_000_000))
  expect(answer).toMatchObject({ status: 413, body: { errorCode: 'PAYLOAD_TOO_LARGE' } })
})

test('client credentials act for the account of the client', async () => {
  const client = {
    id: 'm',
    secret: 's',
    grantTypes: ['client_credentials'],
    account: '42',
    redirectUris: [redirectUri],
  } as const
  sandbox.control.accounts.add({ accountKey: '42', principal: 'grace.example@example.com' })
  sandbox.control.clients.add(client)
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: 'm', client_secret: 's' })
  const granted = await read(await sandbox.fetch('https://identity.goto.test/oauth/token', { method: 'POST', body }))
  const queues = await call(sandbox, granted.access, 'GET', '/call-queues?accountKey=42')
  expect(queues.body.items).toHaveLength(9)
})
