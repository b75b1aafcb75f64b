import type { Store } from '@grantkit/auth-core'
import type { AuditEvent } from '../audit/audit-event.ts'
import { chainOf, createTrail } from '../audit/trail.ts'
import type { Settings } from '../settings.ts'

/** Where a command writes down what it did. */
export interface CommandAudit {
  readonly store: Store
  readonly settings: Pick<Settings, 'auditMs'>
  /** The words of the command. */
  readonly command: string
}

/** Writes down what a command did, before it says so. */
export async function writeAudit(
  { store, settings, command }: CommandAudit,
  events: readonly Pick<AuditEvent, 'action' | 'result' | 'tenant' | 'app'>[],
): Promise<void> {
  const trail = createTrail(store, { keptMs: settings.auditMs })
  const requestId = crypto.randomUUID()
  const { nowMs } = await store.read('gateway/seal')
  for (const event of events) {
    const audited = { ...event, atMs: nowMs, requestId, route: `command ${command}` }
    const chain = chainOf(audited)
    if (chain !== undefined) await trail.append(chain, [audited])
  }
}
