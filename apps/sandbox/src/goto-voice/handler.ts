import type { SandboxAccount } from '../accounts.ts'
import type { Told } from '../api/api-service.ts'
import type { Collection } from '../api/collection.ts'
import { bodyOf, type Handlers, type Json, ok, queryNumber, queryText, textOf } from '../api/handler.ts'
import type { ApiInput } from '../api/read-input.ts'
import { invalid } from '../goto-connect/connect-refusals.ts'
import { cutPage, emptyPage, type PageQuery } from '../goto-connect/cut-page.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { PhoneSystem } from './phone-system.ts'

/** A request that passed the specification, for the phone system of the person who asks. */
export interface Ask extends ApiInput {
  readonly caller: SandboxAccount
  readonly system: PhoneSystem
  readonly random: SeededRandom
}

export type VoiceHandlers = Handlers<Ask>

export interface ListOptions<T, R> {
  readonly list: string
  readonly of: Collection<T>
  readonly show: (item: T) => R
  readonly keep?: (item: T) => boolean
}

/** Answers a list of the account named in the query: without a right to see it the list is empty, not an error. */
export function accountList<T, R>(ask: Ask, options: ListOptions<T, R>): Told {
  const page = cutPage(options.of, { ...options, query: pageQuery(ask) })
  const mayNotSee = ask.query.accountKey !== ask.caller.accountKey
  return ok(mayNotSee ? emptyPage() : page)
}

/** Answers a list below a thing that the person may see. */
export function subList<T, R>(ask: Ask, options: ListOptions<T, R>): Told {
  return ok(cutPage(options.of, { ...options, query: pageQuery(ask) }))
}

function pageQuery(ask: Ask): PageQuery {
  return { pageMarker: queryText(ask, 'pageMarker'), pageSize: queryNumber(ask, 'pageSize') }
}

/** Refuses an account key in the body that is not the person's own. */
export function checkAccountKey(ask: Ask): void {
  if (bodyOf(ask).accountKey === ask.caller.accountKey) return
  throw invalid('INVALID_ACCOUNT_KEY', 'accountKey is not an account you administer.')
}

/** Refuses a name without a character. */
export function checkName(body: Json): void {
  if (body.name === undefined || textOf(body, 'name').trim() !== '') return
  throw invalid('INVALID_NAME', 'name must not be empty.')
}
