import { createCollection } from '../api/collection.ts'
import type { Json } from '../api/handler.ts'
import { type Directory, makeKey } from '../goto-directory/directory.ts'
import type { SeededRandom } from '../seeded-random.ts'
import {
  createNumberFinder,
  createPhoneSystem,
  deviceModels,
  type Extension,
  type ExtensionType,
  type PhoneNumberPermission,
  type PhoneSystem,
} from './phone-system.ts'

const queueNames = [
  'Support',
  'Sales',
  'Billing',
  'Returns',
  'Bookings',
  'Deliveries',
  'New customers',
  'Emergencies',
  'After hours',
]
const otherExtensions: readonly { readonly name: string; readonly type: ExtensionType }[] = [
  { name: 'Main menu', type: 'DIAL_PLAN' },
  { name: 'Front desk', type: 'RING_GROUP' },
  { name: 'Weekly meeting', type: 'CONFERENCE_BRIDGE' },
  { name: 'Support mailbox', type: 'SHARED_VOICEMAIL' },
]

interface Seeding {
  readonly system: PhoneSystem
  readonly id: (what: string) => string
  readonly digits: (what: string) => string
}

/**
 * Fills the phone system of a small company: 9 queues, 22 extensions (one for each user and queue, and four more), one
 * phone number, one location, 10 devices, 2 billing groups. All names are made up.
 */
export function seedPhoneSystem(directory: Directory, random: SeededRandom): PhoneSystem {
  const { accountKey } = directory
  const id = (what: string): string => random.uuid(`${accountKey} ${what}`)
  const digits = (what: string): string => makeKey(random, accountKey, what)
  const system = createPhoneSystem(directory, id('organization'))
  const seeding = { system, id, digits }
  seedUsers(seeding)
  seedQueues(seeding)
  seedOtherExtensions(seeding)
  seedNumbers(seeding)
  seedDevices(seeding)
  seedLocation(seeding)
  return system
}

/** Makes an extension with nothing set. */
export function blankExtension(of: Pick<Extension, 'id' | 'name' | 'number' | 'type'> & Partial<Extension>): Extension {
  return {
    omitFromDirectories: false,
    omitFromAutoAttendants: false,
    sharedAppearance: false,
    assignedPrimaryUserKey: null,
    assignedSecondaryUserKeys: [],
    ringSteps: [],
    voicemail: {},
    ...of,
  }
}

/** Adds direct extensions that belong to nobody, with the next free numbers. */
export function addExtensions(system: PhoneSystem, count: number, random: SeededRandom): string[] {
  const number = createNumberFinder(system, 4000)
  return Array.from({ length: count }, (_, index) => {
    const id = random.uuid(`${system.accountKey} more extensions`)
    const name = `Desk ${index + 1}`
    return system.extensions.add(id, blankExtension({ id, name, number: number(), type: 'DIRECT_EXTENSION' })).id
  })
}

/** Adds call queues without users, each with its extension. */
export function addCallQueues(system: PhoneSystem, count: number, random: SeededRandom): string[] {
  const number = createNumberFinder(system, 6000)
  const id = (): string => random.uuid(`${system.accountKey} more queues`)
  return Array.from({ length: count }, (_, index) => addQueue(system, `Queue ${index + 1}`, number(), id))
}

function addQueue(system: PhoneSystem, name: string, number: string, nextId: () => string): string {
  const id = nextId()
  system.callQueues.add(id, { id, name, extensionNumber: number, type: 'BASIC', users: createCollection() })
  system.extensions.add(id, blankExtension({ id, name, number, type: 'CALL_QUEUE' }))
  return id
}

function seedUsers({ system, id }: Seeding): void {
  const number = createNumberFinder(system, 1001)
  for (const { userKey, displayName } of system.users.values()) {
    const extension = { id: id('extension'), name: displayName, number: number(), type: 'DIRECT_EXTENSION' } as const
    system.extensions.add(extension.id, blankExtension({ ...extension, assignedPrimaryUserKey: userKey }))
  }
}

function seedQueues({ system, id }: Seeding): void {
  const number = createNumberFinder(system, 2001)
  const userKeys = system.users.values().map((user) => user.userKey)
  for (const [index, name] of queueNames.entries()) {
    const queueId = addQueue(system, name, number(), () => id('queue'))
    const { users } = system.callQueues.require(queueId)
    for (const userKey of userKeys.filter((_, place) => (place + index) % 3 === 0)) users.add(userKey, userKey)
  }
}

