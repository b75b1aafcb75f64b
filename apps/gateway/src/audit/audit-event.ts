import type { AuthEvent, RefreshOutcome } from '@grantkit/auth-core'
import type { RequestFacts } from '../request-facts.ts'

/** The closed list of what is written down for later. */
export type AuditAction =
  | 'session_started'
  | 'session_ended'
  /** A gateway opens the stored grant for a session it has not served before. */
  | 'grant_opened'
  | 'connect_invited'
  | 'connect_begun'
  | 'connect_ended'
  | 'grant_written'
  | 'grant_erased'
  /** A grant was stored where there was none before; or, `reauthorized`, in place of another one. */
  | 'connected'
  | 'reauthorized'
  | 'disconnected'
  | 'refresh_asked'
  /** What a refresh came to, as `outcome`. */
  | 'refresh'
  | 'tenant_written'
  | 'tenant_removed'
  | 'app_written'
  | 'app_removed'
  | 'key_made'
  | 'key_revoked'
  | 'keys_rotated'
  | 'admin_read'
  | 'denied'

export type AuditResult = 'done' | 'refused' | 'failed'

/** Who did what, for whom, when and with what result. Holds no secret. */
export interface AuditEvent {
  readonly action: AuditAction
  readonly result: AuditResult
  /** In the store's time. */
  readonly atMs: number
  /** Absent for what no single request did: a refresh serves whoever waits for it. */
  readonly requestId?: string
  /** The caller's address. */
  readonly client?: string
  /** The API key, also of a session; absent where nobody was recognised, and for commands. */
  readonly keyId?: string
  readonly tenant?: string
  readonly app?: string
  /** The route that was asked, or the command that was run. */
  readonly route?: string
  readonly outcome?: RefreshOutcome
}

/** Every route that changes something, or shows what only few may see. Forwarded requests are in the request log. */
const actions: Readonly<Record<string, AuditAction>> = {
  'POST /auth/connect': 'session_started',
  'POST /auth/disconnect': 'session_ended',
  'POST /tenants/:tenant/apps/:app/connect': 'connect_invited',
  'POST /connect/:ticket': 'connect_begun',
  'GET /oauth/callback/:provider': 'connect_ended',
  'PUT /tenants/:tenant/apps/:app/grant': 'grant_written',
  'DELETE /tenants/:tenant/apps/:app/grant': 'grant_erased',
  'POST /tenants/:tenant/providers/:provider/refresh-token': 'refresh_asked',
  'PUT /tenants/:tenant': 'tenant_written',
  'DELETE /tenants/:tenant': 'tenant_removed',
  'PUT /tenants/:tenant/apps/:app': 'app_written',
  'DELETE /tenants/:tenant/apps/:app': 'app_removed',
  'POST /api-keys': 'key_made',
  'DELETE /api-keys/:id': 'key_revoked',
  'GET /tenants': 'admin_read',
  'GET /tenants/:tenant/config': 'admin_read',
  'GET /tenants/:tenant/apps': 'admin_read',
  'GET /tenants/:tenant/providers': 'admin_read',
  'GET /tenants/:tenant/providers/:provider': 'admin_read',
  'GET /api-keys': 'admin_read',
  'GET /metrics': 'admin_read',
}

/** Gives what is to be written down of a request; nothing of most. */
export function eventsOfRequest(facts: RequestFacts, atMs: number): readonly AuditEvent[] {
  const { status, method, route, requestId, client, keyId, tenant, app, opensGrant } = facts
  const event = (action: AuditAction, result: AuditResult): AuditEvent => ({
    action,
    result,
    atMs,
    requestId,
    route,
    ...(client === undefined ? {} : { client }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(app === undefined ? {} : { app }),
  })
  const opened = opensGrant ? [event('grant_opened', 'done')] : []
  const action = status === 401 || status === 403 ? 'denied' : actions[`${method} ${route}`]
  return action === undefined ? opened : [...opened, event(action, resultOf(status))]
}

/** The outcomes in which something was done about a grant; the others say that somebody was served by it. */
const outcomeResults: Partial<Readonly<Record<RefreshOutcome, AuditResult>>> = {
  refreshed: 'done',
  probe_ok: 'done',
  rejected: 'refused',
  probe_rejected: 'refused',
  never_sent: 'failed',
  not_processed_client: 'failed',
  not_processed_rate: 'failed',
  not_processed_server: 'failed',
  unknown_timeout: 'failed',
  unknown_reset: 'failed',
  unknown_5xx: 'failed',
  unknown_malformed: 'failed',
  taken_over: 'failed',
  race_lost: 'failed',
  save_retried: 'failed',
  save_spilled: 'failed',
}

/** Gives what is to be written down of what became of a connection. */
export function eventOfGrant(
  { tenant, id: app }: { readonly tenant: string; readonly id: string },
  event: AuthEvent,
  atMs: number,
): AuditEvent | undefined {
  const about = { atMs, tenant, app }
  if (event.type === 'connected') {
    return { action: event.generation > 1 ? 'reauthorized' : 'connected', result: 'done', ...about }
  }
  if (event.type === 'disconnected') return { action: 'disconnected', result: 'done', ...about }
  if (event.type !== 'refresh') return undefined
  const result = outcomeResults[event.outcome]
  return result && { action: 'refresh', result, outcome: event.outcome, ...about }
}

function resultOf(status: number): AuditResult {
  if (status < 400) return 'done'
  return status < 500 ? 'refused' : 'failed'
}
