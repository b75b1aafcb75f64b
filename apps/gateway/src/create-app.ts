import { OpenAPIHono } from '@hono/zod-openapi'
import { isAuthError, type AuthEvent, type Clock, type Fetch, type Store } from '@grantkit/auth-core'
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { HTTPException } from 'hono/http-exception'
import { routePath } from 'hono/route'
import { createConnectFlow } from './connect/connect-flow.ts'
import { createVisits } from './connect/visits.ts'
import { toProblem } from './forward/forward-error.ts'
import { createForward } from './forward/forward.ts'
import type { GatewayEnv } from './gateway-env.ts'
import { fail, problemResponse, ProblemError, type Problem } from './http/problem.ts'
import { isRefused, readTarget } from './http/target.ts'
import { createApiKeys } from './model/api-keys.ts'
import { createGrants } from './model/grants.ts'
import { createSessionAccess } from './model/session-access.ts'
import { createSessions } from './model/sessions.ts'
import { createTenants, type TenantApp } from './model/tenants.ts'
import { addApiKeyRoutes } from './routes/api-key-routes.ts'
import { addAppRoutes } from './routes/app-routes.ts'
import { addAuthRoutes } from './routes/auth-routes.ts'
import { addConnectRoutes } from './routes/connect-routes.ts'
import { addForwardRoutes } from './routes/forward-routes.ts'
import { createGuard } from './routes/guard.ts'
import { createRegistrar, type GatewayRoute } from './routes/registrar.ts'
import { addProviderRoutes } from './routes/provider-routes.ts'
import { addServiceRoutes } from './routes/service-routes.ts'
import { addTenantRoutes } from './routes/tenant-routes.ts'
import type { Settings } from './settings.ts'

export interface GatewayPorts {
  /** Keeps everything; sealed, where it outlives the process. */
  readonly store: Store
  /** Sends requests to the providers and their APIs. Must present each request exactly once. */
  readonly fetch: Fetch
  readonly clock: Clock
  readonly settings: Settings
  /** Told of everything that came of a connection. Holds no secret. */
  readonly onAuthEvent?: (app: TenantApp, event: AuthEvent) => void
  /** Told of each request when its answer begins. Holds no secret. */
  readonly onRequest?: (facts: RequestFacts) => void
  /** Told of errors that nobody planned for; the caller gets a bare 500. */
  readonly onError?: (error: unknown, requestId: string) => void
}

/** What is worth a log line of a request. */
export interface RequestFacts {
  readonly requestId: string
  readonly method: string
  /** The route, not the address. */
  readonly route: string
  readonly status: number
  readonly durationMs: number
  readonly tenant?: string
  readonly app?: string
  readonly keyId?: string
}

export interface GatewayApp {
  /** Answers one request. `rawTarget` is the target of the request line as it came, before any parser. */
  fetch(request: Request, connection?: { readonly rawTarget?: string }): Promise<Response>
  /** Every route and who may call it. */
  readonly routes: readonly GatewayRoute[]
  /** Waits for tokens on their way to be stored. */
  close(): Promise<void>
}

const document = { openapi: '3.1.0', info: { title: 'Grantkit gateway', version: '1' } }
/** What callers may send to routes that are not forwarded. */
const ownBodyBytes = 65_536

