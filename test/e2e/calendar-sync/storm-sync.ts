import { createCalendarSync, type CalendarSync, type SyncConnection } from '@grantkit/calendar-sync'
import { loadStore } from '../protocol/load-store.ts'
import type { StoreChoice } from '../protocol/worker-task.ts'

/** What a worker of a storm is told, as JSON in its first argument. */
export interface StormTask {
  readonly store: StoreChoice
  readonly origin: string
  readonly accessToken: string
}

/** Takes over what a killed process had claimed this much and five seconds later. */
const callTimeoutMs = 1_000

/** Opens the sync that the app and the workers of a storm share. */
export async function openStormSync({ store, origin, accessToken }: StormTask): Promise<{
  readonly sync: CalendarSync<import('@grantkit/calendar-sync').AppEvent>
  close(): Promise<void>
}> {
  const open = (await loadStore(store))()
  const connection: SyncConnection = {
    audience: [origin],
    apiDefaults: { baseUrl: `${origin}/calendar/v3` },
    accessToken: () => Promise.resolve({ value: accessToken, scopes: [] }),
    status: () => Promise.resolve({ state: 'active', generation: 1, uncertain: false, unsaved: false, scopes: [] }),
    disconnect: () => Promise.reject(new Error('nobody disconnects in a storm')),
  }
  const sync = createCalendarSync({
    store: open,
    connectionFor: () => connection,
    zone: 'Europe/Paris',
    client: { rateLimit: false, retry: { maxRetries: 1, baseDelayMs: 10 } },
    callTimeoutMs,
    baseDelayMs: 20,
    maxDelayMs: 200,
    pollMs: 100,
    tries: 1000,
  })
  return { sync, close: () => open.close() }
}
