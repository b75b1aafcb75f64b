import type { RequestFacts } from './request-facts.ts'

/** The closed list of what is written down for later. What becomes of tokens is told by auth-core's events. */
export type AuditAction =
  | 'session_started'
  | 'session_ended'
  | 'connect_invited'
  | 'connect_begun'
  | 'connect_ended'
  | 'grant_written'
  | 'grant_erased'
  | 'refresh_asked'
  | 'tenant_written'
  | 'tenant_removed'
  | 'app_written'
  | 'app_removed'
  | 'key_made'
  | 'key_revoked'
  | 'admin_read'
  | 'denied'

/** Who did what, for whom, when and with what result. Holds no secret. */
export interface AuditEvent {
  readonly action: AuditAction
  readonly result: 'done' | 'refused' | 'failed'
  readonly atMs: number
  readonly requestId: string
  /** The caller's address. */
  readonly client?: string
  /** The API key, also of a session; absent where nobody was recognised. */
  readonly keyId?: string
  readonly tenant?: string
  readonly app?: string
  readonly route: string
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

/** Gives what is to be written down of a request; nothing for most. */
export function auditOf(facts: RequestFacts, atMs: number): AuditEvent | undefined {
  const { status, method, route, requestId, client, keyId, tenant, app } = facts
  const action = status === 401 || status === 403 ? 'denied' : actions[`${method} ${route}`]
  if (action === undefined) return undefined
  return {
    action,
    result: resultOf(status),
    atMs,
    requestId,
    route,
    ...(client === undefined ? {} : { client }),
    ...(keyId === undefined ? {} : { keyId }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(app === undefined ? {} : { app }),
  }
}

function resultOf(status: number): AuditEvent['result'] {
  if (status < 400) return 'done'
  return status < 500 ? 'refused' : 'failed'
}
