import { bodyOf, compact, isTimeZone, type Json, ok, pathOf, pick } from '../api/handler.ts'
import { isObject } from '../check-option.ts'
import { invalid } from '../goto-connect/connect-refusals.ts'
import type { VoiceHandlers } from './handler.ts'
import type { PhoneSystem } from './phone-system.ts'

const voicemailNames = [
  'timeZone',
  'password',
  'allowAccessWithoutPassword',
  'allowEscapeToOperator',
  'operatorExtensionId',
  'allowMessageReview',
  'transcriptionEnabled',
]

/** Find me, follow me and the voicemail settings of an extension. */
export const callRoutingHandlers: VoiceHandlers = {
  // The vendor's sample of this answer has the ring steps only.
  getFindMeFollowMe(ask) {
    const { ringSteps } = ask.system.extensions.require(pathOf(ask, 'extensionId'))
    return ok({ ringSteps })
  },

  updateFindMeFollowMe(ask) {
    const { extensions } = ask.system
    const extension = extensions.require(pathOf(ask, 'extensionId'))
    const body = bodyOf(ask)
    if (isObject(body.unavailableStep)) checkDestination(ask.system, body.unavailableStep)
    if (isObject(body.finalStep)) checkFinalStep(ask.system, body.finalStep)
    const changed = extensions.replace(extension.id, { ...extension, ...pick(body, ['unavailableStep', 'finalStep']) })
    const { id, unavailableStep, finalStep } = changed
    return ok(compact({ extensionId: id, unavailableStep, finalStep }))
  },

  replaceRingSteps(ask) {
    const { extensions } = ask.system
    const extension = extensions.require(pathOf(ask, 'extensionId'))
    const steps = bodyOf(ask).ringSteps
    const ringSteps: unknown[] = Array.isArray(steps) ? steps : []
    for (const item of ringSteps.flatMap(readItems)) checkDestination(ask.system, item)
    extensions.replace(extension.id, { ...extension, ringSteps })
    return ok({ extensionId: extension.id, ringSteps })
  },

  updateExtensionVoicemail(ask) {
    const { extensions } = ask.system
    const extension = extensions.require(pathOf(ask, 'extensionId'))
    const body = bodyOf(ask)
    checkVoicemail(ask.system, body)
    const voicemail = { ...extension.voicemail, ...pick(body, voicemailNames) }
    extensions.replace(extension.id, { ...extension, voicemail })
    return ok({ extensionId: extension.id, ...voicemail })
  },
}

function readItems(step: unknown): Json[] {
  return isObject(step) && Array.isArray(step.items) ? step.items.filter(isObject) : []
}

function checkDestination(system: PhoneSystem, { extensionId, externalNumber }: Json): void {
  if ((extensionId === undefined) === (externalNumber === undefined)) {
    throw invalid('INVALID_DESTINATION', 'A destination is an extension or an outside number, one of the two.')
  }
  if (extensionId !== undefined && system.extensions.find(String(extensionId)) === undefined) {
    throw invalid('INVALID_EXTENSION_ID', 'There is no such extension.')
  }
  if (externalNumber !== undefined && !/^\+[1-9]\d{6,14}$/.test(String(externalNumber))) {
    throw invalid('INVALID_NUMBER', 'An outside number is written as E.164.')
  }
}

/** At GoTo at least one action without a target exists; its name is not known, so it is not taken here. */
function checkFinalStep(system: PhoneSystem, { action, ...destination }: Json): void {
  const target = { EXTENSION: 'extensionId', EXTERNAL_NUMBER: 'externalNumber' }[String(action)]
  if (target === undefined) throw invalid('INVALID_ACTION', 'There is no such action.')
  if (destination[target] === undefined) throw invalid('MISSING_MANDATORY_FIELDS', `${target} is missing.`)
  checkDestination(system, destination)
}

function checkVoicemail(system: PhoneSystem, { timeZone, password, operatorExtensionId }: Json): void {
  if (timeZone !== undefined && !isTimeZone(String(timeZone))) {
    throw invalid('INVALID_TIME_ZONE', 'timeZone must be an IANA name.')
  }
  if (password !== undefined && !/^\d+$/.test(String(password))) {
    throw invalid('INVALID_PASSWORD', 'password must be digits.')
  }
  if (operatorExtensionId !== undefined && system.extensions.find(String(operatorExtensionId)) === undefined) {
    throw invalid('INVALID_EXTENSION_ID', 'There is no such extension.')
  }
}
