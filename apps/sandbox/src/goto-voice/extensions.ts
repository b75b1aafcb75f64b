import { bodyOf, created, type Json, noContent, ok, pathOf, pick, textOf } from '../api/handler.ts'
import { VendorRefusal } from '../api/vendor-refusal.ts'
import { conflict, invalid } from '../goto-connect/connect-refusals.ts'
import { accountList, type Ask, checkAccountKey, checkName, type VoiceHandlers } from './handler.ts'
import { type Extension, isNumberTaken, type PhoneSystem } from './phone-system.ts'
import { blankExtension } from './seed-phone-system.ts'

/** The length rule is set per phone system at GoTo; ours takes these. */
const extensionNumber = /^\d{2,8}$/

const settingNames = ['name', 'number', 'omitFromDirectories', 'omitFromAutoAttendants', 'sharedAppearance']
const assignmentNames = ['assignedPrimaryUserKey', 'assignedSecondaryUserKeys']

/** What the vendor says can be removed; a call queue is not among it. */
const removableTypes = [
  'DIRECT_EXTENSION',
  'DIAL_PLAN',
  'RING_GROUP',
  'VIRTUAL_FAX',
  'SHARED_VOICEMAIL',
  'CONFERENCE_BRIDGE',
]

function showExtension({ accountKey, organizationId }: PhoneSystem, extension: Extension): Json {
  const { id, name, number, type, omitFromDirectories, omitFromAutoAttendants, sharedAppearance } = extension
  const settings = { omitFromDirectories, omitFromAutoAttendants, sharedAppearance }
  return { id, accountKey, name, number, organizationId, type, ...settings }
}

export const extensionHandlers: VoiceHandlers = {
  listExtensions(ask) {
    const { type } = ask.query
    const types = type === undefined ? undefined : String(type).split(',')
    return accountList(ask, {
      list: 'extensions',
      of: ask.system.extensions,
      show: (extension) => showExtension(ask.system, extension),
      keep: (extension) => types === undefined || types.includes(extension.type),
    })
  },

  createExtension(ask) {
    const body = bodyOf(ask)
    checkAccountKey(ask)
    checkSettings(ask.system, body)
    const base = { name: textOf(body, 'name'), number: textOf(body, 'number'), type: 'DIRECT_EXTENSION' } as const
    const id = ask.random.uuid('created extension')
    const extension = { ...blankExtension({ id, ...base }), ...pick(body, settingNames) }
    return created(showExtension(ask.system, ask.system.extensions.add(id, extension)))
  },

  getExtension(ask) {
    const extension = ask.system.extensions.require(pathOf(ask, 'extensionId'))
    return ok({ ...showExtension(ask.system, extension), ...showAssignments(extension, assignmentNames) })
  },

  updateExtension(ask) {
    const { system } = ask
    const extension = system.extensions.require(pathOf(ask, 'extensionId'))
    if (extension.type !== 'DIRECT_EXTENSION')
      throw invalid('INVALID_ID', 'Only direct extensions can be changed here.')
    const body = bodyOf(ask)
    checkSettings(system, body, extension.id)
    const assignments = readAssignments(system, extension, body)
    const changed = system.extensions.replace(extension.id, {
      ...extension,
      ...pick(body, settingNames),
      ...assignments,
    })
    // The assignments are answered only if they were sent.
    const sent = assignmentNames.filter((name) => body[name] !== undefined)
    return ok({ ...showExtension(system, changed), ...showAssignments(changed, sent) })
  },

  deleteExtension(ask) {
    const extension = ask.system.extensions.require(pathOf(ask, 'extensionId'))
    if (!removableTypes.includes(extension.type)) {
      throw new VendorRefusal(403, 'UNAUTHORIZED', 'An extension of this type cannot be removed here.')
    }
    removeExtension(ask, extension.id)
    return noContent
  },
}

function removeExtension({ system }: Ask, id: string): void {
  system.extensions.remove(id)
  system.sharedVoicemails.remove(id)
  for (const number of system.phoneNumbers.values()) {
    if (number.routeTo?.id === id) system.phoneNumbers.replace(number.id, { ...number, routeTo: null })
  }
}

function showAssignments(extension: Extension, names: readonly string[]): Json {
  const { assignedPrimaryUserKey, assignedSecondaryUserKeys } = extension
  return pick({ assignedPrimaryUserKey, assignedSecondaryUserKeys }, names)
}

function checkSettings(system: PhoneSystem, body: Json, except?: string): void {
  checkName(body)
  if (body.number === undefined) return
  const number = textOf(body, 'number')
  if (!extensionNumber.test(number)) throw invalid('INVALID_NUMBER', 'number must be 2 to 8 digits.')
  if (isNumberTaken(system, number, except)) throw conflict('NUMBER_EXISTS', 'The number is taken.')
}

function readAssignments(system: PhoneSystem, extension: Extension, body: Json): Partial<Extension> {
  const primary = body.assignedPrimaryUserKey
  const assignedPrimaryUserKey = primary === undefined ? extension.assignedPrimaryUserKey : primary
  const secondary = body.assignedSecondaryUserKeys
  const assignedSecondaryUserKeys = Array.isArray(secondary)
    ? secondary.map(String)
    : extension.assignedSecondaryUserKeys
  for (const userKey of [assignedPrimaryUserKey, ...assignedSecondaryUserKeys]) {
    if (userKey === null || system.users.find(String(userKey)) !== undefined) continue
    throw invalid('INVALID_USER_KEY', 'There is no such user in this account.')
  }
  if (assignedPrimaryUserKey !== null) {
    const userKey = String(assignedPrimaryUserKey)
    if (!hasOtherPrimary(system, extension.id, userKey)) {
      return { assignedPrimaryUserKey: userKey, assignedSecondaryUserKeys }
    }
    throw conflict('USER_ALREADY_HAS_PRIMARY_EXTENSION', 'The user has another primary extension.')
  }
  // The vendor warns that a secondary user may be promoted where there is no primary one.
  const promoted = assignedSecondaryUserKeys.find((userKey) => !hasOtherPrimary(system, extension.id, userKey))
  if (promoted === undefined) return { assignedPrimaryUserKey: null, assignedSecondaryUserKeys }
  return {
    assignedPrimaryUserKey: promoted,
    assignedSecondaryUserKeys: assignedSecondaryUserKeys.filter((userKey) => userKey !== promoted),
  }
}

function hasOtherPrimary(system: PhoneSystem, extensionId: string, userKey: string): boolean {
  return system.extensions
    .values()
    .some((other) => other.id !== extensionId && other.assignedPrimaryUserKey === userKey)
}
