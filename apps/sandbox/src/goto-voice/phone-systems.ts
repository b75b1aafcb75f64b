import type { VendorAccounts } from '../accounts.ts'
import { checkKeys, checkNumber } from '../check-option.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { PhoneSystem, VoiceUser } from './phone-system.ts'
import { addCallQueues, addExtensions, seedPhoneSystem } from './seed-phone-system.ts'

export interface AddItems {
  readonly count: number
  /** Default: the account of the seed. */
  readonly accountKey?: string
}

export interface AddedItems {
  readonly ids: readonly string[]
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

/** The phone systems of all accounts, each made when it is first asked for. */
export interface PhoneSystemBook {
  of(accountKey: string): PhoneSystem
  addExtensions(what: AddItems): AddedItems
  addCallQueues(what: AddItems): AddedItems
  snapshot(accountKey?: string): VoiceSnapshot
  reset(): void
}

export function createPhoneSystemBook(accounts: VendorAccounts, random: SeededRandom): PhoneSystemBook {
  const systems = new Map<string, PhoneSystem>()

  function of(accountKey: string): PhoneSystem {
    const present = systems.get(accountKey)
    if (present !== undefined) return present
    const system = seedPhoneSystem(accountKey, random)
    systems.set(accountKey, system)
    return system
  }

  function ofKnown(accountKey: string = accounts.list()[0]?.accountKey ?? ''): PhoneSystem {
    if (accounts.list().some((account) => account.accountKey === accountKey)) return of(accountKey)
    throw new SandboxError('unknown_account', `No account "${accountKey}" here. Add it with accounts.add.`)
  }

  function add(what: AddItems, fill: typeof addExtensions): AddedItems {
    checkKeys(what, ['count', 'accountKey'], 'What to add')
    checkNumber(what.count, 'count', 1, 1_000_000)
    return { ids: fill(ofKnown(what.accountKey), what.count, random) }
  }

  return {
    of,
    addExtensions: (what) => add(what, addExtensions),
    addCallQueues: (what) => add(what, addCallQueues),
    snapshot: (accountKey) => structuredClone(takeSnapshot(ofKnown(accountKey))),
    reset: () => systems.clear(),
  }
}

function takeSnapshot(system: PhoneSystem): VoiceSnapshot {
  return {
    accountKey: system.accountKey,
    organizationId: system.organizationId,
    users: system.users.values(),
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
