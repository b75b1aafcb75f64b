import { OpenAPIHono } from '@hono/zod-openapi'
import { isAuthError, type AuthEvent, type Clock, type Fetch, type Store } from '@grantkit/auth-core'
import { HTTPException } from 'hono/http-exception'
import { eventOfGrant, eventsOfRequest, type AuditEvent } from './audit/audit-event.ts'
import { createTrail } from './audit/trail.ts'
import { createTrailWriter, type AuditAnchor } from './audit/trail-writer.ts'
import { createConnectFlow } from './connect/connect-flow.ts'
import { createVisits } from './connect/visits.ts'
import { toProblem } from './forward/forward-error.ts'
import { createForward } from './forward/forward.ts'
import type { GatewayEnv } from './gateway-env.ts'
import { createReadClientOrigin } from './http/client-origin.ts'
import { limitBody } from './http/limit-body.ts'
import { fail, problemResponse, ProblemError, type Problem } from './http/problem.ts'
import { noTarget, refuseTarget } from './http/refuse-target.ts'
import { requireTls } from './http/require-tls.ts'
import { isRefused, readTarget } from './http/target.ts'
import { createMeter } from './limits/meter.ts'
import { createRequestLimits } from './limits/request-limits.ts'
import { createReportUse } from './limits/shared-use.ts'
import { createApiKeys } from './model/api-keys.ts'
import { createMetrics, type Metrics } from './metrics.ts'
import { createGrants } from './model/grants.ts'
import { createSessionAccess } from './model/session-access.ts'
import { createSessions } from './model/sessions.ts'
import { followStoreTime } from './model/store-time.ts'
import { createTenants, type TenantApp } from './model/tenants.ts'
import { observe } from './observe.ts'
import type { RequestFacts } from './request-facts.ts'
import { addApiKeyRoutes } from './routes/api-key-routes.ts'
import { addAppRoutes } from './routes/app-routes.ts'
import { addAuthRoutes, type AuthPorts } from './routes/auth-routes.ts'
import { addConnectRoutes } from './routes/connect-routes.ts'
import { addDocsRoutes } from './routes/docs-routes.ts'
import { addForwardRoutes } from './routes/forward-routes.ts'
import { addHealthRoutes } from './routes/health-routes.ts'
import { createGuard } from './routes/guard.ts'
import type { GatewayRoute } from './routes/access.ts'
import { createRegistrar, type Registrar } from './routes/registrar.ts'
import { addProviderRoutes } from './routes/provider-routes.ts'
import { addServiceRoutes, type ServicePorts } from './routes/service-routes.ts'
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
  /** Told of what has to be found again later. Holds no secret. */
  readonly onAudit?: (event: AuditEvent) => void
  /** Told of the ends of audit chains from time to time, to be kept out of reach of whoever can write the store. */
  readonly onAuditAnchor?: (anchor: AuditAnchor) => void
  /** Told how many audit events could not be stored. `onAudit` had them. */
  readonly onAuditLost?: (count: number) => void
  /** Told of errors that nobody planned for; the caller gets a bare 500. */
  readonly onError?: (error: unknown, requestId: string) => void
}

/** What a server knows of a request beside its message. */
export interface ConnectionFacts {
  /** The target of the request line as it came, before any parser. */
  readonly rawTarget?: string
  /** The address at the other end of the connection. */
  readonly peer?: string
}

export interface GatewayApp {
  /** Answers one request. */
  fetch(request: Request, connection?: ConnectionFacts): Promise<Response>
  /** Every route and who may call it. */
  readonly routes: readonly GatewayRoute[]
  /** Waits for tokens and audit events on their way to be stored. */
  close(): Promise<void>
}

const document = { openapi: '3.1.0', info: { title: 'Grantkit gateway', version: '1' } }
/** What callers may send to routes that are not forwarded. */
const ownBodyBytes = 65_536

/** Creates the gateway of a store. Reads no environment and opens no socket. */
export function createApp(given: GatewayPorts): GatewayApp {
  const ports = { ...given, ...followStoreTime(given.store, given.clock) }
  const metrics = createMetrics()
  const { audit, close: closeTrail } = createAudit(ports)
  const app = createHono(ports, { metrics, audit })
  const model = createModel(ports, { metrics, audit })
  const readClient = createReadClientOrigin(ports.settings.trustedProxies)
  const meter = createMeter({ clock: ports.clock, report: createReportUse(ports.store) })
  const limits = createRequestLimits(meter, ports.settings)
  const registrar = createRegistrar(app, createGuard({ ...model, settings: ports.settings, limits }))
  const openapi = (): Record<string, unknown> => ({ ...app.getOpenAPI31Document(document) })
  addRoutes(registrar, { ...ports, ...model, limits, metrics, openapi })
  for (const name of ['apiKey', 'session']) {
    app.openAPIRegistry.registerComponent('securitySchemes', name, { type: 'http', scheme: 'bearer' })
  }

  return {
    routes: registrar.routes,
    async fetch(request, { rawTarget, peer } = {}) {
      const target = readTarget(rawTarget ?? targetOf(request))
      const client = readClient(peer, request.headers)
      return await app.fetch(
        request,
        isRefused(target) ? { target: noTarget, refused: target.refused, client } : { target, client },
      )
    },
    async close() {
      await model.grants.close().finally(closeTrail)
    },
  }
}

