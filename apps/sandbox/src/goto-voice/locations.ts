import { createCollection } from '../api/collection.ts'
import { bodyOf, compact, created, type Json, noContent, ok, pathOf, pick, textOf } from '../api/handler.ts'
import { notFound } from '../api/vendor-refusal.ts'
import { isObject } from '../check-option.ts'
import { badRequest, invalid } from '../goto-connect/connect-refusals.ts'
import { accountList, type Ask, checkAccountKey, subList, type VoiceHandlers } from './handler.ts'
import type { Location, PhoneSystem } from './phone-system.ts'

function showLocation({ accountKey }: PhoneSystem, location: Location): Json {
  const { id, name, address, usedForEmergencyServices } = location
  return compact({ id, name, address, usedForEmergencyServices, accountKey })
}

export const locationHandlers: VoiceHandlers = {
  listLocations: (ask) =>
    accountList(ask, {
      list: 'locations',
      of: ask.system.locations,
      show: ({ id, name, address, usedForEmergencyServices, callbackPhoneNumber }) =>
        compact({ id, name, address, usedForEmergencyServices, callbackPhoneNumber }),
    }),

  createLocation(ask) {
    const body = bodyOf(ask)
    checkAccountKey(ask)
    checkAddress(body)
    const id = ask.random.uuid('created location')
    const assigned = { users: createCollection<string>(), devices: createCollection<string>() }
    const location = { id, ...pick(body, ['name', 'address']), usedForEmergencyServices: false, ...assigned }
    return created(showLocation(ask.system, ask.system.locations.add(id, location)))
  },

  updateLocation(ask) {
    const location = requirePlain(ask, 'UNSUPPORTED_LOCATION_TYPE')
    const body = bodyOf(ask)
    checkAddress(body)
    const changed = { ...location, ...pick(body, ['name', 'address']) }
    return ok(showLocation(ask.system, ask.system.locations.replace(location.id, changed)))
  },

  deleteLocation(ask) {
    const { locations, devices } = ask.system
    const location = requirePlain(ask, 'UNSUPPORTED_LOCATION_TYPE')
    locations.remove(location.id)
    for (const device of devices.values()) {
      if (device.locationId === location.id) devices.replace(device.id, { ...device, locationId: undefined })
    }
    return noContent
  },

  listLocationUsers: (ask) =>
    subList(ask, { list: 'locationUsers', of: requireLocation(ask).users, show: (userKey) => ({ userKey }) }),

  addLocationUser(ask) {
    const location = requireLocation(ask)
    const userKey = textOf(bodyOf(ask), 'userKey')
    if (ask.system.users.find(userKey) === undefined) throw invalid('INVALID_USER_KEY', 'There is no such user.')
    for (const other of ask.system.locations.values()) other.users.remove(userKey)
    location.users.add(userKey, userKey)
    return ok({ items: [{ userKey }] })
  },

  removeLocationUser(ask) {
    const location = requirePlain(ask, 'UNSUPPORTED_LOCATION_TYPE')
    if (!location.users.remove(pathOf(ask, 'userKey'))) throw notFound()
    return noContent
  },

  listLocationDevices: (ask) =>
    subList(ask, { list: 'locationDevices', of: requireLocation(ask).devices, show: (id) => ({ id }) }),

  addLocationDevice(ask) {
    const location = requireLocation(ask)
    const id = textOf(bodyOf(ask), 'deviceId')
    const device = ask.system.devices.find(id)
    if (device === undefined) throw invalid('INVALID_DEVICE_ID', 'There is no such device.')
    for (const other of ask.system.locations.values()) other.devices.remove(id)
    location.devices.add(id, id)
    ask.system.devices.replace(id, { ...device, locationId: location.id })
    return ok({ items: [{ id }] })
  },

  removeLocationDevice(ask) {
    const location = requirePlain(ask, 'UNSUPPORTED_LOCATION_TYPE_OPERATION')
    const id = pathOf(ask, 'deviceId')
    const device = ask.system.devices.find(id)
    if (device === undefined || !location.devices.remove(id)) throw notFound()
    ask.system.devices.replace(id, { ...device, locationId: undefined })
    return noContent
  },
}

function requireLocation(ask: Ask): Location {
  return ask.system.locations.require(pathOf(ask, 'locationId'))
}

/** Locations for emergency services are managed elsewhere. */
function requirePlain(ask: Ask, errorCode: string): Location {
  const location = requireLocation(ask)
  if (!location.usedForEmergencyServices) return location
  throw invalid(errorCode, 'The location is used for emergency services.')
}

function checkAddress({ address }: Json): void {
  if (!isObject(address) || address.country === undefined) return
  if (!/^[A-Z]{2}$/.test(String(address.country))) throw badRequest('address.country', 'INVALID')
}
