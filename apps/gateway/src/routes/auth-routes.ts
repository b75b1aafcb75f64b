import { createRoute, z } from '@hono/zod-openapi'
import { unauthorized, readToken } from '../http/credential.ts'
import { fail } from '../http/problem.ts'
import type { RequestLimits } from '../limits/request-limits.ts'
import type { SessionAccess } from '../model/session-access.ts'
import type { Sessions } from '../model/sessions.ts'
import type { Tenants } from '../model/tenants.ts'
import type { Settings } from '../settings.ts'
import { sessionNotFound } from './guard.ts'
import type { Registrar } from './registrar.ts'
import { idSchema, instantSchema, jsonBody, ok } from './schemas.ts'

export interface AuthPorts {
  readonly sessions: Sessions
  readonly access: SessionAccess
  readonly tenants: Tenants
  readonly settings: Settings
  readonly limits: Pick<RequestLimits, 'ofNewSession'>
}

const connectRequest = z.object({ tenant: idSchema, app: idSchema }).openapi('ConnectRequest')

const connectResponse = z
  .object({
    success: z.literal(true),
    data: z.object({ session_id: z.string(), tenant: z.string(), app: z.string(), expires_in: z.number() }),
    message: z.string(),
  })
  .openapi('ConnectResponse')

const disconnectResponse = z.object({ success: z.literal(true), message: z.string() }).openapi('DisconnectResponse')

const statusResponse = z
  .object({
    success: z.literal(true),
    data: z.object({
      voice_authenticated: z.boolean(),
      admin_authenticated: z.boolean(),
      scim_authenticated: z.boolean(),
      tenant: z.string().nullable(),
      app: z.string().nullable(),
      session_id: z.string().nullable(),
      expires_at: instantSchema.nullable(),
      provider_token_expiry: instantSchema.nullable(),
    }),
  })
  .openapi('StatusResponse')

type StatusData = z.infer<typeof statusResponse>['data']

/** POST /auth/connect, POST /auth/disconnect, GET /auth/status. */
export function addAuthRoutes({ route }: Registrar, { sessions, access, tenants, settings, limits }: AuthPorts): void {
  const connect = createRoute({
    method: 'post',
    path: '/auth/connect',
    tags: ['Sessions'],
    summary: 'Starts a session for one app of a tenant',
    request: jsonBody(connectRequest),
    responses: ok(connectResponse, 'The session'),
  })
  route('key', connect, async (c) => {
    const { tenant, app } = c.req.valid('json')
    const caller = c.get('caller')
    const isTheirs = caller.role === 'operator' || caller.tenant === tenant
    const [found] = isTheirs ? await Promise.all([tenants.apps.get(tenant, app), tenants.tenants.get(tenant)]) : []
    if (found === undefined) fail({ status: 404, code: 'app_not_found', detail: 'Tenant or app not found' })
    limits.ofNewSession(caller.keyId)
    const { token } = await sessions.create({ tenant, app, keyId: caller.keyId })
    const data = { session_id: token, tenant, app, expires_in: settings.sessionMs / 1000 }
    return c.json({ success: true as const, data, message: `Connected to ${app}` }, 200)
  })

  const disconnect = createRoute({
    method: 'post',
    path: '/auth/disconnect',
    tags: ['Sessions'],
    summary: 'Ends the session that the request carries',
    responses: ok(disconnectResponse, 'The session is over'),
  })
  route('session', disconnect, async (c) => {
    const token = readToken(c.req.raw.headers, c.env.target, settings) ?? ''
    if (!(await access.end(token))) unauthorized(sessionNotFound)
    return c.json({ success: true as const, message: 'Session ended' }, 200)
  })

  const status = createRoute({
    method: 'get',
    path: '/auth/status',
    tags: ['Sessions'],
    summary: 'Tells what a session may use; without one, that there is none',
    responses: ok(statusResponse, 'The state of the session'),
  })
  route('public', status, async (c) => {
    const token = readToken(c.req.raw.headers, c.env.target, settings)
    const data = token === undefined ? noSession : await describe(token)
    return c.json({ success: true as const, data }, 200)
  })

  async function describe(token: string): Promise<StatusData> {
    const open = (await access.open(token)) ?? unauthorized(sessionNotFound)
    const { state, scopes, accessTokenExpiresAtMs } = await open.connection.status()
    const isConnected = open.app.provider === 'goto' && (state === 'active' || state === 'claimed')
    // Where the provider names no scopes, the token may do what its client may.
    const may = (wanted: (scope: string) => boolean): boolean =>
      isConnected && (scopes.length === 0 || scopes.some(wanted))
    return {
      voice_authenticated: may((scope) => scope.startsWith('voice-admin.')),
      admin_authenticated: may((scope) => scope === 'identity' || scope === 'identity:'),
      scim_authenticated: may((scope) => scope.startsWith('identity:scim.')),
      tenant: open.session.tenant,
      app: open.session.app,
      session_id: token,
      expires_at: new Date(open.session.expiresAtMs).toISOString(),
      provider_token_expiry:
        accessTokenExpiresAtMs === undefined ? null : new Date(accessTokenExpiresAtMs).toISOString(),
    }
  }
}

const noSession: StatusData = {
  voice_authenticated: false,
  admin_authenticated: false,
  scim_authenticated: false,
  tenant: null,
  app: null,
  session_id: null,
  expires_at: null,
  provider_token_expiry: null,
}
