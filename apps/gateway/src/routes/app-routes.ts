import { createRoute, z } from '@hono/zod-openapi'
import { clientCredentials, refreshToken, type Clock, type Grant } from '@grantkit/auth-core'
import { userAccessToken } from '@grantkit/auth-core/providers/carthooks'
import { fail } from '../http/problem.ts'
import { faultOfInstanceUrl } from '../instance/instance-url.ts'
import type { Grants } from '../model/grants.ts'
import { accountOf } from '../model/grants.ts'
import type { TenantApp, Tenants } from '../model/tenants.ts'
import type { Settings } from '../settings.ts'
import { tenantNotFound } from './guard.ts'
import type { Registrar } from './registrar.ts'
import { idSchema, instantSchema, jsonBody, ok, providerSchema } from './schemas.ts'

export interface AppPorts {
  readonly tenants: Tenants
  readonly grants: Grants
  readonly clock: Pick<Clock, 'wallMs'>
  readonly settings: Pick<Settings, 'sandbox'>
}

const text = z.string().min(1).max(4096)

const appInput = z
  .object({
    provider: providerSchema,
    client_id: text,
    client_secret: text.optional(),
    scopes: z.array(text).max(200).optional(),
    account_key: text.optional(),
    base_url: text.optional().openapi({ description: 'Of the own instance of Carthooks' }),
  })
  .openapi('AppInput')

const appView = z
  .object({
    tenant_id: z.string(),
    app: z.string(),
    provider: providerSchema,
    client_id: z.string(),
    has_client_secret: z.boolean(),
    scopes: z.array(z.string()).nullable(),
    account_key: z.string().nullable(),
    base_url: z.string().nullable(),
    created_at: instantSchema,
    updated_at: instantSchema,
  })
  .openapi('App')

const grantInput = z
  .union([
    z.object({ refresh_token: text }).strict(),
    z.object({ client_credentials: z.literal(true) }).strict(),
    z.object({ user_access_token: text }).strict().openapi({ description: 'Carthooks: acts as this person' }),
  ])
  .openapi('GrantInput')

const params = z.object({ tenant: idSchema, app: idSchema })
const done = z.object({ success: z.literal(true) })

