import type { SandboxAccount } from '../accounts.ts'
import type { Told } from '../api/api-service.ts'
import type { ApiInput } from '../api/read-input.ts'
import { isObject } from '../check-option.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { type Collection, cutPage, type Page, type PageQuery } from './collection.ts'
import type { Json, PhoneSystem } from './phone-system.ts'
import { invalid } from './vendor-refusal.ts'

/** A request that passed the specification, for the phone system of the person who asks. */
export interface Ask extends ApiInput {
  readonly caller: SandboxAccount
  readonly system: PhoneSystem
  readonly random: SeededRandom
}

export type Handler = (ask: Ask) => Told

/** Handlers by operation id. */
export type Handlers = Readonly<Record<string, Handler>>

export function ok(body: unknown): Told {
  return { status: 200, body }
}

export function created(body: unknown): Told {
  return { status: 201, body }
}

export const noContent: Told = { status: 204 }

/** Returns a member of the path. */
export function pathOf(ask: Ask, name: string): string {
  return ask.path[name] ?? ''
}

/** Returns the body as an object; the specification has checked its members. */
export function bodyOf(ask: Ask): Json {
  return isObject(ask.body) ? ask.body : {}
}

/** Returns a member of the body that the specification says is a string. */
export function textOf(body: Json, name: string): string {
  return String(body[name])
}

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

export function emptyPage(): Page<never> {
  return { items: [] }
}

function pageQuery({ query }: Ask): PageQuery {
  return {
    ...(typeof query.pageMarker === 'string' ? { pageMarker: query.pageMarker } : {}),
    ...(typeof query.pageSize === 'number' ? { pageSize: query.pageSize } : {}),
  }
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

/** Returns the members of `body` that are named, without those that are not there. */
export function pick(body: Json, names: readonly string[]): Json {
  return Object.fromEntries(names.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]))
}

/** Copies without members that are `undefined`: the wire knows none. */
export function compact(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined))
}
