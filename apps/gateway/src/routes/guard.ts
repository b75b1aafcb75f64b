import type { MiddlewareHandler } from 'hono'
import type { GatewayEnv } from '../gateway-env.ts'
import { forbidden, readToken, unauthorized } from '../http/credential.ts'
import { fail } from '../http/problem.ts'
import type { ApiKeys, Caller } from '../model/api-keys.ts'
import type { SessionAccess } from '../model/session-access.ts'
import type { RequestLimits } from '../limits/request-limits.ts'
import type { Settings } from '../settings.ts'
import type { Access } from './access.ts'

export interface GuardPorts {
  readonly apiKeys: ApiKeys
  readonly access: SessionAccess
  readonly settings: Settings
  readonly limits: RequestLimits
}

/** What everybody is told of a tenant that does not exist, or that is another's. */
export function tenantNotFound(): never {
  return fail({ status: 404, code: 'tenant_not_found', detail: 'Tenant not found' })
}

export const sessionNotFound = 'Session not found or expired'

/** Makes what stands in front of each route: who does not have the access gets no further. */
export function createGuard({ apiKeys, access, settings, limits }: GuardPorts) {
  async function callerOf(token: string | undefined): Promise<Caller> {
    const given = token ?? settings.anonymousKey
    if (given === undefined) return unauthorized('An API key is missing. Send "Authorization: Bearer <key>".', false)
    const caller = (await apiKeys.callerOf(given)) ?? unauthorized('The API key is unknown, revoked or expired')
    limits.ofKey(caller.keyId)
    return caller
  }

  const guards: Readonly<Record<Access, MiddlewareHandler<GatewayEnv>>> = {
    public: (_, next) => next(),
    async key(c, next) {
      c.set('caller', await callerOf(readToken(c.req.raw.headers, c.env.target, settings)))
      await next()
    },
    async operator(c, next) {
      const caller = await callerOf(readToken(c.req.raw.headers, c.env.target, settings))
      c.set('caller', caller)
      if (caller.role !== 'operator') forbidden('This takes the key of an operator')
      await next()
    },
    async tenant(c, next) {
      const caller = await callerOf(readToken(c.req.raw.headers, c.env.target, settings))
      c.set('caller', caller)
      if (caller.role === 'tenant' && caller.tenant !== c.req.param('tenant')) tenantNotFound()
      await next()
    },
    async session(c, next) {
      const token = readToken(c.req.raw.headers, c.env.target, settings)
      if (token === undefined)
        return unauthorized('A session is missing. Send "Authorization: Bearer <session_id>".', false)
      const opened = (): void => c.set('opensGrant', true)
      const open = (await access.open(token, opened)) ?? unauthorized(sessionNotFound)
      limits.ofSession(open)
      c.set('open', open)
      await next()
    },
  }
  return (wanted: Access): MiddlewareHandler<GatewayEnv> => guards[wanted]
}
