import { createGotoApi, type GotoContext } from '../goto/goto-api.ts'
import { handleForTenant, type TenantHandlers } from '../goto/tenant-ask.ts'
import type { Service } from '../service.ts'
import { api } from './meeting-ask.ts'
import { listHandlers } from './meeting-lists.ts'
import { forbidden, invalidToken, refuseInput, wordRefusal } from './meeting-refusals.ts'
import { meetingHandlers } from './meetings.ts'
import { organizerHandlers } from './organizers.ts'

const handlers: TenantHandlers = { ...listHandlers, ...meetingHandlers, ...organizerHandlers }

/** Plays GoTo's Meeting API. */
export function createGotoMeeting(context: GotoContext): Service {
  const refuse = { refuseBearer: invalidToken, missingScope: forbidden, missingRole: forbidden }
  return createGotoApi(api, context, {
    ...refuse,
    handle: handleForTenant(handlers, context, refuse),
    refuseInput,
    word: wordRefusal,
  })
}
