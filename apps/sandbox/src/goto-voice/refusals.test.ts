import { beforeEach, describe, expect, test } from 'vitest'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { accountKey, call, signIn, startMs } from '../../test/play-client.ts'
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

function extensionOf(type: string): string {
  return seed.extensions.find((extension) => extension.type === type)?.id ?? ''
}

describe('the vendor’s refusals:', () => {
  /** [method, path, body, status, code]; names in braces stand for ids of the seed. */
  const refusals: [string, string, unknown, number, string][] = [
    ['POST', '/extensions', { accountKey, name: 'New', number: '1001' }, 409, 'NUMBER_EXISTS'],
    ['POST', '/extensions', { accountKey, name: 'New', number: 'abc' }, 400, 'INVALID_NUMBER'],
    ['POST', '/extensions', { accountKey, name: 'New', number: 1999 }, 400, 'INVALID_NUMBER'],
    ['POST', '/extensions', { accountKey, name: ' ', number: '1999' }, 400, 'INVALID_NAME'],
    ['POST', '/extensions', { accountKey: '42', name: 'New', number: '1999' }, 400, 'INVALID_ACCOUNT_KEY'],
    ['POST', '/extensions', { accountKey, name: 'New' }, 400, 'MISSING_MANDATORY_FIELDS'],
    ['POST', '/extensions', {}, 400, 'MISSING_MANDATORY_FIELDS'],
    ['POST', '/extensions', { accountKey, name: 'N', number: '1999', sharedAppearance: 1 }, 400, 'MALFORMED_REQUEST'],
    ['PATCH', '/extensions/{queue}', { name: 'New' }, 400, 'INVALID_ID'],
    ['PATCH', '/extensions/{direct}', { number: '2001' }, 409, 'NUMBER_EXISTS'],
    ['PATCH', '/extensions/{direct}', { assignedPrimaryUserKey: '1' }, 400, 'INVALID_USER_KEY'],
    ['PATCH', '/extensions/{direct}', { assignedSecondaryUserKeys: ['1'] }, 400, 'INVALID_USER_KEY'],
    ['DELETE', '/extensions/{queue}', undefined, 403, 'UNAUTHORIZED'],
    ['PATCH', '/extensions/{direct}/voicemail', { timeZone: 'Mars/Base' }, 400, 'INVALID_TIME_ZONE'],
    ['PATCH', '/extensions/{direct}/voicemail', { password: 'abc' }, 400, 'INVALID_PASSWORD'],
    ['PATCH', '/extensions/{direct}/voicemail', { operatorExtensionId: 'x' }, 400, 'INVALID_EXTENSION_ID'],
    ['PATCH', '/extensions/{direct}/find-me-follow-me', { unavailableStep: {} }, 400, 'INVALID_DESTINATION'],
    ['PATCH', '/extensions/{direct}/find-me-follow-me', { finalStep: {} }, 400, 'MISSING_MANDATORY_FIELDS'],
    ['PATCH', '/extensions/{direct}/find-me-follow-me', { finalStep: { action: 'FLY' } }, 400, 'INVALID_ACTION'],
    [
      'PATCH',
      '/extensions/{direct}/find-me-follow-me',
      { finalStep: { action: 'EXTENSION' } },
      400,
      'MISSING_MANDATORY_FIELDS',
    ],
    [
      'PATCH',
      '/extensions/{direct}/find-me-follow-me',
      { unavailableStep: { externalNumber: '911' } },
      400,
      'INVALID_NUMBER',
    ],
    [
      'PUT',
      '/extensions/{direct}/find-me-follow-me/ring-steps',
      { ringSteps: [{ items: [{ extensionId: 'x' }] }] },
      400,
      'INVALID_EXTENSION_ID',
    ],
    [
      'PUT',
      '/extensions/{direct}/find-me-follow-me/ring-steps',
      { ringSteps: [{ timeout: 1000 }] },
      400,
      'INVALID_TIMEOUT',
    ],
    [
      'PUT',
      '/extensions/{direct}/find-me-follow-me/ring-steps',
      { ringSteps: [{ items: [{}] }] },
      400,
      'INVALID_DESTINATION',
    ],
    [
      'PUT',
      '/extensions/{direct}/find-me-follow-me/ring-steps',
      { ringSteps: Array.from({ length: 51 }, () => ({})) },
      400,
      'RING_STEPS_QUANTITY_EXCEEDED',
    ],
    ['POST', '/shared-voicemails', { accountKey, name: 'Box', extensionNumber: '1001' }, 409, 'CONFLICTING_EXTENSION'],
    ['POST', '/shared-voicemails', { accountKey, name: 'Box', extensionNumber: 'x' }, 400, 'INVALID_EXTENSION'],
    [
      'PATCH',
      '/shared-voicemails/{shared}',
      { emailNotificationEmailAddresses: ['nobody'] },
      400,
      'INVALID_NOTIFICATION_EMAIL_ADDRESS',
    ],
    ['PATCH', '/shared-voicemails/{shared}', { attachedMessageFormat: 'OGG' }, 400, 'INVALID_ATTACHED_MESSAGE_FORMAT'],
    [
      'POST',
      '/devices',
      { accountKey, name: 'P', modelId: 'example.phone-100', macAddress: '020000000001' },
      409,
      'MAC_ADDRESS_EXISTS',
    ],
    [
      'POST',
      '/devices',
      { accountKey, name: 'P', modelId: 'example.phone-100', macAddress: '02:00' },
      400,
      'MALFORMED_MAC_ADDRESS',
    ],
    ['POST', '/devices', { accountKey, name: 'P', modelId: 'x.y', macAddress: '0200000000bb' }, 400, 'INVALID_MODEL'],
    ['PATCH', '/devices/{device}', { name: 'P', assignedUserKey: null }, 400, 'ASSIGNMENTS_MUST_BE_ALONE'],
    ['PATCH', '/devices/{device}', { assignedUserKey: 'x' }, 400, 'INVALID_USER_KEY'],
    ['PATCH', '/devices/{device}', { assignedUserKey: '1' }, 400, 'INVALID_USER_FOR_ACCOUNT'],
    ['PATCH', '/devices/{device}', { licenseKey: '{license}' }, 400, 'INVALID_DEVICE_TYPE'],
    ['PATCH', '/devices/{standalone}', { licenseKey: '1' }, 400, 'INVALID_LICENSE_KEY'],
    ['PUT', '/devices/{device}/buttons-configuration', {}, 400, 'MISSING_MANDATORY_FIELDS'],
    [
      'PUT',
      '/devices/{device}/buttons-configuration',
      { items: [{ type: 'LASER', position: 0 }] },
      400,
      'UNSUPPORTED_BUTTON_TYPE',
    ],
    [
      'PUT',
      '/devices/{device}/buttons-configuration',
      { items: [{ type: 'LINE', position: -1 }] },
      400,
      'INVALID_POSITION',
    ],
    [
      'PUT',
      '/devices/{device}/buttons-configuration',
      { items: [0, 0].map((position) => ({ type: 'LINE', position })) },
      400,
      'INVALID_POSITION',
    ],
    [
      'PUT',
      '/devices/{device}/buttons-configuration',
      { items: Array.from({ length: 101 }, (_, position) => ({ type: 'LINE', position })) },
      400,
      'TOO_MANY_BUTTONS',
    ],
    ['PATCH', '/locations/{location}', { name: 'New' }, 400, 'UNSUPPORTED_LOCATION_TYPE'],
    ['DELETE', '/locations/{location}', undefined, 400, 'UNSUPPORTED_LOCATION_TYPE'],
    ['DELETE', '/locations/{location}/users/1', undefined, 400, 'UNSUPPORTED_LOCATION_TYPE'],
    ['DELETE', '/locations/{location}/devices/1', undefined, 400, 'UNSUPPORTED_LOCATION_TYPE_OPERATION'],
    ['POST', '/locations/{location}/users', { userKey: '1' }, 400, 'INVALID_USER_KEY'],
    ['POST', '/locations/{location}/devices', { deviceId: '1' }, 400, 'INVALID_DEVICE_ID'],
    ['POST', '/locations', { accountKey, address: { country: 'Germany' } }, 400, 'BAD_REQUEST'],
    ['POST', '/locations', { accountKey: '42' }, 400, 'INVALID_ACCOUNT_KEY'],
    ['PATCH', '/phone-numbers/{number}', { callerIdName: 'x'.repeat(16) }, 400, 'INVALID_CALLER_ID_NAME'],
    ['PATCH', '/phone-numbers/{number}', { routeTo: { id: 'x', type: 'EXTENSION' } }, 400, 'INVALID_ID'],
    ['PATCH', '/phone-numbers/{number}', { routeTo: { id: 'x', type: 'MOON' } }, 400, 'INVALID_TYPE'],
    ['PATCH', '/phone-numbers/{number}', { routeTo: { id: 'x' } }, 400, 'MISSING_MANDATORY_FIELDS'],
    ['PATCH', '/phone-numbers/{number}', { billingGroupId: 'x' }, 400, 'INVALID_BILLING_GROUP_ID'],
    ['POST', '/phone-numbers/{number}/permissions', { userKey: '1', permissions: [] }, 400, 'INVALID_USER_KEY'],
    ['POST', '/phone-numbers/{number}/permissions', { permissions: [] }, 400, 'MISSING_MANDATORY_FIELDS'],
    [
      'POST',
      '/phone-numbers/{number}/permissions',
      { userKey: '{user}', permissions: ['FLYING'] },
      400,
      'INVALID_PERMISSION',
    ],
    ['POST', '/phone-number-orders', { accountKey, areaCode: '1' }, 400, 'INVALID_AREA_CODE'],
  ]

  function fill(text: string): string {
    const names: Record<string, string | undefined> = {
      direct: extensionOf('DIRECT_EXTENSION'),
      queue: extensionOf('CALL_QUEUE'),
      shared: extensionOf('SHARED_VOICEMAIL'),
      device: seed.devices[0]?.id,
      standalone: seed.devices.at(-1)?.id,
      license: seed.licenseKeys[1],
      location: seed.locations[0]?.id,
      number: seed.phoneNumbers[0]?.id,
      user: seed.users[0]?.userKey,
    }
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => names[name] ?? whole)
  }

  test.each(refusals)('%s %s %j is answered %d %s', async (method, path, body, status, errorCode) => {
    const filled: unknown = body === undefined ? undefined : JSON.parse(fill(JSON.stringify(body)))
    const before = sandbox.control.voice.snapshot()
    expect(await ask(method, fill(path), filled)).toMatchObject({ status, body: { errorCode } })
    expect(sandbox.control.voice.snapshot()).toEqual(before)
  })

  test('text messages need a number that can send them', async () => {
    await ask('POST', '/phone-number-orders', { accountKey, areaCode: '212' })
    const id = sandbox.control.voice.snapshot().phoneNumbers[1]?.id
    const body = { userKey: seed.users[0]?.userKey, permissions: ['TEXTING'] }
    const answer = await ask('POST', `/phone-numbers/${id}/permissions`, body)
    expect(answer).toMatchObject({ status: 400, body: { errorCode: 'SMS_NOT_SUPPORTED' } })
  })

  test('a licence serves one device', async () => {
    const phone = { accountKey, name: 'Phone', modelId: 'example.phone-100', macAddress: '0200000000AA' }
    const { id } = (await ask('POST', '/devices', phone)).body
    const [used, free] = seed.licenseKeys
    const full = await ask('PATCH', `/devices/${String(id)}`, { licenseKey: used })
    expect(full).toMatchObject({ status: 400, body: { errorCode: 'LICENSE_FULL' } })
    expect((await ask('PATCH', `/devices/${String(id)}`, { licenseKey: free })).body).toMatchObject({
      licenseKey: free,
    })
    const user = await ask('PATCH', `/devices/${String(id)}`, { assignedUserKey: seed.users[0]?.userKey })
    expect(user.body.errorCode).toBe('INVALID_DEVICE_TYPE')
  })
})
