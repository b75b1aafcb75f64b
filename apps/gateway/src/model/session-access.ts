import type { Clock, Connection } from '@grantkit/auth-core'
import type { Grants } from './grants.ts'
import { hashSecret } from './secret-token.ts'
import { isSessionToken, type Session, type Sessions } from './sessions.ts'
import type { Tenant, TenantApp, Tenants } from './tenants.ts'

/** What a session may use, as the store had it a moment ago. */
export interface OpenSession {
  readonly session: Session
  readonly tenant: Tenant
  readonly app: TenantApp
  readonly connection: Connection
}

export interface SessionAccess {
  /** Gives what a session may use; nothing for a token that is unknown or over, or whose tenant or app is gone. */
  open(token: string): Promise<OpenSession | undefined>
  /** Ends a session, here at once and elsewhere within `lookEveryMs`. Tells whether there was one. */
  end(token: string): Promise<boolean>
}

/**
 * How long a look into the store holds. The end of a session and of a connection reaches every process within it,
 * without any notice from one to the other.
 */
const lookEveryMs = 2_000
const openAtMost = 10_000

export interface SessionAccessPorts {
  readonly sessions: Sessions
  readonly tenants: Tenants
  readonly grants: Grants
  readonly clock: Pick<Clock, 'monotonicMs'>
}

export function createSessionAccess({ sessions, tenants, grants, clock }: SessionAccessPorts): SessionAccess {
  const looks = new Map<string, { readonly untilMs: number; readonly open: Promise<OpenSession | undefined> }>()

  async function look(token: string): Promise<OpenSession | undefined> {
    const session = await sessions.find(token)
    if (session === undefined) return undefined
    const [tenant, app] = await Promise.all([
      tenants.tenants.get(session.tenant),
      tenants.apps.get(session.tenant, session.app),
    ])
    if (tenant === undefined || app === undefined) return undefined
    const connection = grants.connectionOf(app.record)
    // Takes over what other processes did to the grant, a disconnect among it.
    await connection.status()
    return { session, tenant: tenant.record, app: app.record, connection }
  }

  function remember(id: string, token: string): Promise<OpenSession | undefined> {
    const open = look(token)
    const forget = (): void => void looks.delete(id)
    // What is unknown or failed is looked up again by the next request.
    open.then((found) => found ?? forget(), forget)
    looks.delete(id)
    looks.set(id, { untilMs: clock.monotonicMs() + lookEveryMs, open })
    const [oldest] = looks.keys()
    if (looks.size > openAtMost && oldest !== undefined) looks.delete(oldest)
    return open
  }

  return {
    async open(token) {
      if (!isSessionToken(token)) return undefined
      const id = hashSecret(token)
      const known = looks.get(id)
      return await (known !== undefined && clock.monotonicMs() < known.untilMs ? known.open : remember(id, token))
    },
    async end(token) {
      looks.delete(hashSecret(token))
      return await sessions.end(token)
    },
  }
}