type Audit = (event: AuditEvent) => void

/** Where events go that have to be found again: to the log, and to the chains in the store. */
function createAudit({ store, clock, settings, onAudit, onAuditAnchor, onAuditLost }: GatewayPorts) {
  const writer = createTrailWriter({
    trail: createTrail(store, { keptMs: settings.auditMs }),
    clock,
    onAnchor: (anchor) => onAuditAnchor?.(anchor),
    onLost: (count) => onAuditLost?.(count),
  })
  const audit: Audit = (event) => {
    onAudit?.(event)
    writer.tell(event)
  }
  return { audit, close: () => writer.close() }
}

interface Observers {
  readonly metrics: Metrics
  readonly audit: Audit
}

/** What of the gateway lies in the store. */
function createModel({ store, fetch, clock, settings, onAuthEvent }: GatewayPorts, { metrics, audit }: Observers) {
  const tenants = createTenants(store)
  const grants = createGrants({
    store,
    fetch,
    ...sandboxOf(settings),
    reload: async (app) => (await tenants.apps.get(app.tenant, app.id))?.record ?? app,
    onEvent(app, event) {
      if (event.type === 'refresh') metrics.refresh(event.outcome)
      onAuthEvent?.(app, event)
      const audited = eventOfGrant(app, event, clock.wallMs())
      if (audited !== undefined) audit(audited)
    },
  })
  const sessions = createSessions({ store, lifetimeMs: settings.sessionMs, idleMs: settings.sessionIdleMs })
  const apiKeys = createApiKeys({ store, clock })
  const access = createSessionAccess({ sessions, tenants, apiKeys, grants, clock, trustMs: settings.trustMs })
  return { tenants, grants, sessions, access, apiKeys }
}

type RoutePorts = GatewayPorts &
  ReturnType<typeof createModel> &
  Pick<ServicePorts, 'metrics' | 'openapi'> &
  Pick<AuthPorts, 'limits'>

function addRoutes(registrar: Registrar, ports: RoutePorts): void {
  const { store, fetch, clock, settings, tenants, grants } = ports
  const flow = createConnectFlow({ visits: createVisits(store), tenants, grants, publicUrl: settings.publicUrl })
  const timeLimits = { headMs: settings.upstreamTimeoutMs, idleMs: settings.idleMs, totalMs: settings.totalMs }
  const forward = createForward({ fetch, clock, limits: timeLimits, ...sandboxOf(settings) })
  addHealthRoutes(registrar, ports)
  addServiceRoutes(registrar, ports)
  addDocsRoutes(registrar)
  addAuthRoutes(registrar, ports)
  addTenantRoutes(registrar, ports)
  addAppRoutes(registrar, ports)
  addProviderRoutes(registrar, ports)
  addApiKeyRoutes(registrar, ports)
  addConnectRoutes(registrar, { flow, tenants, settings })
  addForwardRoutes(registrar, { forward, settings })
}

/** What stands around all routes: names, limits of bodies, errors. */
function createHono(
  { clock, settings, onRequest, onError }: GatewayPorts,
  { metrics, audit }: Observers,
): OpenAPIHono<GatewayEnv> {
  const app = new OpenAPIHono<GatewayEnv>({
    // The one spelling of the target: what is routed on is what is decided on and sent.
    getPath: (_, options) => (options?.env as GatewayEnv['Bindings'] | undefined)?.target.path ?? '/',
    defaultHook: (result) => {
      if (!result.success) fail(invalidInput(result.error.issues))
    },
  })
  app.use(
    observe(clock, (facts) => {
      metrics.request(facts)
      onRequest?.(facts)
      for (const event of eventsOfRequest(facts, clock.wallMs())) audit(event)
    }),
  )
  app.use(refuseTarget, requireTls(settings.publicUrl))
  for (const path of ['/auth/*', '/tenants/*', '/api-keys/*', '/connect/*']) app.use(path, limitBody(ownBodyBytes))
  app.notFound(() => problemResponse({ status: 404, code: 'not_found', detail: 'There is nothing here' }))
  app.onError((error, c) => {
    const problem = problemOf(error, clock.wallMs())
    if (problem === undefined) onError?.(error, c.get('requestId'))
    return problemResponse(problem ?? unplanned)
  })
  return app
}

const unplanned: Problem = { status: 500, code: 'internal_error', detail: 'Something went wrong in the gateway.' }

function sandboxOf({ sandbox }: Settings): { readonly sandbox?: string } {
  return sandbox === undefined ? {} : { sandbox }
}

function targetOf({ url }: Request): string {
  const { pathname, search } = new URL(url)
  return pathname + search
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
