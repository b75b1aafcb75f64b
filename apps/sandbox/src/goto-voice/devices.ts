import { createCollection } from '../api/collection.ts'
import { bodyOf, compact, created, type Json, ok, pathOf, pick, textOf } from '../api/handler.ts'
import { isObject } from '../check-option.ts'
import { conflict, invalid } from '../goto-connect/connect-refusals.ts'
import { accountList, checkAccountKey, checkName, subList, type VoiceHandlers } from './handler.ts'
import { type Device, deviceModels, type PhoneSystem } from './phone-system.ts'

/** How many buttons a device takes at GoTo depends on its model; ours all take so many. */
const buttonLimit = 100

const models = createCollection<(typeof deviceModels)[number]>()
for (const model of deviceModels) models.add(model.id, model)

function showDevice({ id, name, modelId, macAddress, assignedUserKey, licenseKey }: Device): Json {
  return compact({ id, name, modelId, macAddress, assignedUserKey, licenseKey })
}

export const deviceHandlers: VoiceHandlers = {
  listDevices: (ask) =>
    accountList(ask, {
      list: 'devices',
      of: ask.system.devices,
      show: ({ id, name, modelId, macAddress, assignedUserKey }) =>
        compact({ id, modelName: models.find(modelId)?.name, macAddress, name, assignedUserKey }),
    }),

  createDevice(ask) {
    const body = bodyOf(ask)
    checkAccountKey(ask)
    checkName(body)
    checkModel(body)
    const macAddress = textOf(body, 'macAddress').toLowerCase()
    if (ask.system.devices.values().some((device) => device.macAddress === macAddress)) {
      throw conflict('MAC_ADDRESS_EXISTS', 'The MAC address is taken.')
    }
    const id = ask.random.uuid('created device')
    const device = { id, name: textOf(body, 'name'), modelId: textOf(body, 'modelId'), macAddress, buttons: [] }
    ask.system.devices.add(id, device)
    return created({ ...showDevice(device), accountKey: ask.system.accountKey })
  },

  getDevice(ask) {
    const { id, licenseKey, locationId } = ask.system.devices.require(pathOf(ask, 'deviceId'))
    return ok(compact({ id, licenseKey, locationId }))
  },

  updateDevice(ask) {
    const { devices } = ask.system
    const device = devices.require(pathOf(ask, 'deviceId'))
    const body = bodyOf(ask)
    checkName(body)
    checkModel(body)
    const assigned = readAssignment(ask.system, device, body)
    const changed: Device = { ...device, ...pick(body, ['name', 'modelId']), ...assigned }
    return ok(showDevice(devices.replace(device.id, changed)))
  },

  rebootDevice(ask) {
    ask.system.devices.require(pathOf(ask, 'deviceId'))
    return { status: 202 }
  },

  resyncDevice(ask) {
    ask.system.devices.require(pathOf(ask, 'deviceId'))
    return { status: 202 }
  },

  getButtonsConfiguration: (ask) => ok({ items: ask.system.devices.require(pathOf(ask, 'deviceId')).buttons }),

  replaceButtonsConfiguration(ask) {
    const { devices } = ask.system
    const device = devices.require(pathOf(ask, 'deviceId'))
    const { items } = bodyOf(ask)
    const buttons = Array.isArray(items) ? items.filter(isObject) : []
    checkButtons(ask.system, buttons)
    devices.replace(device.id, { ...device, buttons })
    return ok({ items: buttons })
  },

  listDeviceModels: (ask) => subList(ask, { list: 'deviceModels', of: models, show: (model) => model }),
}

function checkModel({ modelId }: Json): void {
  if (modelId === undefined || models.find(String(modelId)) !== undefined) return
  throw invalid('INVALID_MODEL', 'There is no such model.')
}

/** Users go to user devices, licences to standalone ones, each alone in its request. */
function readAssignment(system: PhoneSystem, device: Device, body: Json): Partial<Device> {
  const { assignedUserKey, licenseKey } = body
  if (assignedUserKey === undefined && licenseKey === undefined) return {}
  if (Object.keys(body).length > 1) {
    throw invalid('ASSIGNMENTS_MUST_BE_ALONE', 'A user or a licence must be the only member sent.')
  }
  const deviceType = assignedUserKey === undefined ? 'standalone' : 'user'
  if (device.deviceType !== undefined && device.deviceType !== deviceType) {
    throw invalid('INVALID_DEVICE_TYPE', 'A device takes a user or a licence, according to its type.')
  }
  if (assignedUserKey === undefined) return assignLicense(system, device, licenseKey)
  if (assignedUserKey === null) return { assignedUserKey: undefined }
  checkUser(system, String(assignedUserKey))
  return { deviceType, assignedUserKey: String(assignedUserKey) }
}

function checkUser(system: PhoneSystem, userKey: string): void {
  if (!/^\d+$/.test(userKey)) throw invalid('INVALID_USER_KEY', 'A user key is a string of digits.')
  if (system.users.find(userKey) !== undefined) return
  throw invalid('INVALID_USER_FOR_ACCOUNT', 'The user does not belong to this account.')
}

function assignLicense(system: PhoneSystem, device: Device, licenseKey: unknown): Partial<Device> {
  if (licenseKey === null) return { licenseKey: undefined }
  const key = String(licenseKey)
  if (system.licenses.find(key) === undefined) throw invalid('INVALID_LICENSE_KEY', 'There is no such licence.')
  if (system.devices.values().some((other) => other.id !== device.id && other.licenseKey === key)) {
    throw invalid('LICENSE_FULL', 'The licence serves another device.')
  }
  return { deviceType: 'standalone', licenseKey: key }
}

function checkButtons(system: PhoneSystem, buttons: readonly Json[]): void {
  if (buttons.length > buttonLimit) throw invalid('TOO_MANY_BUTTONS', `A device takes ${buttonLimit} buttons.`)
  const positions = new Set(buttons.map((button) => button.position))
  if (positions.size < buttons.length) throw invalid('INVALID_POSITION', 'Two buttons have the same position.')
  for (const { type, extensionId } of buttons) {
    if (type !== 'SPEED_DIAL' && type !== 'LINE') throw invalid('UNSUPPORTED_BUTTON_TYPE', 'There is no such button.')
    if (extensionId !== undefined && system.extensions.find(String(extensionId)) === undefined) {
      throw invalid('INVALID_EXTENSION_ID', 'There is no such extension.')
    }
  }
}
