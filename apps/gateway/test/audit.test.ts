import { describe, expect, it } from 'vitest'
import { auditOf, type AuditEvent } from '../src/audit.ts'
import { openBench } from './bench.ts'

describe('the audit trail', () => {
  it('has one event for each action, in order, with who, for whom and what came of it', async () => {
    const trail: AuditEvent[] = []
    const bench = await openBench({ onAudit: (event) => trail.push(event) })
    const { key } = await bench.addTenant('acme')
    const session = await bench.startSession(key, 'acme')
    await bench.call('GET', '/call-queues', { token: session })
    await bench.call('GET', '/health')
    await bench.call('GET', '/tenants/acme/providers', { token: key })
    await bench.call('GET', '/tenants', { token: key })
    await bench.call('GET', '/me', { token: 'gs_nobody' })
    await bench.call('POST', '/auth/connect', { token: key, json: { tenant: 'other', app: 'goto' } })
    await bench.call('POST', '/tenants/acme/providers/goto/refresh-token', { token: key })
    await bench.call('POST', '/tenants/acme/apps/goto/connect', { token: key })
    await bench.call('DELETE', '/tenants/acme/apps/goto/grant', { token: key })
    await bench.call('POST', '/auth/disconnect', { token: session })
    expect(trail.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'tenant_written done',
      'app_written done',
      'grant_written done',
      'key_made done',
      'session_started done',
      'admin_read done',
      'denied refused',
      'denied refused',
      'session_started refused',
      'refresh_asked done',
      'connect_invited done',
      'grant_erased done',
      'session_ended done',
    ])
    const keyId = key.split('_')[1]
    expect(trail[0]).toMatchObject({ tenant: 'acme', keyId: bench.operator.split('_')[1] })
    expect(trail[2]).toMatchObject({ tenant: 'acme', app: 'goto', route: '/tenants/:tenant/apps/:app/grant' })
    expect(trail.at(-1)).toMatchObject({ tenant: 'acme', app: 'goto', keyId })
    expect(trail.every(({ requestId, atMs }) => requestId.length === 36 && atMs > 0)).toBe(true)
    for (const secret of [key, session, bench.operator]) expect(JSON.stringify(trail)).not.toContain(secret)
  })

  it('leaves out no route that changes something', async () => {
    const bench = await openBench()
    const facts = { requestId: 'r', status: 200, durationMs: 1 }
    const changing = bench.app.routes.filter(({ method, path }) => method !== 'GET' && !path.endsWith('-proxy/*'))
    const administrative = bench.app.routes.filter(
      ({ method, access }) => method === 'GET' && ['tenant', 'operator'].includes(access),
    )
    for (const { method, path } of [...changing, ...administrative]) {
      const route = path.replaceAll(/\{(\w+)\}/g, ':$1')
      expect(auditOf({ ...facts, method, route }, 1), `${method} ${route}`).toBeDefined()
    }
  })
})
