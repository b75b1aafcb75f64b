import type { Clock } from '@grantkit/auth-core'
import type { Context, MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { GatewayEnv } from './gateway-env.ts'
import type { RequestFacts } from './request-facts.ts'

/** Names each request, and tells of it once its answer begins. */
export function observe(
  clock: Pick<Clock, 'monotonicMs'>,
  tell: (facts: RequestFacts) => void,
): MiddlewareHandler<GatewayEnv> {
  return async (c, next) => {
    const startMs = clock.monotonicMs()
    const requestId = crypto.randomUUID()
    c.set('requestId', requestId)
    await next()
    c.res.headers.set('x-request-id', requestId)
    const durationMs = Math.round(clock.monotonicMs() - startMs)
    const { method } = c.req
    const { address: client } = c.env.client
    const from = client === undefined ? {} : { client }
    tell({ requestId, method, route: routePath(c, -1), status: c.res.status, durationMs, ...from, ...whoOf(c) })
  }
}

function whoOf(c: Context<GatewayEnv>): Pick<RequestFacts, 'tenant' | 'app' | 'keyId' | 'opensGrant'> {
  const { open, caller, task, opensGrant = false } = c.var as Partial<GatewayEnv['Variables']>
  if (open !== undefined) {
    const { tenant, app, keyId } = open.session
    return { tenant, app, keyId, ...(opensGrant ? { opensGrant } : {}) }
  }
  if (task !== undefined) return { tenant: task.tenant, app: task.app }
  if (caller === undefined) return {}
  const { keyId } = caller
  const tenant = caller.role === 'tenant' ? caller.tenant : c.req.param('tenant')
  const app = c.req.param('app')
  return { keyId, ...(tenant === undefined ? {} : { tenant }), ...(app === undefined ? {} : { app }) }
}