function seedOtherExtensions({ system, id }: Seeding): void {
  const number = createNumberFinder(system, 3001)
  for (const { name, type } of otherExtensions) {
    const extension = blankExtension({ id: id('other extension'), name, number: number(), type })
    system.extensions.add(extension.id, extension)
    if (type !== 'SHARED_VOICEMAIL') continue
    const emailNotificationEmailAddresses = ['support@example.com']
    const settings = { name, extensionNumber: extension.number, emailNotificationEmailAddresses }
    system.sharedVoicemails.add(extension.id, { ...blankSharedVoicemail, ...settings, sendEmailNotification: true })
  }
}

/** The settings of a new shared voicemail box. Which defaults GoTo has is not known. */
export const blankSharedVoicemail: Json = {
  emailNotificationEmailAddresses: [],
  attachedMessageFormat: 'WAV',
  interceptIncomingFaxes: false,
  allowMessageReview: false,
  sendEmailNotification: false,
  attachMessageToEmailNotification: false,
  transcriptionEnabled: false,
  deleteMessageAfterEmailingNotification: false,
  sayMessageDuration: false,
  sayMessageCallerId: false,
}

function seedNumbers({ system, id }: Seeding): void {
  for (const name of ['Sales department', 'Everyone else']) {
    const group = { id: id('billing group'), name }
    system.billingGroups.add(group.id, group)
  }
  const dialPlan = system.extensions.values().find((extension) => extension.type === 'DIAL_PLAN')
  const [billingGroup] = system.billingGroups.values()
  const [user] = system.users.values()
  const permissions = createCollection<PhoneNumberPermission>()
  if (user !== undefined) {
    const permission = { id: id('permission'), userKey: user.userKey, permissions: ['TEXTING', 'OUTBOUND_CALLER_ID'] }
    permissions.add(permission.id, permission)
  }
  const phoneNumberId = id('phone number')
  system.phoneNumbers.add(phoneNumberId, {
    id: phoneNumberId,
    number: '+12025550143',
    smsEnabled: true,
    name: 'Main line',
    callerIdName: 'Example Inc',
    routeTo: dialPlan === undefined ? null : { id: dialPlan.id, type: 'EXTENSION' },
    billingGroupId: billingGroup?.id ?? null,
    permissions,
  })
}

function seedDevices({ system, id, digits }: Seeding): void {
  const modelIds = deviceModels.map((model) => model.id)
  for (const [index, user] of system.users.values().entries()) {
    const device = {
      id: id('device'),
      name: `${user.displayName}’s phone`,
      modelId: modelIds[index % modelIds.length] ?? '',
      macAddress: `0200000000${String(index + 1).padStart(2, '0')}`,
    }
    system.devices.add(device.id, { ...device, deviceType: 'user', assignedUserKey: user.userKey, buttons: [] })
  }
  for (let count = 0; count < 2; count += 1) {
    const licenseKey = digits('license')
    system.licenses.add(licenseKey, licenseKey)
  }
  const [licenseKey = ''] = system.licenses.values()
  const lobby = { id: id('device'), name: 'Lobby phone', modelId: modelIds[2] ?? '', macAddress: '020000000010' }
  system.devices.add(lobby.id, { ...lobby, deviceType: 'standalone', licenseKey, buttons: [] })
}

function seedLocation({ system, id }: Seeding): void {
  const locationId = id('location')
  const users = createCollection<string>()
  for (const { userKey } of system.users.values().slice(0, 5)) users.add(userKey, userKey)
  const devices = createCollection<string>()
  for (const device of system.devices.values().slice(-1)) {
    devices.add(device.id, device.id)
    system.devices.replace(device.id, { ...device, locationId })
  }
  system.locations.add(locationId, {
    id: locationId,
    name: 'Head office',
    address: {
      line1: '100 Example Street',
      line2: 'Floor 2',
      city: 'Exampleville',
      state: 'NY',
      postalCode: '10001',
      country: 'US',
    },
    usedForEmergencyServices: true,
    callbackPhoneNumber: { number: '+12025550143' },
    users,
    devices,
  })
}
