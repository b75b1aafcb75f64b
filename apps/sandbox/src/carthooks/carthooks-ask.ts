import type { SandboxAccount } from '../accounts.ts'
import type { Told } from '../api/api-service.ts'
import { type Handlers, type Json, ok, pathOf } from '../api/handler.ts'
import type { ApiInput } from '../api/read-input.ts'
import type { VendorClients } from '../oauth/clients.ts'
import type { GrantBook } from '../oauth/grant-book.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { CarthooksApp, CarthooksTenant, CarthooksUser, Item, ItemCollection } from './carthooks-state.ts'

/** A request that passed the specification, of somebody whose token or key was taken. */
export interface CarthooksAsk extends ApiInput {
  readonly account: SandboxAccount
  readonly person: CarthooksUser
  readonly scopes: readonly string[]
  readonly tenant: CarthooksTenant
  readonly clients: VendorClients
  readonly grants: GrantBook
  readonly nowMs: number
  readonly random: SeededRandom
}

export type CarthooksHandlers = Handlers<CarthooksAsk>

/** Answers with data, and perhaps with what there is to say about it; the envelope gets its trace id later. */
export function withData(data: unknown, meta?: Json): Told {
  return ok(meta === undefined ? { data } : { data, meta })
}

/** Done; what the vendor says then is not known. */
export function done(): Told {
  return ok({})
}

export function requireApp(ask: CarthooksAsk): CarthooksApp {
  return ask.tenant.apps.require(pathOf(ask, 'appId'))
}

export function requireCollection(ask: CarthooksAsk): ItemCollection {
  return requireApp(ask).collections.require(pathOf(ask, 'collectionId'))
}

export function requireItem(ask: CarthooksAsk): Item {
  return requireCollection(ask).items.require(pathOf(ask, 'itemId'))
}

/** Times of records are whole seconds. */
export function nowSeconds({ nowMs }: CarthooksAsk): number {
  return Math.floor(nowMs / 1000)
}

/** Times of other things are texts. */
export function writeTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, 'Z')
}
