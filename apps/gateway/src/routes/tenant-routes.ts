import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '@grantkit/auth-core'
import { fail } from '../http/problem.ts'
import type { Tenant, Tenants } from '../model/tenants.ts'
import { tenantNotFound } from './guard.ts'
import type { Registrar } from './registrar.ts'
import { idSchema, instantSchema, jsonBody, ok } from './schemas.ts'

export interface TenantPorts {
  readonly tenants: Tenants
  readonly clock: Pick<Clock, 'wallMs'>
}

const tenantInput = z
  .object({
    name: z.string().min(1).max(200).optional(),
    pass_through: z.boolean().optional(),
    // null: no limit.
    max_body_bytes: z.int().min(0).nullable().optional(),
  })
  .openapi('TenantInput')

const tenantView = z
  .object({
    tenant_id: z.string(),
    config: z.object({
      name: z.string(),
      pass_through: z.boolean(),
      max_body_bytes: z.int().nullable(),
      created_at: instantSchema,
    }),
  })
  .openapi('Tenant')

const tenantParams = z.object({ tenant: idSchema })
const removed = z.object({ success: z.literal(true) })

/** The tenants themselves: made, changed and removed by operators. */
export function addTenantRoutes({ route }: Registrar, { tenants, clock }: TenantPorts): void {
  const list = createRoute({
    method: 'get',
    path: '/tenants',
    tags: ['Tenants'],
    summary: 'Lists all tenants',
    responses: ok(z.object({ tenants: z.array(tenantView) }), 'The tenants'),
  })
  route('operator', list, async (c) => {
    return c.json({ tenants: (await tenants.tenants.list()).map(view) }, 200)
  })

  const put = createRoute({
    method: 'put',
    path: '/tenants/{tenant}',
    tags: ['Tenants'],
    summary: 'Makes a tenant, or changes what is named',
    request: { params: tenantParams, ...jsonBody(tenantInput) },
    responses: ok(tenantView, 'The tenant'),
  })
  route('operator', put, async (c) => {
    const { tenant: id } = c.req.valid('param')
    const input = c.req.valid('json')
    const record = await tenants.tenants.put([id], (stored) => changed(input, stored, { id, nowMs: clock.wallMs() }))
    return c.json(view(record), 200)
  })

  const read = createRoute({
    method: 'get',
    path: '/tenants/{tenant}/config',
    tags: ['Tenants'],
    request: { params: tenantParams },
    summary: 'Shows a tenant',
    responses: ok(tenantView, 'The tenant'),
  })
  route('tenant', read, async (c) => {
    const found = await tenants.tenants.get(c.req.valid('param').tenant)
    return c.json(found === undefined ? tenantNotFound() : view(found.record), 200)
  })

  const remove = createRoute({
    method: 'delete',
    path: '/tenants/{tenant}',
    tags: ['Tenants'],
    request: { params: tenantParams },
    summary: 'Removes a tenant that has no apps any more. Its sessions end',
    responses: ok(removed, 'The tenant is gone'),
  })
  route('operator', remove, async (c) => {
    const { tenant } = c.req.valid('param')
    if ((await tenants.apps.list(tenant)).length > 0) {
      fail({ status: 409, code: 'tenant_has_apps', detail: 'Remove the apps of this tenant first' })
    }
    if (!(await tenants.tenants.remove(tenant))) tenantNotFound()
    return c.json({ success: true as const }, 200)
  })
}

/** What an operator does not name stays as it is. */
function changed(
  { name, pass_through: passThrough, max_body_bytes: given }: z.infer<typeof tenantInput>,
  stored: Tenant | undefined,
  { id, nowMs }: { readonly id: string; readonly nowMs: number },
): Tenant {
  const maxBodyBytes = given === undefined ? stored?.maxBodyBytes : given
  return {
    id,
    name: name ?? stored?.name ?? id,
    passThrough: passThrough ?? stored?.passThrough ?? false,
    ...(typeof maxBodyBytes === 'number' ? { maxBodyBytes } : {}),
    createdAtMs: stored?.createdAtMs ?? nowMs,
  }
}

function view({ id, name, passThrough, maxBodyBytes, createdAtMs }: Tenant): z.infer<typeof tenantView> {
  const created = new Date(createdAtMs).toISOString()
  return {
    tenant_id: id,
    config: { name, pass_through: passThrough, max_body_bytes: maxBodyBytes ?? null, created_at: created },
  }
}
