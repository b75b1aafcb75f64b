import { createRoute, z } from '@hono/zod-openapi'
import type { Store } from '@grantkit/auth-core'
import { readToken, unauthorized } from '../http/credential.ts'
import { fail } from '../http/problem.ts'
import { describeConnection } from '../model/describe-connection.ts'
import type { SessionAccess } from '../model/session-access.ts'
import type { Metrics } from '../metrics.ts'
import type { Settings } from '../settings.ts'
import { sessionNotFound } from './guard.ts'
import type { Registrar } from './registrar.ts'
import { instantSchema, ok, problemResponses } from './schemas.ts'

export interface ServicePorts {
  readonly store: Store
  readonly access: SessionAccess
  readonly settings: Settings
  readonly metrics: Pick<Metrics, 'write'>
  /** Writes the document of all routes. */
  openapi(): Record<string, unknown>
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

const storeLimitMs = 2_000

/** GET /health: the process lives. GET /ready: it can serve. GET /openapi.json: what there is to call. GET /metrics: counts. */
export function addServiceRoutes(
  { route }: Registrar,
  { store, access, settings, metrics, openapi }: ServicePorts,
): void {
  const document = createRoute({
    method: 'get',
    path: '/openapi.json',
    tags: ['Service'],
    summary: 'This document',
    responses: ok(z.record(z.string(), z.unknown()), 'OpenAPI 3.1'),
  })
  route('public', document, (c) => c.json(openapi(), 200))

  const counts = createRoute({
    method: 'get',
    path: '/metrics',
    tags: ['Service'],
    summary: 'Counts for Prometheus',
    responses: {
      200: { description: 'Counts', content: { 'text/plain': { schema: z.string() } } },
      ...problemResponses,
    },
  })
  route('operator', counts, (c) => c.text(metrics.write(), 200, { 'content-type': 'text/plain; version=0.0.4' }))

  const health = createRoute({
    method: 'get',
    path: '/health',
    tags: ['Service'],
    summary: 'The process lives. With a session, also how its app is connected',
    responses: ok(healthResponse, 'Always, as long as the process lives'),
  })
  route('public', health, async (c) => {
    const isHealthy = await answers(store)
    const token = readToken(c.req.raw.headers, c.env.target, settings)
    const base = { status: 'healthy' as const, redis_healthy: isHealthy }
    if (token === undefined || !isHealthy) {
      return c.json({ ...base, tenant_id: null, providers: {}, account_key: null }, 200)
    }
    const open = (await access.open(token)) ?? unauthorized(sessionNotFound)
    const { tenant, app, connection } = open
    const providers = { [app.provider]: await describeConnection(connection) }
    return c.json({ ...base, tenant_id: tenant.id, providers, account_key: app.accountKey ?? null }, 200)
  })

  const ready = createRoute({
    method: 'get',
    path: '/ready',
    tags: ['Service'],
    summary: 'The process can serve: its store answers',
    responses: ok(readyResponse, 'Ready'),
  })
  route('public', ready, async (c) => {
    if (await answers(store)) return c.json({ status: 'ready' as const }, 200)
    const headers = { 'retry-after': '1' }
    return fail({ status: 503, code: 'store_failed', detail: 'The store of the gateway does not answer.', headers })
  })
}

async function answers(store: Store): Promise<boolean> {
  const timer = AbortSignal.timeout(storeLimitMs)
  const tooLate = new Promise<false>((resolve) => timer.addEventListener('abort', () => resolve(false), { once: true }))
  const read = store.read('tenant/ready').then(
    () => true,
    () => false,
  )
  return await Promise.race([read, tooLate])
}
