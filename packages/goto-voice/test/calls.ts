import { unwrap, type GotoVoice } from '../src/index.ts'
import type { operations } from '../src/operations.gen.ts'

export type Voice = GotoVoice<'accountKey'>
export type OperationId = keyof typeof operations

/** Ids of what the phone system of the seed holds. */
export interface Things {
  readonly accountKey: string
  readonly userKey: string
  readonly callQueueId: string
  readonly deviceId: string
  readonly extensionId: string
  readonly otherExtensionId: string
  readonly phoneNumberId: string
  readonly permissionId: string
  /** An extension number that nothing has yet. */
  nextNumber(): string
}

interface Outcome {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}

const address = { line1: '200 Example Street', city: 'Exampleville', state: 'NY', postalCode: '10001', country: 'US' }

async function newExtension(voice: Voice, { accountKey, nextNumber }: Things): Promise<string> {
  const body = { accountKey, name: 'Grace Example', number: nextNumber() }
  return unwrap(await voice.POST('/extensions', { body })).id
}

async function newLocation(voice: Voice, { accountKey }: Things): Promise<string> {
  return unwrap(await voice.POST('/locations', { body: { accountKey, name: 'Warehouse', address } })).id
}

async function newVoicemail(voice: Voice, { accountKey, nextNumber }: Things): Promise<string> {
  const body = { accountKey, extensionNumber: nextNumber(), name: 'Orders mailbox' }
  return unwrap(await voice.POST('/shared-voicemails', { body })).id
}