/** A tenant's registrations at the providers, and what connects and disconnects them. */
export function addAppRoutes({ route }: Registrar, { tenants, grants, clock, settings }: AppPorts): void {
  async function existing(ids: { tenant: string; app: string }): Promise<TenantApp> {
    return (await tenants.apps.get(ids.tenant, ids.app))?.record ?? appNotFound()
  }

  function checkBaseUrl({ provider, base_url: url }: z.infer<typeof appInput>): void {
    if (url === undefined) return
    const allowLoopback = settings.sandbox !== undefined
    const fault = provider === 'carthooks' ? faultOfInstanceUrl(url, { allowLoopback }) : 'is for Carthooks alone'
    if (fault !== undefined) fail({ status: 422, code: 'invalid_input', detail: `base_url: ${fault}` })
  }

  const put = createRoute({
    method: 'put',
    path: '/tenants/{tenant}/apps/{app}',
    tags: ['Apps'],
    summary: 'Registers a client of a provider, or replaces its registration',
    request: { params, ...jsonBody(appInput) },
    responses: ok(appView, 'The app'),
  })
  route('operator', put, async (c) => {
    const { tenant, app: id } = c.req.valid('param')
    const input = c.req.valid('json')
    if ((await tenants.tenants.get(tenant)) === undefined) tenantNotFound()
    checkBaseUrl(input)
    const now = clock.wallMs()
    const record = await tenants.apps.put([tenant, id], (stored) => ({
      tenant,
      id,
      provider: input.provider,
      clientId: input.client_id,
      ...(input.client_secret === undefined ? {} : { clientSecret: input.client_secret }),
      ...(input.scopes === undefined ? {} : { scopes: input.scopes }),
      ...(input.account_key === undefined ? {} : { accountKey: input.account_key }),
      ...(input.base_url === undefined ? {} : { baseUrl: input.base_url }),
      createdAtMs: stored?.createdAtMs ?? now,
      updatedAtMs: now,
    }))
    return c.json(view(record), 200)
  })

  const list = createRoute({
    method: 'get',
    path: '/tenants/{tenant}/apps',
    tags: ['Apps'],
    summary: 'Lists the apps of a tenant, without their secrets',
    request: { params: z.object({ tenant: idSchema }) },
    responses: ok(z.object({ tenant_id: z.string(), apps: z.array(appView) }), 'The apps'),
  })
  route('tenant', list, async (c) => {
    const { tenant } = c.req.valid('param')
    if ((await tenants.tenants.get(tenant)) === undefined) tenantNotFound()
    return c.json({ tenant_id: tenant, apps: (await tenants.apps.list(tenant)).map(view) }, 200)
  })

  const remove = createRoute({
    method: 'delete',
    path: '/tenants/{tenant}/apps/{app}',
    tags: ['Apps'],
    summary: 'Disconnects an app and removes it. Its sessions end',
    request: { params },
    responses: ok(done, 'The app is gone'),
  })
  route('operator', remove, async (c) => {
    const app = await existing(c.req.valid('param'))
    await grants.connectionOf(app).disconnect()
    await tenants.apps.remove(app.tenant, app.id)
    return c.json({ success: true as const }, 200)
  })

  const connect = createRoute({
    method: 'put',
    path: '/tenants/{tenant}/apps/{app}/grant',
    tags: ['Apps'],
    summary: 'Connects an app by a token from elsewhere, or as the client itself',
    request: { params, ...jsonBody(grantInput) },
    responses: ok(done, 'The app is connected'),
  })
  route('operator', connect, async (c) => {
    const app = await existing(c.req.valid('param'))
    const input = c.req.valid('json')
    const connection = await grants.clientOf(app).connect(accountOf(app), grantOf(input, app))
    // Exchanged here and now: no other gateway has the person's token.
    if ('user_access_token' in input) await connection.accessToken()
    return c.json({ success: true as const }, 200)
  })

  const disconnect = createRoute({
    method: 'delete',
    path: '/tenants/{tenant}/apps/{app}/grant',
    tags: ['Apps'],
    summary: 'Erases the tokens of an app, then asks the provider to revoke them',
    request: { params },
    responses: ok(z.object({ erased: z.literal(true), revoked: z.boolean() }), 'The tokens are erased'),
  })
  route('tenant', disconnect, async (c) => {
    const app = await existing(c.req.valid('param'))
    return c.json(await grants.connectionOf(app).disconnect(), 200)
  })
}

function grantOf(input: z.infer<typeof grantInput>, { provider, scopes }: TenantApp): Grant {
  if ('refresh_token' in input) return refreshToken(input.refresh_token)
  if ('client_credentials' in input) return clientCredentials(scopes === undefined ? {} : { scopes })
  if (provider === 'carthooks') return userAccessToken(input.user_access_token)
  return fail({ status: 422, code: 'invalid_input', detail: 'user_access_token: is for Carthooks alone' })
}

function appNotFound(): never {
  return fail({ status: 404, code: 'app_not_found', detail: 'Tenant or app not found' })
}

function view(app: TenantApp): z.infer<typeof appView> {
  return {
    tenant_id: app.tenant,
    app: app.id,
    provider: app.provider,
    client_id: app.clientId,
    has_client_secret: app.clientSecret !== undefined,
    scopes: app.scopes === undefined ? null : [...app.scopes],
    account_key: app.accountKey ?? null,
    base_url: app.baseUrl ?? null,
    created_at: new Date(app.createdAtMs).toISOString(),
    updated_at: new Date(app.updatedAtMs).toISOString(),
  }
}
