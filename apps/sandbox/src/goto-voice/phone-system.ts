import { type Collection, createCollection } from '../api/collection.ts'
import type { Json } from '../api/handler.ts'
import type { Directory, DirectoryUser } from '../goto-directory/directory.ts'

export type ExtensionType =
  | 'DIRECT_EXTENSION'
  | 'CALL_QUEUE'
  | 'CONFERENCE_BRIDGE'
  | 'DIAL_PLAN'
  | 'RING_GROUP'
  | 'SHARED_VOICEMAIL'
  | 'VIRTUAL_FAX'

export interface Extension {
  readonly id: string
  readonly name: string
  readonly number: string
  readonly type: ExtensionType
  readonly omitFromDirectories: boolean
  readonly omitFromAutoAttendants: boolean
  readonly sharedAppearance: boolean
  readonly assignedPrimaryUserKey: string | null
  readonly assignedSecondaryUserKeys: readonly string[]
  readonly ringSteps: readonly unknown[]
  readonly unavailableStep?: unknown
  readonly finalStep?: unknown
  readonly voicemail: Json
}

export interface CallQueue {
  readonly id: string
  readonly name: string
  readonly extensionNumber: string
  readonly type: string
  readonly users: Collection<string>
}

export interface PhoneNumber {
  readonly id: string
  readonly number: string
  readonly smsEnabled: boolean
  readonly name: string
  readonly callerIdName: string | null
  readonly routeTo: { readonly id: string; readonly type: string } | null
  readonly billingGroupId: string | null
  readonly permissions: Collection<PhoneNumberPermission>
}

export interface PhoneNumberPermission {
  /** How the vendor's list names it is not known, so it is shown nowhere. */
  readonly id: string
  readonly userKey: string
  readonly permissions: readonly string[]
}

export interface PhoneNumberOrder {
  readonly id: string
  readonly status: string
  readonly phoneNumberId: string
}

export interface Device {
  readonly id: string
  readonly name: string
  readonly modelId: string
  readonly macAddress: string
  /** Undecided until the first assignment. */
  readonly deviceType?: 'user' | 'standalone'
  readonly assignedUserKey?: string | undefined
  readonly licenseKey?: string | undefined
  readonly locationId?: string | undefined
  readonly buttons: readonly unknown[]
}

export interface Location {
  readonly id: string
  readonly name?: string
  readonly address?: Json
  readonly usedForEmergencyServices: boolean
  readonly callbackPhoneNumber?: { readonly number: string }
  readonly users: Collection<string>
  readonly devices: Collection<string>
}

/** The phone system of one account. */
export interface PhoneSystem {
  readonly accountKey: string
  readonly organizationId: string
  /** Those of the account's directory. */
  readonly users: Collection<DirectoryUser>
  readonly extensions: Collection<Extension>
  readonly callQueues: Collection<CallQueue>
  readonly phoneNumbers: Collection<PhoneNumber>
  readonly orders: Collection<PhoneNumberOrder>
  readonly devices: Collection<Device>
  /** Licences for standalone devices; each serves one device. */
  readonly licenses: Collection<string>
  readonly locations: Collection<Location>
  readonly billingGroups: Collection<{ readonly id: string; readonly name: string }>
  /** Settings by the id of their extension. */
  readonly sharedVoicemails: Collection<Json>
  readonly virtualFaxMachines: Collection<Json>
  readonly smsRegistrations: Collection<Json>
}

export function createPhoneSystem({ accountKey, users }: Directory, organizationId: string): PhoneSystem {
  return {
    accountKey,
    organizationId,
    users,
    extensions: createCollection(),
    callQueues: createCollection(),
    phoneNumbers: createCollection(),
    orders: createCollection(),
    devices: createCollection(),
    licenses: createCollection(),
    locations: createCollection(),
    billingGroups: createCollection(),
    sharedVoicemails: createCollection(),
    virtualFaxMachines: createCollection(),
    smsRegistrations: createCollection(),
  }
}

/** The models the vendor knows; made up. */
export const deviceModels: readonly { readonly id: string; readonly name: string }[] = [
  { id: 'example.phone-100', name: 'Example Phone 100' },
  { id: 'example.phone-200', name: 'Example Phone 200' },
  { id: 'example.conference-1', name: 'Example Conference 1' },
  { id: 'sample.desk-7', name: 'Sample Desk 7' },
]

/** Takes a person who is no longer in the account out of everything that refers to them. */
export function forgetUser(system: PhoneSystem, userKey: string): void {
  const { extensions, callQueues, phoneNumbers, devices, locations } = system
  for (const extension of extensions.values()) {
    const { assignedPrimaryUserKey, assignedSecondaryUserKeys } = extension
    extensions.replace(extension.id, {
      ...extension,
      assignedPrimaryUserKey: assignedPrimaryUserKey === userKey ? null : assignedPrimaryUserKey,
      assignedSecondaryUserKeys: assignedSecondaryUserKeys.filter((key) => key !== userKey),
    })
  }
  for (const device of devices.values()) {
    if (device.assignedUserKey === userKey) devices.replace(device.id, { ...device, assignedUserKey: undefined })
  }
  for (const { permissions } of phoneNumbers.values()) {
    for (const permission of permissions.values()) {
      if (permission.userKey === userKey) permissions.remove(permission.id)
    }
  }
  for (const { users } of [...callQueues.values(), ...locations.values()]) users.remove(userKey)
}

export function isNumberTaken(system: PhoneSystem, number: string, except?: string): boolean {
  return system.extensions.values().some((extension) => extension.number === number && extension.id !== except)
}

/** Finds the first extension number from `from` on that nobody has. */
export function createNumberFinder(system: PhoneSystem, from: number): () => string {
  const taken = new Set(system.extensions.values().map((extension) => extension.number))
  let next = from
  return () => {
    while (taken.has(String(next))) next += 1
    next += 1
    return String(next - 1)
  }
}
