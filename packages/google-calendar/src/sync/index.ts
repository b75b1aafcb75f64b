export type { EventChange } from './event-change.ts'
export { syncEvents } from './sync-events.ts'
export type { SyncPoint, SyncQuery, SyncStart, SyncStep } from './sync-events.ts'
