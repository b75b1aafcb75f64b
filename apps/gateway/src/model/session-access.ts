import type { Clock, Connection } from '@grantkit/auth-core'
import type { ApiKeys } from './api-keys.ts'
import type { Grants } from './grants.ts'
import { createRecent } from './recent.ts'
import { hashSecret } from './secret-token.ts'
import { isSessionToken, type Session, type Sessions } from './sessions.ts'
import type { Tenant, TenantApp, Tenants } from './tenants.ts'

/** What a session may use, as the store had it a moment ago. */
export interface OpenSession {
  /** Names the session and is no secret. */
  readonly id: string
  readonly session: Session
  readonly tenant: Tenant
  readonly app: TenantApp
  readonly connection: Connection
}

export interface SessionAccess {
  /**
   * Gives what a session may use; nothing for a token that is unknown or over, or whose tenant, app or key is gone. `opened`
   * is called if its stored grant had to be opened, because it was not known here.
   */
  open(token: string, opened?: () => void): Promise<OpenSession | undefined>
  /** Ends a session, here at once and elsewhere within `trustMs`. Tells whether there was one. */
  end(token: string): Promise<boolean>
}

/** How long a look into the store is as good as new. Then the next one is made behind the request that asks. */
const lookEveryMs = 2_000
const openAtMost = 10_000

export interface SessionAccessPorts {
  readonly sessions: Sessions
  readonly tenants: Tenants
  readonly apiKeys: Pick<ApiKeys, 'isLive'>
  readonly grants: Grants
  readonly clock: Pick<Clock, 'monotonicMs'>
  /**
   * How long a look holds at most, while newer ones fail or take their time. The end of a session and of a connection
   * reaches every process within it, without any notice from one to the other.
   */
  readonly trustMs: number
}

interface Look {
  readonly open: OpenSession
  /** When it began. */
  readonly atMs: number
  /** When the session ends. */
  readonly untilMs: number
}

/** No request waits for the store while a session is in use; those of a store that is gone wait once `trustMs` is over. */
export function createSessionAccess(ports: SessionAccessPorts): SessionAccess {
  const { sessions, tenants, apiKeys, grants, clock, trustMs } = ports
  const looks = createRecent<Look>(openAtMost)
  const underWay = new Map<string, Promise<Look | undefined>>()

  async function look(id: string, token: string): Promise<Look | undefined> {
    const atMs = clock.monotonicMs()
    const found = await sessions.use(token)
    if (found === undefined) return undefined
    const { session, leftMs } = found
    const [tenant, app, isKeyLive] = await Promise.all([
      tenants.tenants.get(session.tenant),
      tenants.apps.get(session.tenant, session.app),
      apiKeys.isLive(session.keyId),
    ])
    if (tenant === undefined || app === undefined || !isKeyLive) return undefined
    const connection = grants.connectionOf(app.record)
    // Takes over what other processes did to the grant, a disconnect among it.
    await connection.status()
    const open = { id, session, tenant: tenant.record, app: app.record, connection }
    return { open, atMs, untilMs: atMs + leftMs }
  }

  /** One look at a time for each session, for all who wait for it. */
  function lookAgain(id: string, token: string): Promise<Look | undefined> {
    const joined = underWay.get(id)
    if (joined !== undefined) return joined
    const looking = look(id, token)
      .then((found) => {
        // A look that began before the session was ended here must not bring it back.
        if (underWay.get(id) === looking) {
          if (found === undefined) looks.delete(id)
          else looks.set(id, found)
        }
        return found
      })
      .finally(() => {
        if (underWay.get(id) === looking) underWay.delete(id)
      })
    underWay.set(id, looking)
    return looking
  }

  return {
    async open(token, opened) {
      if (!isSessionToken(token)) return undefined
      const id = hashSecret(token)
      const known = looks.get(id)
      const nowMs = clock.monotonicMs()
      if (known === undefined || nowMs >= known.atMs + trustMs || nowMs >= known.untilMs) {
        const isFirst = known === undefined && !underWay.has(id)
        const found = await lookAgain(id, token)
        if (isFirst && found !== undefined) opened?.()
        return found?.open
      }
      // What fails here fails again for the request that has to wait for it.
      if (nowMs >= known.atMs + lookEveryMs) lookAgain(id, token).catch(() => undefined)
      return known.open
    },
    async end(token) {
      const id = hashSecret(token)
      looks.delete(id)
      underWay.delete(id)
      return await sessions.end(token)
    },
  }
}
