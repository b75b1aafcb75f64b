import { paginate, unwrap, type Carthooks, type Item } from '@grantkit/carthooks'
import type { GoogleCalendar } from '@grantkit/google-calendar'
import { createEvent, eventIdFor } from '@grantkit/google-calendar/events'
import type { GotoVoice } from '@grantkit/goto-voice'
import type { createWarehouse } from './warehouse.ts'

/** Four APIs of four providers. None of them knows the others. */
export interface Apis {
  readonly carthooks: Carthooks
  readonly warehouse: ReturnType<typeof createWarehouse>
  readonly voice: GotoVoice<'accountKey'>
  readonly calendar: GoogleCalendar
}

const ordersPerDay = 3
const firstHour = 9

/** Puts the first open orders into the calendar, with where they lie and whom to call. Twice makes no second event. */
export async function planDeliveries(apis: Apis, day: string): Promise<string[]> {
  const [orders, extension] = await Promise.all([firstOpenOrders(apis.carthooks), findContact(apis.voice)])
  return await Promise.all(
    orders.map(async (order, place) => {
      const { shelf } = unwrap(
        await apis.warehouse.GET('/shelves/{orderId}', { params: { path: { orderId: order.id } } }),
      )
      const hour = String(firstHour + place).padStart(2, '0')
      const event = {
        id: await eventIdFor(`order ${order.id}`),
        summary: `${order.title}: collect from ${shelf}`,
        description: `Questions? Extension ${extension}.`,
        start: { dateTime: `${day}T${hour}:00:00Z` },
        end: { dateTime: `${day}T${hour}:30:00Z` },
      }
      const created = unwrap(await createEvent(apis.calendar, 'primary', { event, sendUpdates: 'none' }))
      return `${hour}:00  ${created.summary ?? ''}. ${created.description ?? ''}`
    }),
  )
}

async function firstOpenOrders(carthooks: Carthooks): Promise<Item[]> {
  const appId = unwrap(await carthooks.GET('/v1/apps')).find(({ name }) => name === 'Orders')?.id ?? 0
  const inApp = { params: { path: { appId } } }
  const [collection] = unwrap(await carthooks.GET('/v1/apps/{appId}/collections', inApp))
  const params = {
    path: { appId, collectionId: collection?.id ?? 0 },
    query: { filters: { f_1001: { $eq: 'open' } } },
  }
  const orders: Item[] = []
  for await (const order of paginate(carthooks, '/v1/apps/{appId}/collections/{collectionId}/items', { params })) {
    orders.push(order)
    if (orders.length === ordersPerDay) break
  }
  return orders
}

async function findContact(voice: GotoVoice<'accountKey'>): Promise<string> {
  const { items } = unwrap(await voice.GET('/call-queues'))
  return items[0]?.extensionNumber ?? 'unknown'
}
