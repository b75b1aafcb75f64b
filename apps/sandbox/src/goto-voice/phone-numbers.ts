import { createCollection } from '../api/collection.ts'
import { bodyOf, created, type Json, noContent, ok, pathOf, pick, textOf } from '../api/handler.ts'
import { notFound } from '../api/vendor-refusal.ts'
import { isObject } from '../check-option.ts'
import { invalid } from '../goto-connect/connect-refusals.ts'
import { accountList, type Ask, checkAccountKey, checkName, subList, type VoiceHandlers } from './handler.ts'
import type { PhoneNumber, PhoneNumberOrder, PhoneSystem } from './phone-system.ts'

/** What caller-id names usually have at most; GoTo's own limit is not known. */
const callerIdNameLimit = 15
const permissionNames = ['TEXTING', 'INSTANT_RESPONSE', 'OUTBOUND_CALLER_ID']

function showNumber({ accountKey, organizationId }: PhoneSystem, phoneNumber: PhoneNumber): unknown {
  const { id, number, smsEnabled, name, callerIdName, routeTo, billingGroupId } = phoneNumber
  return { id, accountKey, number, organizationId, smsEnabled, name, callerIdName, routeTo, billingGroupId }
}

function showOrder({ status, phoneNumberId }: PhoneNumberOrder): unknown {
  return { status, phoneNumberId }
}

export const phoneNumberHandlers: VoiceHandlers = {
  createPhoneNumberOrder(ask) {
    checkAccountKey(ask)
    const areaCode = textOf(bodyOf(ask), 'areaCode')
    if (!/^[2-9]\d{2}$/.test(areaCode)) throw invalid('INVALID_AREA_CODE', 'areaCode must be one of the US or Canada.')
    const id = ask.random.uuid('phone number order')
    // The only status that was ever seen; so orders are done at once here.
    ask.system.orders.add(id, { id, status: 'COMPLETED', phoneNumberId: addNumber(ask, areaCode) })
    return created({ id })
  },

  getPhoneNumberOrder: (ask) => ok(showOrder(ask.system.orders.require(pathOf(ask, 'orderId')))),

  listPhoneNumberOrders: (ask) =>
    accountList(ask, { list: 'phoneNumberOrders', of: ask.system.orders, show: showOrder }),

  listPhoneNumbers(ask) {
    const { targetExtensionId, number } = ask.query
    return accountList(ask, {
      list: 'phoneNumbers',
      of: ask.system.phoneNumbers,
      show: (phoneNumber) => showNumber(ask.system, phoneNumber),
      keep: (phoneNumber) =>
        (targetExtensionId === undefined || phoneNumber.routeTo?.id === targetExtensionId) &&
        (number === undefined || phoneNumber.number === number),
    })
  },

  getPhoneNumber: (ask) => ok(showNumber(ask.system, ask.system.phoneNumbers.require(pathOf(ask, 'phoneNumberId')))),

  updatePhoneNumber(ask) {
    const { phoneNumbers } = ask.system
    const phoneNumber = phoneNumbers.require(pathOf(ask, 'phoneNumberId'))
    const body = bodyOf(ask)
    checkPatch(ask.system, body)
    const changes = pick(body, ['callerIdName', 'name', 'routeTo', 'billingGroupId'])
    return ok(showNumber(ask.system, phoneNumbers.replace(phoneNumber.id, { ...phoneNumber, ...changes })))
  },

  listPhoneNumberPermissions: (ask) =>
    subList(ask, {
      list: 'phoneNumberPermissions',
      of: ask.system.phoneNumbers.require(pathOf(ask, 'phoneNumberId')).permissions,
      show: ({ userKey, permissions }) => ({ userKey, permissions }),
    }),

  createPhoneNumberPermission(ask) {
    const phoneNumber = ask.system.phoneNumbers.require(pathOf(ask, 'phoneNumberId'))
    const body = bodyOf(ask)
    const userKey = textOf(body, 'userKey')
    const wanted = Array.isArray(body.permissions) ? body.permissions.map(String) : []
    if (ask.system.users.find(userKey) === undefined) throw invalid('INVALID_USER_KEY', 'There is no such user.')
    if (wanted.some((name) => !permissionNames.includes(name))) {
      throw invalid('INVALID_PERMISSION', 'There is no such permission.')
    }
    if (!phoneNumber.smsEnabled && wanted.includes('TEXTING')) {
      throw invalid('SMS_NOT_SUPPORTED', 'The number cannot send text messages.')
    }
    const entries = phoneNumber.permissions
    const present = entries.values().find((entry) => entry.userKey === userKey)
    const permissions = [...new Set([...(present?.permissions ?? []), ...wanted])]
    const id = present?.id ?? ask.random.uuid('created permission')
    if (present === undefined) entries.add(id, { id, userKey, permissions })
    else entries.replace(id, { id, userKey, permissions })
    return noContent
  },

  deletePhoneNumberPermission(ask) {
    const { permissions } = ask.system.phoneNumbers.require(pathOf(ask, 'phoneNumberId'))
    if (!permissions.remove(pathOf(ask, 'permissionId'))) throw notFound()
    return noContent
  },
}

function addNumber({ system, random }: Ask, areaCode: string): string {
  const taken = new Set(system.phoneNumbers.values().map((phoneNumber) => phoneNumber.number))
  let line = 100
  while (taken.has(`+1${areaCode}555${String(line).padStart(4, '0')}`)) line += 1
  const id = random.uuid('ordered phone number')
  const number = `+1${areaCode}555${String(line).padStart(4, '0')}`
  const unset = { callerIdName: null, routeTo: null, billingGroupId: null, permissions: createCollection<never>() }
  system.phoneNumbers.add(id, { id, number, smsEnabled: false, name: number, ...unset })
  return id
}

function checkPatch(system: PhoneSystem, body: Json): void {
  checkName(body)
  if (typeof body.callerIdName === 'string' && body.callerIdName.length > callerIdNameLimit) {
    throw invalid('INVALID_CALLER_ID_NAME', `callerIdName has at most ${callerIdNameLimit} characters.`)
  }
  const { billingGroupId, routeTo } = body
  if (typeof billingGroupId === 'string' && system.billingGroups.find(billingGroupId) === undefined) {
    throw invalid('INVALID_BILLING_GROUP_ID', 'There is no such billing group.')
  }
  if (!isObject(routeTo)) return
  const targets = { EXTENSION: system.extensions, PHONE_NUMBER: system.phoneNumbers }[String(routeTo.type)]
  if (targets === undefined) throw invalid('INVALID_TYPE', 'routeTo.type is EXTENSION or PHONE_NUMBER.')
  if (targets.find(String(routeTo.id)) === undefined) throw invalid('INVALID_ID', 'routeTo.id leads nowhere.')
}
