import type { ConnectTask } from './connect/visits.ts'
import type { ClientOrigin } from './http/client-origin.ts'
import type { Target } from './http/target.ts'
import type { Caller } from './model/api-keys.ts'
import type { OpenSession } from './model/session-access.ts'

/** What travels with one request. */
export interface GatewayEnv {
  Bindings: {
    readonly target: Target
    /** Why there is no target, where it was refused. */
    readonly refused?: string
    readonly client: ClientOrigin
  }
  Variables: {
    requestId: string
    caller: Caller
    open: OpenSession
    /** What a page of the connect flow is about. */
    task: ConnectTask
    opensGrant: boolean
  }
}
