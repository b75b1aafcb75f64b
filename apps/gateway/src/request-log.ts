import type { Logger } from 'pino'
import type { AuthEvent } from '@grantkit/auth-core'
import type { AuditEvent } from './audit/audit-event.ts'
import type { AuditAnchor } from './audit/trail-writer.ts'
import type { RequestFacts } from './request-facts.ts'
import type { TenantApp } from './model/tenants.ts'

/** Writes one line a request: its route, never its address, headers or body, so that no secret can be among it. */
export function logRequest(log: Logger, facts: RequestFacts): void {
  const level = facts.status >= 500 ? 'error' : 'info'
  log[level](facts, 'request')
}

/** One line an event, told from the others by its `audit`. */
export function logAudit(log: Logger, event: AuditEvent): void {
  log.info({ audit: event }, event.action)
}

/** The end of an audit chain, for `audit verify --anchor`. */
export function logAuditAnchor(log: Logger, anchor: AuditAnchor): void {
  log.info({ auditAnchor: anchor }, 'audit anchor')
}

export function logAuthEvent(log: Logger, { tenant, id }: TenantApp, event: AuthEvent): void {
  const { account: _, ...facts } = event
  const error = 'error' in facts && facts.error !== undefined ? { error: facts.error.code } : {}
  log[event.type === 'hook_failed' ? 'warn' : 'info']({ ...facts, ...error, tenant, app: id }, event.type)
}
