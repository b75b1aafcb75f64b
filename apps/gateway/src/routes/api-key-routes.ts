import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '@grantkit/auth-core'
import { fail } from '../http/problem.ts'
import type { ApiKey, ApiKeys } from '../model/api-keys.ts'
import type { Tenants } from '../model/tenants.ts'
import { tenantNotFound } from './guard.ts'
import type { Registrar } from './registrar.ts'
import { idSchema, instantSchema, jsonBody, ok } from './schemas.ts'

export interface ApiKeyPorts {
  readonly apiKeys: ApiKeys
  readonly tenants: Tenants
  readonly clock: Pick<Clock, 'wallMs'>
}

const common = { name: z.string().min(1).max(200), expires_in: z.number().int().positive().optional() }
const keyInput = z
  .discriminatedUnion('role', [
    z.object({ ...common, role: z.literal('operator') }),
    z.object({ ...common, role: z.literal('tenant'), tenant: idSchema }),
  ])
  .openapi('ApiKeyInput')

const keyView = z
  .object({
    id: z.string(),
    name: z.string(),
    role: z.enum(['operator', 'tenant']),
    tenant: z.string().nullable(),
    created_at: instantSchema,
    expires_at: instantSchema.nullable(),
  })
  .openapi('ApiKey')

/** The keys that callers prove themselves with. */
export function addApiKeyRoutes({ route }: Registrar, { apiKeys, tenants, clock }: ApiKeyPorts): void {
  const create = createRoute({
    method: 'post',
    path: '/api-keys',
    tags: ['API keys'],
    summary: 'Makes an API key and shows it, this once',
    request: jsonBody(keyInput),
    responses: ok(z.object({ key: keyView, token: z.string() }), 'The key'),
  })
  route('operator', create, async (c) => {
    const { expires_in: expiresIn, ...wanted } = c.req.valid('json')
    if (wanted.role === 'tenant' && (await tenants.tenants.get(wanted.tenant)) === undefined) tenantNotFound()
    const expiry = expiresIn === undefined ? {} : { expiresAtMs: clock.wallMs() + expiresIn * 1000 }
    const { key, token } = await apiKeys.create({ ...wanted, ...expiry })
    return c.json({ key: view(key), token }, 200)
  })

  const list = createRoute({
    method: 'get',
    path: '/api-keys',
    tags: ['API keys'],
    summary: 'Lists all API keys, without what would let anybody use them',
    responses: ok(z.object({ keys: z.array(keyView) }), 'The keys'),
  })
  route('operator', list, async (c) => c.json({ keys: (await apiKeys.list()).map(view) }, 200))

  const revoke = createRoute({
    method: 'delete',
    path: '/api-keys/{id}',
    tags: ['API keys'],
    summary: 'Revokes an API key. Sessions made with it end, too',
    request: { params: z.object({ id: idSchema }) },
    responses: ok(z.object({ success: z.literal(true) }), 'The key is revoked'),
  })
  route('operator', revoke, async (c) => {
    if (await apiKeys.revoke(c.req.valid('param').id)) return c.json({ success: true as const }, 200)
    return fail({ status: 404, code: 'key_not_found', detail: 'API key not found' })
  })
}

function view({ id, name, role, tenant, createdAtMs, expiresAtMs }: ApiKey): z.infer<typeof keyView> {
  return {
    id,
    name,
    role,
    tenant: tenant ?? null,
    created_at: new Date(createdAtMs).toISOString(),
    expires_at: expiresAtMs === undefined ? null : new Date(expiresAtMs).toISOString(),
  }
}
