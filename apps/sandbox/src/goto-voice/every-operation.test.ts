import { beforeEach, describe, expect, test } from 'vitest'
import { loadApiSpec } from '../api/api-spec.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { describeCoverage } from '../../test/describe-coverage.ts'
import { accountKey, type Answer, api, call, signIn, startMs } from '../../test/play-client.ts'
import { gotoVoiceOperations } from './goto-voice.ts'
import type { VoiceSnapshot } from './phone-systems.ts'

const spec = loadApiSpec('goto-voice')

interface Sample {
  /** Values for the path; a list needs none. */
  readonly path?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A request that must succeed for each operation, made from what the seed holds. */
function sampleFor(operation: string, seed: VoiceSnapshot): Sample {
  const direct = seed.extensions[0]?.id ?? ''
  const shared = seed.extensions.find((extension) => extension.type === 'SHARED_VOICEMAIL')?.id ?? ''
  const [phoneNumber] = seed.phoneNumbers
  const phoneNumberId = phoneNumber?.id ?? ''
  const deviceId = seed.devices[0]?.id ?? ''
  const locationId = seed.locations.at(-1)?.id ?? ''
  const userKey = seed.users[0]?.userKey ?? ''
  const callQueueId = seed.callQueues[0]?.id ?? ''
  const samples: Record<string, Sample> = {
    getAccount: { path: { accountKey } },
    getCallQueue: { path: { callQueueId } },
    listCallQueueUsers: { path: { callQueueId } },
    createPhoneNumberOrder: { body: { accountKey, areaCode: '202' } },
    getPhoneNumberOrder: { path: { orderId: seed.orders[0]?.id ?? '' } },
    getPhoneNumber: { path: { phoneNumberId } },
    updatePhoneNumber: { path: { phoneNumberId }, body: { name: 'Front desk', routeTo: null } },
    listPhoneNumberPermissions: { path: { phoneNumberId } },
    createPhoneNumberPermission: { path: { phoneNumberId }, body: { userKey, permissions: ['TEXTING'] } },
    deletePhoneNumberPermission: { path: { phoneNumberId, permissionId: phoneNumber?.permissionIds[0] ?? '' } },
    createExtension: { body: { accountKey, name: 'New', number: '1999' } },
    getExtension: { path: { extensionId: direct } },
    updateExtension: { path: { extensionId: direct }, body: { name: 'Renamed', assignedSecondaryUserKeys: [] } },
    deleteExtension: { path: { extensionId: direct } },
    getFindMeFollowMe: { path: { extensionId: direct } },
    updateFindMeFollowMe: {
      path: { extensionId: direct },
      body: { unavailableStep: null, finalStep: { action: 'EXTENSION', extensionId: shared } },
    },
    replaceRingSteps: {
      path: { extensionId: direct },
      body: { ringSteps: [{ timeout: 20, items: [{ externalNumber: '+12025550144' }] }] },
    },
    updateExtensionVoicemail: {
      path: { extensionId: direct },
      body: { timeZone: 'America/New_York', password: '1234' },
    },
    createSharedVoicemail: { body: { accountKey, name: 'Box', extensionNumber: '3900' } },
    getSharedVoicemail: { path: { sharedVoicemailId: shared } },
    updateSharedVoicemail: { path: { sharedVoicemailId: shared }, body: { sayMessageDuration: true } },
    createVirtualFaxMachine: { body: { any: 'thing' } },
    createDevice: { body: { accountKey, name: 'Phone', modelId: 'example.phone-100', macAddress: '0200000000AA' } },
    getDevice: { path: { deviceId } },
    updateDevice: { path: { deviceId }, body: { name: 'Other phone' } },
    rebootDevice: { path: { deviceId } },
    resyncDevice: { path: { deviceId } },
    getButtonsConfiguration: { path: { deviceId } },
    replaceButtonsConfiguration: {
      path: { deviceId },
      body: { items: [{ type: 'SPEED_DIAL', position: 0, label: 'Support', extensionId: direct }] },
    },
    createLocation: { body: { accountKey, name: 'Warehouse', address: { city: 'Exampleville', country: 'US' } } },
    updateLocation: { path: { locationId }, body: { name: 'Warehouse north' } },
    deleteLocation: { path: { locationId } },
    listLocationUsers: { path: { locationId } },
    addLocationUser: { path: { locationId }, body: { userKey } },
    removeLocationUser: { path: { locationId, userKey } },
    listLocationDevices: { path: { locationId } },
    addLocationDevice: { path: { locationId }, body: { deviceId } },
    removeLocationDevice: { path: { locationId, deviceId } },
  }
  return samples[operation] ?? {}
}

let sandbox: Sandbox
let token: string

async function run(id: string, sample: Sample, query: string = `accountKey=${accountKey}`): Promise<Answer> {
  const operation = spec.operations.find((each) => each.id === id)
  const path = (operation?.path ?? '').replace(/\{(\w+)\}/g, (_, name: string) => sample.path?.[name] ?? 'unknown-id')
  const wantsAccount = operation?.parameters.some((each) => each.in === 'query' && each.name === 'accountKey')
  return call(sandbox, token, operation?.method ?? '', wantsAccount ? `${path}?${query}` : path, sample.body)
}

/** A location that is not for emergencies, with a user and a device, and an order: what the seed lacks. */
async function prepare(): Promise<VoiceSnapshot> {
  await run('createPhoneNumberOrder', sampleFor('createPhoneNumberOrder', sandbox.control.voice.snapshot()))
  await run('createLocation', sampleFor('createLocation', sandbox.control.voice.snapshot()))
  const seed = sandbox.control.voice.snapshot()
  await run('addLocationUser', sampleFor('addLocationUser', seed))
  await run('addLocationDevice', sampleFor('addLocationDevice', seed))
  return seed
}

beforeEach(async () => {
  sandbox = createSandbox({ startMs })
  token = (await signIn(sandbox)).access
})

describe('every operation of the specification', () => {
  test.each(gotoVoiceOperations)('%s succeeds with an answer that the specification allows', async (id) => {
    const answer = await run(id, sampleFor(id, await prepare()))
    expect(answer.body).not.toHaveProperty('errorCode')
    expect(answer.status).toBeLessThan(300)
    expect(answer.status).toBe(Math.min(...(spec.operations.find((each) => each.id === id)?.answers.keys() ?? [])))
  })

  test('is played: all of them were called above, and there are as many as in the document', () => {
    expect(gotoVoiceOperations).toHaveLength(47)
    expect(new Set(gotoVoiceOperations).size).toBe(gotoVoiceOperations.length)
  })

  test.each(gotoVoiceOperations)('%s refuses a call without a token', async (id) => {
    token = ''
    const { status, body } = await run(id, {})
    expect([status, body.errorCode]).toEqual([401, 'AUTHN_MALFORMED_TOKEN'])
  })

  test.each(gotoVoiceOperations)('%s refuses a token without its scope', async (id) => {
    token = (await signIn(sandbox, { scope: 'identity:' })).access
    const { status, body } = await run(id, {})
    expect([status, body.errorCode]).toEqual([403, 'AUTHZ_INSUFFICIENT_SCOPE'])
  })

  const withId = spec.operations.filter((operation) => operation.path.includes('{')).map((operation) => operation.id)
  test.each(withId)('%s answers 404 for an id nobody has', async (id) => {
    const { status, body } = await run(id, { body: sampleFor(id, await prepare()).body })
    expect([status, body.errorCode]).toEqual([404, 'NOT_FOUND'])
    expect(body.reference).toBeTypeOf('string')
  })

  const withBody = spec.operations.filter((operation) => operation.body !== undefined).map((operation) => operation.id)
  test.each(withBody)('%s refuses a body that is no JSON, no object, or missing', async (id) => {
    const sample = sampleFor(id, await prepare())
    for (const body of ['{"name": ', '[]', '"text"', 'null', '\uFFFF', undefined]) {
      const answer = await run(id, { ...sample, body })
      expect(answer.status).toBe(400)
      expect(answer.body.errorCode).toMatch(/^[A-Z_]+$/)
    }
  })

  const accountWide = spec.operations
    .filter((operation) => operation.parameters.some((each) => each.in === 'query' && each.name === 'accountKey'))
    .map((operation) => operation.id)
  test.each(accountWide)('%s wants an account key, and has nothing for one that is not yours', async (id) => {
    const missing = await run(id, {}, '')
    expect(missing).toMatchObject({
      status: 400,
      body: { errorCode: 'BAD_REQUEST', constraintViolations: [{ field: 'accountKey', constraint: 'REQUIRED' }] },
    })
    expect((await run(id, {}, 'accountKey=999')).body).toEqual({ items: [] })
  })
})

describe('a person who is no admin', () => {
  const adminOnly = spec.operations.filter((operation) => operation.role === 'admin')

  test.each(adminOnly.map((operation) => operation.id))('gets nothing from %s', async (id) => {
    const seed = await prepare()
    sandbox.control.accounts.add({ accountKey, principal: 'ada.example@example.com', admin: false })
    token = (await signIn(sandbox)).access
    const answer = await run(id, sampleFor(id, seed))
    const empty = { status: 200, body: { items: [] } }
    const refused = { status: 403, body: { errorCode: 'UNAUTHORIZED' } }
    expect(answer).toMatchObject(answer.status === 200 ? empty : refused)
  })
})

describeCoverage({ spec, base: api, current: () => sandbox })
