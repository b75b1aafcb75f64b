import { type Collection, createCollection } from '../api/collection.ts'
import type { Json } from '../api/handler.ts'
import type { SeededRandom } from '../seeded-random.ts'

export interface CarthooksUser {
  readonly id: number
  readonly name: string
  readonly email: string
}

/** One record of a collection. Times are seconds since 1970. */
export interface Item {
  readonly id: number
  readonly title: string
  readonly createdAt: number
  readonly updatedAt: number
  readonly creator: number
  readonly fields: Json
  readonly lock?: ItemLock | undefined
}

export interface ItemLock {
  readonly holder: string
  readonly untilMs: number
}

export interface ItemCollection {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly items: Collection<Item>
}

export interface CarthooksApp {
  readonly id: number
  readonly name: string
  readonly description: string
  readonly collections: Collection<ItemCollection>
  readonly connections: Collection<HookletConnection>
}

export interface HookletConnection {
  readonly id: number
  readonly hookletId: string
  readonly title: string
  readonly iconUrl: string
  readonly description: string
  /** 0 pending, 1 active, 2 inactive. */
  readonly status: number
  readonly createdMs: number
  readonly updatedMs: number
  readonly logs: number
  readonly usage: number
}

/** Changes of a collection, sent to a queue: only kept here, since the queue is somebody else's. */
export interface Watch {
  readonly name: string
  readonly appId: number
  readonly collectionId: number
  readonly endpointUrl: string
  readonly untilMs: number
}

/** One tenant and everything in it. */
export interface CarthooksTenant {
  readonly id: number
  readonly name: string
  readonly users: Collection<CarthooksUser>
  readonly apps: Collection<CarthooksApp>
  readonly watches: Collection<Watch>
  /** When the tokens for uploads end, by their ids. */
  readonly uploads: Map<string, number>
  /** Makes the next id of a thing: above 2^31 and below 2^32, as all that were seen. */
  nextId(what: string): number
}

/** What a tenant has: all of it but how it counts. */
export type TenantThings = Omit<CarthooksTenant, 'nextId'>

export function createTenant(id: number, name: string, random: SeededRandom): CarthooksTenant {
  const collections = { users: createCollection<never>(), apps: createCollection<never>() }
  return openTenant({ id, name, ...collections, watches: createCollection(), uploads: new Map() }, random)
}

export function thingsOf({ id, name, users, apps, watches, uploads }: CarthooksTenant): TenantThings {
  return { id, name, users, apps, watches, uploads }
}

/** Makes a tenant of what it has. */
export function openTenant(things: TenantThings, random: SeededRandom): CarthooksTenant {
  const nextId = (what: string): number => 2 ** 31 + random.integer(`carthooks ${things.id} ${what}`, 2 ** 31)
  return { ...things, nextId }
}
