import { checkKeys, checkNumber } from '../check-option.ts'
import type { GotoTenants } from '../goto/goto-tenants.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { PhoneSystem } from './phone-system.ts'
import { addCallQueues, addExtensions } from './seed-phone-system.ts'

export interface AddItems {
  readonly count: number
  /** Default: the account of the seed. */
  readonly accountKey?: string
}

export interface AddedItems {
  readonly ids: readonly string[]
}

export interface VoiceUser {
  readonly userKey: string
  readonly name: string
  readonly email: string
  readonly status: 'ACTIVE' | 'INACTIVE' | 'INVITED'
}

/** What a phone system holds, as plain JSON. */
export interface VoiceSnapshot {
  readonly accountKey: string
  readonly organizationId: string
  readonly users: readonly VoiceUser[]
  readonly extensions: readonly {
    readonly id: string
    readonly name: string
    readonly number: string
    readonly type: string
  }[]
  readonly callQueues: readonly { readonly id: string; readonly name: string }[]
  readonly phoneNumbers: readonly {
    readonly id: string
    readonly number: string
    readonly permissionIds: readonly string[]
  }[]
  readonly orders: readonly { readonly id: string; readonly status: string }[]
  readonly devices: readonly { readonly id: string; readonly name: string; readonly macAddress: string }[]
  readonly licenseKeys: readonly string[]
  readonly locations: readonly { readonly id: string; readonly usedForEmergencyServices: boolean }[]
  readonly billingGroups: readonly { readonly id: string; readonly name: string }[]
  readonly sharedVoicemails: number
  readonly virtualFaxMachines: number
}

/** The phone systems of all accounts, for whoever drives the sandbox. */
export interface PhoneSystemBook {
  addExtensions(what: AddItems): AddedItems
  addCallQueues(what: AddItems): AddedItems
  snapshot(accountKey?: string): VoiceSnapshot
}

export function createPhoneSystemBook(tenants: GotoTenants, random: SeededRandom): PhoneSystemBook {
  function add(what: AddItems, fill: typeof addExtensions): AddedItems {
    checkKeys(what, ['count', 'accountKey'], 'What to add')
    checkNumber(what.count, 'count', 1, 1_000_000)
    return { ids: fill(tenants.ofKnown(what.accountKey).system, what.count, random) }
  }

  return {
    addExtensions: (what) => add(what, addExtensions),
    addCallQueues: (what) => add(what, addCallQueues),
    snapshot: (accountKey) => structuredClone(takeSnapshot(tenants.ofKnown(accountKey).system)),
  }
}

function takeSnapshot(system: PhoneSystem): VoiceSnapshot {
  return {
    accountKey: system.accountKey,
    organizationId: system.organizationId,
    users: system.users.values().map(({ userKey, displayName, email, status }) => ({
      userKey,
      name: displayName,
      email,
      status,
    })),
    extensions: system.extensions.values().map(({ id, name, number, type }) => ({ id, name, number, type })),
    callQueues: system.callQueues.values().map(({ id, name }) => ({ id, name })),
    phoneNumbers: system.phoneNumbers.values().map(({ id, number, permissions }) => ({
      id,
      number,
      permissionIds: permissions.values().map((each) => each.id),
    })),
    orders: system.orders.values().map(({ id, status }) => ({ id, status })),
    devices: system.devices.values().map(({ id, name, macAddress }) => ({ id, name, macAddress })),
    licenseKeys: system.licenses.values(),
    locations: system.locations.values().map(({ id, usedForEmergencyServices }) => ({ id, usedForEmergencyServices })),
    billingGroups: system.billingGroups.values(),
    sharedVoicemails: system.sharedVoicemails.values().length,
    virtualFaxMachines: system.virtualFaxMachines.values().length,
  }
}
