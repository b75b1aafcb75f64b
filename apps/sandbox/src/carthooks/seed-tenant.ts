import { createCollection } from '../api/collection.ts'
import type { SeededRandom } from '../seeded-random.ts'
import { type CarthooksTenant, createTenant, type Item } from './carthooks-state.ts'

const apps = [
  { name: 'Orders', description: 'What customers ordered', collections: ['Open orders', 'Archive'] },
  { name: 'Service', description: 'What customers need', collections: ['Tickets'] },
]
const people = ['Ada', 'Grace', 'Alan']
const firstSecond = Date.UTC(2025, 0, 15, 9) / 1000
const daySeconds = 24 * 3600

/** Fills a tenant: 3 people, 2 apps with 3 collections, and 25 orders to page through. All of it is made up. */
export function seedTenant(id: number, random: SeededRandom): CarthooksTenant {
  const tenant = createTenant(id, 'Example Inc', random)
  for (const firstName of people) {
    const user = {
      id: tenant.nextId('user'),
      name: `${firstName} Example`,
      email: `${firstName.toLowerCase()}.example@example.com`,
    }
    tenant.users.add(String(user.id), user)
  }
  for (const { name, description, collections } of apps) {
    const app = { id: tenant.nextId('app'), name, description }
    const kept = { collections: createCollection<never>(), connections: createCollection<never>() }
    const added = tenant.apps.add(String(app.id), { ...app, ...kept })
    for (const collectionName of collections) {
      const collection = { id: tenant.nextId('collection'), name: collectionName, description: '' }
      added.collections.add(String(collection.id), { ...collection, items: createCollection() })
    }
  }
  seedOrders(tenant)
  return tenant
}

function seedOrders(tenant: CarthooksTenant): void {
  const [orders] = tenant.apps.values()[0]?.collections.values() ?? []
  const [creator] = tenant.users.values()
  if (orders === undefined || creator === undefined) return
  for (let place = 0; place < 25; place += 1) {
    const createdAt = firstSecond + place * daySeconds
    const order: Item = {
      id: tenant.nextId('item'),
      title: `Order ${place + 1}`,
      createdAt,
      updatedAt: createdAt,
      creator: creator.id,
      fields: { f_1001: place % 3 === 0 ? 'done' : 'open', f_1002: (place + 1) * 10, f_1003: createdAt, f_1004: [] },
    }
    orders.items.add(String(order.id), order)
  }
}
