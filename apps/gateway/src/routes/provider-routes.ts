import { createRoute, z } from '@hono/zod-openapi'
import type { Clock } from '@grantkit/auth-core'
import { fail } from '../http/problem.ts'
import { describeConnection } from '../model/describe-connection.ts'
import type { Grants } from '../model/grants.ts'
import type { ProviderId, TenantApp, Tenants } from '../model/tenants.ts'
import { tenantNotFound } from './guard.ts'
import type { Registrar } from './registrar.ts'
import { idSchema, instantSchema, ok, providerSchema } from './schemas.ts'

export interface ProviderPorts {
  readonly tenants: Tenants
  readonly grants: Grants
  readonly clock: Pick<Clock, 'wallMs'>
}

const providerView = z
  .object({
    provider: providerSchema,
    app: z.string(),
    status: z.string(),
    auth_type: z.literal('oauth'),
    account_key: z.string().nullable(),
    has_token: z.boolean(),
    token_expiry: instantSchema.nullable(),
  })
  .openapi('ProviderState')

const refreshed = z
  .object({
    success: z.literal(true),
    message: z.string(),
    expires_in: z.number().nullable(),
    expires_at: instantSchema.nullable(),
  })
  .openapi('RefreshResponse')

const params = z.object({ tenant: idSchema, provider: providerSchema })
const query = z.object({ app: idSchema.optional() })

/** How the apps of a tenant are connected, by provider as in the first gateway, and refreshing one by hand. */
export function addProviderRoutes({ route }: Registrar, { tenants, grants, clock }: ProviderPorts): void {
  async function describe(app: TenantApp): Promise<z.infer<typeof providerView>> {
    return {
      provider: app.provider,
      app: app.id,
      auth_type: 'oauth',
      account_key: app.accountKey ?? null,
      ...(await describeConnection(grants.connectionOf(app))),
    }
  }

  /** One app of a provider: the named one, the one called like the provider, or the only one. */
  async function choose(tenant: string, provider: ProviderId, name: string | undefined): Promise<TenantApp> {
    if ((await tenants.tenants.get(tenant)) === undefined) tenantNotFound()
    const apps = (await tenants.apps.list(tenant)).filter((app) => app.provider === provider)
    const named = apps.find(({ id }) => id === (name ?? provider))
    const [only, ...others] = apps
    if (named !== undefined) return named
    if (name !== undefined || only === undefined) {
      return fail({ status: 404, code: 'not_connected', detail: `Provider ${provider} not found` })
    }
    if (others.length === 0) return only
    return fail({ status: 409, code: 'app_not_named', detail: `Several apps are of ${provider}. Name one: ?app=` })
  }

  const list = createRoute({
    method: 'get',
    path: '/tenants/{tenant}/providers',
    tags: ['Providers'],
    summary: 'Tells how each app of a tenant is connected',
    request: { params: z.object({ tenant: idSchema }) },
    responses: ok(z.object({ tenant_id: z.string(), providers: z.array(providerView) }), 'The connections'),
  })
  route('tenant', list, async (c) => {
    const { tenant } = c.req.valid('param')
    if ((await tenants.tenants.get(tenant)) === undefined) tenantNotFound()
    const providers = await Promise.all((await tenants.apps.list(tenant)).map(describe))
    return c.json({ tenant_id: tenant, providers }, 200)
  })

  const read = createRoute({
    method: 'get',
    path: '/tenants/{tenant}/providers/{provider}',
    tags: ['Providers'],
    summary: 'Tells how one app is connected',
    request: { params, query },
    responses: ok(
      z.object({ tenant_id: z.string(), provider: providerSchema, config: providerView }),
      'The connection',
    ),
  })
  route('tenant', read, async (c) => {
    const { tenant, provider } = c.req.valid('param')
    const app = await choose(tenant, provider, c.req.valid('query').app)
    return c.json({ tenant_id: tenant, provider, config: await describe(app) }, 200)
  })

  const refresh = createRoute({
    method: 'post',
    path: '/tenants/{tenant}/providers/{provider}/refresh-token',
    tags: ['Providers'],
    summary: 'Refreshes the tokens of an app now',
    request: { params, query },
    responses: ok(refreshed, 'Fresh tokens are stored'),
  })
  route('tenant', refresh, async (c) => {
    const { tenant, provider } = c.req.valid('param')
    const connection = grants.connectionOf(await choose(tenant, provider, c.req.valid('query').app))
    await connection.refresh()
    const { token_expiry: expiresAt } = await describeConnection(connection)
    const expiresIn = expiresAt === null ? null : Math.round((Date.parse(expiresAt) - clock.wallMs()) / 1000)
    const message = `Tokens of ${provider} were refreshed`
    return c.json({ success: true as const, message, expires_in: expiresIn, expires_at: expiresAt }, 200)
  })
}
