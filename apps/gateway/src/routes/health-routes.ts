import { createRoute, z } from '@hono/zod-openapi'
import type { Clock, Store } from '@grantkit/auth-core'
import { readToken, unauthorized } from '../http/credential.ts'
import { ProblemError, type Problem } from '../http/problem.ts'
import type { ApiKeys } from '../model/api-keys.ts'
import { describeConnection } from '../model/describe-connection.ts'
import type { Grants } from '../model/grants.ts'
import { checkSeal } from '../model/seal-check.ts'
import type { SessionAccess } from '../model/session-access.ts'
import { isSessionToken } from '../model/sessions.ts'
import type { TenantApp, Tenants } from '../model/tenants.ts'
import type { Settings } from '../settings.ts'
import { sessionNotFound } from './guard.ts'
import type { Registrar } from './registrar.ts'
import { instantSchema, ok } from './schemas.ts'

export interface HealthPorts {
  readonly store: Store
  readonly clock: Pick<Clock, 'setTimer'>
  readonly access: SessionAccess
  readonly apiKeys: ApiKeys
  readonly tenants: Tenants
  readonly grants: Grants
  readonly settings: Settings
}

const healthResponse = z
  .object({
    status: z.literal('healthy'),
    tenant_id: z.string().nullable(),
    redis_healthy: z.boolean().openapi({ description: 'The store answers, whichever it is' }),
    providers: z.record(
      z.string(),
      z.object({ status: z.string(), has_token: z.boolean(), token_expiry: instantSchema.nullable() }),
    ),
    account_key: z.string().nullable(),
  })
  .openapi('HealthResponse')

const readyResponse = z.object({ status: z.literal('ready') }).openapi('ReadyResponse')

/** What is told of a tenant. */
type TenantHealth = Pick<z.infer<typeof healthResponse>, 'tenant_id' | 'providers' | 'account_key'>

const noTenant: TenantHealth = { tenant_id: null, providers: {}, account_key: null }

const storeLimitMs = 2_000

/** GET /health: the process lives. GET /ready: it can serve. */
export function addHealthRoutes(
  { route }: Registrar,
  { store, clock, access, apiKeys, tenants, grants, settings }: HealthPorts,
): void {
  const health = createRoute({
    method: 'get',
    path: '/health',
    tags: ['Service'],
    summary: "The process lives. With a session, or a tenant's key, also how its apps are connected",
    responses: ok(healthResponse, 'Always, as long as the process lives'),
  })
  route('public', health, async (c) => {
    const isHealthy = await lookAtStore({ store, clock }).then(
      () => true,
      () => false,
    )
    const token = readToken(c.req.raw.headers, c.env.target, settings) ?? settings.anonymousKey
    const about = token === undefined || !isHealthy ? noTenant : await describe(token)
    return c.json({ status: 'healthy' as const, redis_healthy: isHealthy, ...about }, 200)
  })

  const ready = createRoute({
    method: 'get',
    path: '/ready',
    tags: ['Service'],
    summary: 'The process can serve: its store answers',
    responses: ok(readyResponse, 'Ready'),
  })
  route('public', ready, async (c) => {
    await lookAtStore({ store, clock })
    return c.json({ status: 'ready' as const }, 200)
  })

  async function describe(token: string): Promise<TenantHealth> {
    if (isSessionToken(token)) {
      const { app } = (await access.open(token)) ?? unauthorized(sessionNotFound)
      return await describeApps(app.tenant, [app])
    }
    const caller = (await apiKeys.callerOf(token)) ?? unauthorized(sessionNotFound)
    return caller.role === 'operator'
      ? noTenant
      : await describeApps(caller.tenant, await tenants.apps.list(caller.tenant))
  }

  async function describeApps(tenant: string, apps: readonly TenantApp[]): Promise<TenantHealth> {
    const states = await Promise.all(
      apps.map(async (app) => [app.provider, await describeConnection(grants.connectionOf(app))] as const),
    )
    const accountKey = apps.find((app) => app.accountKey !== undefined)?.accountKey ?? null
    return { tenant_id: tenant, providers: Object.fromEntries(states), account_key: accountKey }
  }
}

/** Looks whether the store answers and can be opened. Fails with a problem, `storeLimitMs` later at most. */
async function lookAtStore({ store, clock }: Pick<HealthPorts, 'store' | 'clock'>): Promise<void> {
  const { promise: tooLate, reject } = Promise.withResolvers<never>()
  const cancel = clock.setTimer(() => reject(new ProblemError(noAnswer)), storeLimitMs)
  await Promise.race([checkSeal(store), tooLate]).finally(cancel)
}

const noAnswer: Problem = {
  status: 503,
  code: 'store_failed',
  detail: 'The store of the gateway does not answer. Try again.',
  headers: { 'retry-after': '1' },
}