/** Creates the gateway of a store. Reads no environment and opens no socket. */
export function createApp(ports: GatewayPorts): GatewayApp {
  const { store, fetch, clock, settings } = ports
  const sandbox = settings.sandbox === undefined ? {} : { sandbox: settings.sandbox }
  const tenants = createTenants(store)
  const grants = createGrants({
    store,
    fetch,
    ...sandbox,
    reload: async (app) => (await tenants.apps.get(app.tenant, app.id))?.record ?? app,
    onEvent: (app, event) => ports.onAuthEvent?.(app, event),
  })
  const sessions = createSessions({ store, lifetimeMs: settings.sessionMs })
  const access = createSessionAccess({ sessions, tenants, grants, clock })
  const apiKeys = createApiKeys({ store, clock })
  const forward = createForward({ fetch, clock, timeoutMs: settings.upstreamTimeoutMs, ...sandbox })

  const app = new OpenAPIHono<GatewayEnv>({
    // The one spelling of the target: what is routed on is what is decided on and sent.
    getPath: (_, options) => (options?.env as GatewayEnv['Bindings'] | undefined)?.target.path ?? '/',
    defaultHook: (result) => {
      if (!result.success) fail(invalidInput(result.error.issues))
    },
  })
  app.use(async (c, next) => {
    const startMs = clock.monotonicMs()
    const requestId = crypto.randomUUID()
    c.set('requestId', requestId)
    await next()
    c.res.headers.set('x-request-id', requestId)
    const durationMs = Math.round(clock.monotonicMs() - startMs)
    ports.onRequest?.({
      requestId,
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      durationMs,
      ...whoOf(c),
    })
  })
  for (const path of ['/auth/*', '/tenants/*', '/api-keys/*'])
    app.use(path, bodyLimit({ maxSize: ownBodyBytes, onError: tooLarge }))
  app.notFound(() => problemResponse({ status: 404, code: 'not_found', detail: 'There is nothing here' }))
  app.onError((error, c) => problemResponse(problemOf(error, clock.wallMs()) ?? unplanned(error, c.get('requestId'))))

  function unplanned(error: unknown, requestId: string): Problem {
    ports.onError?.(error, requestId)
    return { status: 500, code: 'internal_error', detail: 'Something went wrong in the gateway.' }
  }

  const registrar = createRegistrar(app, createGuard({ apiKeys, access, settings }))
  addServiceRoutes(registrar, { store, access, settings, openapi: () => ({ ...app.getOpenAPI31Document(document) }) })
  addAuthRoutes(registrar, { sessions, access, tenants, settings })
  addTenantRoutes(registrar, { tenants, clock })
  addAppRoutes(registrar, { tenants, grants, clock })
  addProviderRoutes(registrar, { tenants, grants })
  addApiKeyRoutes(registrar, { apiKeys, tenants, clock })
  const flow = createConnectFlow({ visits: createVisits(store), tenants, grants, publicUrl: settings.publicUrl })
  addConnectRoutes(registrar, { flow, tenants, settings })
  addForwardRoutes(registrar, { forward, settings })
  app.openAPIRegistry.registerComponent('securitySchemes', 'apiKey', { type: 'http', scheme: 'bearer' })
  app.openAPIRegistry.registerComponent('securitySchemes', 'session', { type: 'http', scheme: 'bearer' })

  return {
    routes: registrar.routes,
    async fetch(request, { rawTarget } = {}) {
      const { pathname, search } = new URL(request.url)
      const target = readTarget(rawTarget ?? `${pathname}${search}`)
      if (isRefused(target)) {
        return problemResponse({
          status: 400,
          code: 'invalid_target',
          detail: `The address was refused: ${target.refused}`,
        })
      }
      return await app.fetch(request, { target })
    },
    close: () => grants.close(),
  }
}

function whoOf(c: Context<GatewayEnv>): Pick<RequestFacts, 'tenant' | 'app' | 'keyId'> {
  const { open, caller } = c.var as Partial<GatewayEnv['Variables']>
  if (open !== undefined) return { tenant: open.session.tenant, app: open.session.app, keyId: open.session.keyId }
  if (caller === undefined) return {}
  return { keyId: caller.keyId, ...(caller.role === 'tenant' ? { tenant: caller.tenant } : {}) }
}

function problemOf(error: unknown, nowMs: number): Problem | undefined {
  if (error instanceof ProblemError) return error.problem
  if (isAuthError(error)) return toProblem(error, nowMs)
  if (!(error instanceof HTTPException) || error.status >= 500) return undefined
  return { status: error.status, code: 'invalid_request', detail: 'The body is not the JSON that is expected here' }
}

function invalidInput(issues: readonly { path: PropertyKey[]; message: string }[]): Problem {
  const detail = issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
  return { status: 422, code: 'invalid_input', detail }
}

function tooLarge(): Response {
  return problemResponse({
    status: 413,
    code: 'body_too_large',
    detail: `A body may have ${ownBodyBytes} bytes at most.`,
  })
}
