import type { Connection } from '@grantkit/auth-core'

/** The part of a connection that syncing needs. Structural: connections of another auth-core version fit. */
export type SyncConnection = Pick<Connection, 'audience' | 'accessToken' | 'apiDefaults' | 'status' | 'disconnect'>

/** Gives the connection of a user; the same object each time, so that the quota is kept by all its calls together. */
export type ConnectionFor = (user: string) => SyncConnection | undefined | Promise<SyncConnection | undefined>