/** One valid call of every operation, written as a user would write it. */
export const calls: Record<OperationId, (voice: Voice, things: Things) => Promise<Outcome>> = {
  getAccount: (voice) => voice.GET('/accounts/{accountKey}'),
  listBillingGroups: (voice) => voice.GET('/billing-groups'),
  listCallQueues: (voice) => voice.GET('/call-queues', { params: { query: { pageSize: 100 } } }),
  getCallQueue: (voice, { callQueueId }) =>
    voice.GET('/call-queues/{callQueueId}', { params: { path: { callQueueId } } }),
  listCallQueueUsers: (voice, { callQueueId }) =>
    voice.GET('/call-queues/{callQueueId}/users', { params: { path: { callQueueId } } }),
  listDeviceModels: (voice) => voice.GET('/device-models'),
  listDevices: (voice) => voice.GET('/devices'),
  createDevice: (voice, { accountKey }) =>
    voice.POST('/devices', {
      body: { accountKey, name: 'Reception phone', modelId: 'example.phone-100', macAddress: '0200000000ff' },
    }),
  getDevice: (voice, { deviceId }) => voice.GET('/devices/{deviceId}', { params: { path: { deviceId } } }),
  updateDevice: (voice, { deviceId }) =>
    voice.PATCH('/devices/{deviceId}', { params: { path: { deviceId } }, body: { name: 'Lobby phone' } }),
  getButtonsConfiguration: (voice, { deviceId }) =>
    voice.GET('/devices/{deviceId}/buttons-configuration', { params: { path: { deviceId } } }),
  replaceButtonsConfiguration: (voice, { deviceId, extensionId }) =>
    voice.PUT('/devices/{deviceId}/buttons-configuration', {
      params: { path: { deviceId } },
      body: { items: [{ type: 'SPEED_DIAL', position: 0, label: 'Support', extensionId }] },
    }),
  rebootDevice: (voice, { deviceId }) => voice.POST('/devices/{deviceId}/reboot', { params: { path: { deviceId } } }),
  resyncDevice: (voice, { deviceId }) => voice.POST('/devices/{deviceId}/resync', { params: { path: { deviceId } } }),
  listExtensions: (voice) => voice.GET('/extensions', { params: { query: { type: 'DIRECT_EXTENSION,CALL_QUEUE' } } }),
  createExtension: (voice, { accountKey, nextNumber }) =>
    voice.POST('/extensions', { body: { accountKey, name: 'Grace Example', number: nextNumber() } }),
  deleteExtension: async (voice, things) => {
    const extensionId = await newExtension(voice, things)
    return voice.DELETE('/extensions/{extensionId}', { params: { path: { extensionId } } })
  },
  getExtension: (voice, { extensionId }) =>
    voice.GET('/extensions/{extensionId}', { params: { path: { extensionId } } }),
  updateExtension: (voice, { extensionId }) =>
    voice.PATCH('/extensions/{extensionId}', {
      params: { path: { extensionId } },
      body: { name: 'Ada Lovelace Example', omitFromDirectories: true },
    }),
  getFindMeFollowMe: (voice, { extensionId }) =>
    voice.GET('/extensions/{extensionId}/find-me-follow-me', { params: { path: { extensionId } } }),
  updateFindMeFollowMe: (voice, { extensionId, otherExtensionId }) =>
    voice.PATCH('/extensions/{extensionId}/find-me-follow-me', {
      params: { path: { extensionId } },
      body: {
        finalStep: { action: 'EXTENSION', extensionId: otherExtensionId },
        unavailableStep: { externalNumber: '+12025550145' },
      },
    }),
  replaceRingSteps: (voice, { extensionId, otherExtensionId }) =>
    voice.PUT('/extensions/{extensionId}/find-me-follow-me/ring-steps', {
      params: { path: { extensionId } },
      body: { ringSteps: [{ timeout: 15, passThruCallerId: false, items: [{ extensionId: otherExtensionId }] }] },
    }),
  updateExtensionVoicemail: (voice, { extensionId }) =>
    voice.PATCH('/extensions/{extensionId}/voicemail', {
      params: { path: { extensionId } },
      body: { timeZone: 'America/New_York', transcriptionEnabled: true },
    }),
  listLocations: (voice) => voice.GET('/locations'),
  createLocation: (voice, { accountKey }) =>
    voice.POST('/locations', { body: { accountKey, name: 'Warehouse', address } }),
  deleteLocation: async (voice, things) => {
    const locationId = await newLocation(voice, things)
    return voice.DELETE('/locations/{locationId}', { params: { path: { locationId } } })
  },
  updateLocation: async (voice, things) => {
    const locationId = await newLocation(voice, things)
    return voice.PATCH('/locations/{locationId}', {
      params: { path: { locationId } },
      body: { name: 'Warehouse north' },
    })
  },
  listLocationDevices: async (voice, things) => {
    const locationId = await newLocation(voice, things)
    return voice.GET('/locations/{locationId}/devices', { params: { path: { locationId } } })
  },
  addLocationDevice: async (voice, things) => {
    const locationId = await newLocation(voice, things)
    const { deviceId } = things
    return voice.POST('/locations/{locationId}/devices', { params: { path: { locationId } }, body: { deviceId } })
  },
  removeLocationDevice: async (voice, things) => {
    const locationId = await newLocation(voice, things)
    const { deviceId } = things
    unwrap(
      await voice.POST('/locations/{locationId}/devices', { params: { path: { locationId } }, body: { deviceId } }),
    )
    return voice.DELETE('/locations/{locationId}/devices/{deviceId}', { params: { path: { locationId, deviceId } } })
  },
  listLocationUsers: async (voice, things) => {
    const locationId = await newLocation(voice, things)
    return voice.GET('/locations/{locationId}/users', { params: { path: { locationId } } })
  },
  addLocationUser: async (voice, things) => {
    const locationId = await newLocation(voice, things)
    const { userKey } = things
    return voice.POST('/locations/{locationId}/users', { params: { path: { locationId } }, body: { userKey } })
  },
  removeLocationUser: async (voice, things) => {
    const locationId = await newLocation(voice, things)
    const { userKey } = things
    unwrap(await voice.POST('/locations/{locationId}/users', { params: { path: { locationId } }, body: { userKey } }))
    return voice.DELETE('/locations/{locationId}/users/{userKey}', { params: { path: { locationId, userKey } } })
  },
  listPhoneNumberOrders: (voice) => voice.GET('/phone-number-orders'),
  createPhoneNumberOrder: (voice, { accountKey }) =>
    voice.POST('/phone-number-orders', { body: { accountKey, areaCode: '202' } }),
  getPhoneNumberOrder: async (voice, { accountKey }) => {
    const order = unwrap(await voice.POST('/phone-number-orders', { body: { accountKey, areaCode: '202' } }))
    return voice.GET('/phone-number-orders/{orderId}', { params: { path: { orderId: order.id } } })
  },
  listPhoneNumbers: (voice) => voice.GET('/phone-numbers', { params: { query: { number: '+12025550143' } } }),
  getPhoneNumber: (voice, { phoneNumberId }) =>
    voice.GET('/phone-numbers/{phoneNumberId}', { params: { path: { phoneNumberId } } }),
  updatePhoneNumber: (voice, { phoneNumberId }) =>
    voice.PATCH('/phone-numbers/{phoneNumberId}', {
      params: { path: { phoneNumberId } },
      body: { name: 'Front desk', callerIdName: null },
    }),
  listPhoneNumberPermissions: (voice, { phoneNumberId }) =>
    voice.GET('/phone-numbers/{phoneNumberId}/permissions', { params: { path: { phoneNumberId } } }),
  createPhoneNumberPermission: (voice, { phoneNumberId, userKey }) =>
    voice.POST('/phone-numbers/{phoneNumberId}/permissions', {
      params: { path: { phoneNumberId } },
      body: { userKey, permissions: ['TEXTING'] },
    }),
  deletePhoneNumberPermission: (voice, { phoneNumberId, permissionId }) =>
    voice.DELETE('/phone-numbers/{phoneNumberId}/permissions/{permissionId}', {
      params: { path: { phoneNumberId, permissionId } },
    }),
  createSharedVoicemail: (voice, { accountKey, nextNumber }) =>
    voice.POST('/shared-voicemails', {
      body: { accountKey, name: 'Orders mailbox', extensionNumber: nextNumber() },
    }),
  getSharedVoicemail: async (voice, things) => {
    const sharedVoicemailId = await newVoicemail(voice, things)
    return voice.GET('/shared-voicemails/{sharedVoicemailId}', { params: { path: { sharedVoicemailId } } })
  },
  updateSharedVoicemail: async (voice, things) => {
    const sharedVoicemailId = await newVoicemail(voice, things)
    return voice.PATCH('/shared-voicemails/{sharedVoicemailId}', {
      params: { path: { sharedVoicemailId } },
      body: { sendEmailNotification: false },
    })
  },
  listSmsRegistrations: (voice) => voice.GET('/sms-registrations'),
  createVirtualFaxMachine: (voice) => voice.POST('/virtual-fax-machines', { body: {} }),
}
