import { bodyOf, created, type Json, ok, pathOf, pick, textOf } from '../api/handler.ts'
import { conflict, invalid } from '../goto-connect/connect-refusals.ts'
import { checkAccountKey, checkName, type VoiceHandlers } from './handler.ts'
import { isNumberTaken, type PhoneSystem } from './phone-system.ts'
import { blankExtension, blankSharedVoicemail } from './seed-phone-system.ts'

const settingNames = ['name', 'extensionNumber', ...Object.keys(blankSharedVoicemail)]

/** A shared voicemail box is an extension as well, with the same id: the vendor's lists show it there (inferred). */
export const sharedVoicemailHandlers: VoiceHandlers = {
  createSharedVoicemail(ask) {
    const body = bodyOf(ask)
    checkAccountKey(ask)
    checkSettings(ask.system, body)
    const id = ask.random.uuid('created shared voicemail')
    const [name, number] = [textOf(body, 'name'), textOf(body, 'extensionNumber')]
    ask.system.extensions.add(id, blankExtension({ id, name, number, type: 'SHARED_VOICEMAIL' }))
    ask.system.sharedVoicemails.add(id, { ...blankSharedVoicemail, name, extensionNumber: number })
    return created({ id })
  },

  getSharedVoicemail: (ask) => ok(ask.system.sharedVoicemails.require(pathOf(ask, 'sharedVoicemailId'))),

  updateSharedVoicemail(ask) {
    const id = pathOf(ask, 'sharedVoicemailId')
    const { sharedVoicemails, extensions } = ask.system
    const settings = sharedVoicemails.require(id)
    const body = bodyOf(ask)
    checkSettings(ask.system, body, id)
    const changed = sharedVoicemails.replace(id, { ...settings, ...pick(body, settingNames) })
    const [name, number] = [textOf(changed, 'name'), textOf(changed, 'extensionNumber')]
    extensions.replace(id, { ...extensions.require(id), name, number })
    return ok(changed)
  },
}

function checkSettings(system: PhoneSystem, body: Json, except?: string): void {
  checkName(body)
  if (body.attachedMessageFormat !== undefined && body.attachedMessageFormat !== 'WAV') {
    throw invalid('INVALID_ATTACHED_MESSAGE_FORMAT', 'The only format known here is WAV.')
  }
  if (body.extensionNumber === undefined) return
  const number = textOf(body, 'extensionNumber')
  if (!/^\d{2,8}$/.test(number)) throw invalid('INVALID_EXTENSION', 'extensionNumber must be 2 to 8 digits.')
  if (isNumberTaken(system, number, except)) throw conflict('CONFLICTING_EXTENSION', 'The extension number is taken.')
}
