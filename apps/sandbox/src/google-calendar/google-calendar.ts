import type { VendorAccounts } from '../accounts.ts'
import { type ApiServiceContext, createApiService, playableApi, type Told } from '../api/api-service.ts'
import { loadApiSpec } from '../api/api-spec.ts'
import { requireHandler } from '../api/handler.ts'
import { checkNumber } from '../check-option.ts'
import type { ServiceAccountBook } from '../google/google-service-accounts.ts'
import { SandboxError } from '../sandbox-error.ts'
import type { Service } from '../service.ts'
import { type Kept, keepTogether } from '../state/kept.ts'
import { accessRuleHandlers } from './access-rules.ts'
import { type AddEvents, addEvents, checkAddEvents } from './add-events.ts'
import type { CalendarHandlers } from './ask.ts'
import { createCalendarBook } from './calendar-book.ts'
import { calendarListHandlers } from './calendar-list.ts'
import { calendarManners } from './calendar-manners.ts'
import { calendarHandlers } from './calendars.ts'
import { createChannelBook } from './channel-book.ts'
import { channelHandlers } from './channels.ts'
import { eventHandlers } from './events.ts'
import { freeBusyHandlers } from './free-busy.ts'
import { eventListHandlers } from './list-events.ts'
import { moreEventHandlers } from './more-event-writes.ts'
import { selectFields } from './select-fields.ts'
import { settingHandlers } from './settings.ts'
import { createVersions } from './shelf.ts'
import { createListBook } from './turn-pages.ts'

/** Google's Calendar API: routes, checks and answers follow the specification, the state is kept per person and calendar. */
export interface GoogleCalendar extends Service, Kept {
  /** Lets all sync tokens age, so that the next call with one is told to read everything again. */
  expireSyncTokens(): void
  /** Adds events to the primary calendar of a person and returns their ids. Fails with `unknown_account`. */
  addEvents(what: AddEvents): string[]
  /** Makes the next pages of lists empty although more follow. */
  addEmptyPages(count: number): void
}

export interface GoogleCalendarContext extends ApiServiceContext {
  readonly accounts: VendorAccounts
  readonly serviceAccounts: ServiceAccountBook
}

const handlers: CalendarHandlers = {
  ...accessRuleHandlers,
  ...calendarHandlers,
  ...calendarListHandlers,
  ...channelHandlers,
  ...eventHandlers,
  ...eventListHandlers,
  ...freeBusyHandlers,
  ...moreEventHandlers,
  ...settingHandlers,
}

const api = playableApi(loadApiSpec('google-calendar'))

/** The operations that are played. */
export const googleCalendarOperations: readonly string[] = api.operations

export function createGoogleCalendar(context: GoogleCalendarContext): GoogleCalendar {
  const { clock, random } = context
  const versions = createVersions()
  const channels = createChannelBook(context)
  const book = createCalendarBook({ ...context, versions, changed: (topic) => channels.notify(topic) })
  const lists = createListBook(versions, random)
  const service = createApiService(api, context, {
    ...calendarManners(context),
    handle({ operation, input, token, origin }) {
      const { account, clientId } = token.grant
      const person = book.person(account)
      const about = { person, isAdmin: account.admin !== false, clientId, scopes: token.scopes, origin }
      const kept = { book, lists, channels, random, nowMs: clock.nowMs() }
      const told = requireHandler(handlers, operation.id)({ ...input, operation, ...about, ...kept })
      return finish(told, input.query.fields)
    },
  })
  return {
    ...service,
    addEvents(what) {
      checkAddEvents(what)
      const name = what.account
      const account = name === undefined ? context.accounts.list()[0] : context.accounts.find(name)
      if (account === undefined) throw new SandboxError('unknown_account', `No account "${name ?? ''}" at Google.`)
      const calendar = book.calendar(book.person(account).email)
      if (calendar === undefined) throw new Error('Everybody has a primary calendar.')
      return addEvents(calendar, { count: what.count, nowMs: clock.nowMs(), random })
    },
    expireSyncTokens: () => lists.expireSyncTokens(),
    addEmptyPages(count) {
      checkNumber(count, 'count', 1)
      lists.addEmptyPages(count)
    },
    ...keepTogether({ book, lists, channels, versions }),
  }
}

function finish(told: Told, fields: unknown): Told {
  if (told.body === undefined) return told
  const headers = { 'content-type': 'application/json; charset=UTF-8', ...told.headers }
  return { ...told, headers, body: typeof fields === 'string' ? selectFields(told.body, fields) : told.body }
}
