import { createFakeClock } from '@grantkit/auth-core/testing'
import { approveAuthorization, defaultClient } from '@grantkit/sandbox'
import { describe, expect, it } from 'vitest'
import { eventsOfRequest, type AuditAction, type AuditEvent } from '../src/audit/audit-event.ts'
import { createTrail } from '../src/audit/trail.ts'
import { openBench, type Bench } from './bench.ts'

interface Audited {
  readonly bench: Bench
  readonly clock: ReturnType<typeof createFakeClock>
  readonly key: string
  readonly session: string
  readonly trail: AuditEvent[]
  /** What an action leaves behind, with its result. */
  eventsOf(act: () => unknown): Promise<readonly string[]>
}

async function openAudited(): Promise<Audited> {
  const trail: AuditEvent[] = []
  const clock = createFakeClock({ wallMs: Date.now() })
  const redirectUris = ['http://127.0.0.1:8078/oauth/callback/goto', ...(defaultClient.redirectUris ?? [])]
  const sandbox = { clients: [{ ...defaultClient, redirectUris }], rotation: 'strict' } as const
  const bench = await openBench({ clock, sandbox, onAudit: (event) => trail.push(event) })
  const { key } = await bench.addTenant('acme')
  const session = await bench.startSession(key, 'acme')
  const eventsOf: Audited['eventsOf'] = async (act) => {
    const before = trail.length
    await act()
    return trail.slice(before).map(({ action, result, outcome }) => [action, outcome, result].filter(Boolean).join(' '))
  }
  return { bench, clock, key, session, trail, eventsOf }
}

/** A person connects, or says no. */
async function connect({ bench, key }: Audited, decision: 'yes' | 'no'): Promise<void> {
  const invited = await bench.call('POST', '/tenants/acme/apps/goto/connect', { token: key })
  const { connect_url: link } = (await invited.json()) as { connect_url: string }
  const begun = await bench.call('POST', new URL(link).pathname)
  const cookie = begun.headers.get('set-cookie')?.split(';', 1)[0] ?? ''
  const location = new URL(begun.headers.get('location') ?? '')
  const callback = await approveAuthorization(bench.sandbox.fetch, location.href)
  const { origin, pathname } = callback
  const state = location.searchParams.get('state') ?? ''
  const search = decision === 'yes' ? callback.search : `?error=access_denied&state=${state}`
  await bench.call('GET', new URL(pathname + search, origin).href.slice(origin.length), { headers: { cookie } })
}

const catalogue: readonly [string, (audited: Audited) => unknown, readonly string[]][] = [
  ['a session is made', ({ bench, key }) => bench.startSession(key, 'acme'), ['session_started done']],
  [
    'a session is first used, for which the grant is opened and refreshed',
    ({ bench, session }) => bench.call('GET', '/call-queues', { token: session }),
    ['refresh refreshed done', 'grant_opened done'],
  ],
  ['a session is used again', ({ bench, session }) => bench.call('GET', '/me', { token: session }), []],
  [
    'a refresh is asked for',
    ({ bench, key }) => bench.call('POST', '/tenants/acme/providers/goto/refresh-token', { token: key }),
    ['refresh refreshed done', 'refresh_asked done'],
  ],
  [
    'a session is ended',
    ({ bench, session }) => bench.call('POST', '/auth/disconnect', { token: session }),
    ['session_ended done'],
  ],
  [
    'a person connects the app again',
    (audited) => connect(audited, 'yes'),
    ['connect_invited done', 'connect_begun done', 'reauthorized done', 'connect_ended done'],
  ],
  [
    'a person says no',
    (audited) => connect(audited, 'no'),
    ['connect_invited done', 'connect_begun done', 'connect_ended refused'],
  ],
  [
    'an operator gives a grant',
    ({ bench }) =>
      bench.call('PUT', '/tenants/acme/apps/goto/grant', { token: bench.operator, json: { refresh_token: 'another' } }),
    ['reauthorized done', 'grant_written done'],
  ],
  [
    'a refresh is refused',
    ({ bench, key }) => bench.call('POST', '/tenants/acme/providers/goto/refresh-token', { token: key }),
    ['refresh rejected refused', 'refresh_asked refused'],
  ],
  [
    'an app is disconnected',
    ({ bench, key }) => bench.call('DELETE', '/tenants/acme/apps/goto/grant', { token: key }),
    ['disconnected done', 'grant_erased done'],
  ],
  [
    'a tenant reads about itself',
    ({ bench, key }) => bench.call('GET', '/tenants/acme/providers', { token: key }),
    ['admin_read done'],
  ],
  [
    'a tenant asks what is for operators',
    ({ bench, key }) => bench.call('GET', '/tenants', { token: key }),
    ['denied refused'],
  ],
  [
    'a tenant asks about another one',
    ({ bench, key }) => bench.call('GET', '/tenants/other/apps', { token: key }),
    ['admin_read refused'],
  ],
  ['a stranger asks', ({ bench }) => bench.call('GET', '/me', { token: 'gs_nobody' }), ['denied refused']],
  ['nobody in particular looks', ({ bench }) => bench.call('GET', '/health'), []],
]

describe('the audit trail', () => {
  it('has exactly its events for each action, with who, for whom and what came of it', async () => {
    const audited = await openAudited()
    const { bench, key, session, trail } = audited
    expect(trail.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'tenant_written done',
      'app_written done',
      'connected done',
      'grant_written done',
      'key_made done',
      'session_started done',
    ])
    for (const [name, act, events] of catalogue) {
      expect([name, await audited.eventsOf(() => act(audited))]).toEqual([name, events])
    }
    const [keyId, operatorId] = [key, bench.operator].map((token) => token.split('_')[1])
    const find = (action: AuditAction) => trail.find((event) => event.action === action)
    expect(find('tenant_written')).toMatchObject({ tenant: 'acme', keyId: operatorId })
    expect(find('grant_opened')).toMatchObject({ tenant: 'acme', app: 'goto', keyId, route: '/call-queues' })
    expect(find('connect_ended')).toMatchObject({ tenant: 'acme', app: 'goto' })
    expect(find('refresh')).toMatchObject({ tenant: 'acme', app: 'goto', outcome: 'refreshed' })
    expect(find('denied')).toMatchObject({ tenant: 'acme', keyId })
    const ofRequests = trail.filter(({ route }) => route !== undefined)
    expect(ofRequests.every(({ requestId, atMs }) => requestId?.length === 36 && atMs > 0)).toBe(true)
    for (const secret of [key, session, bench.operator]) expect(JSON.stringify(trail)).not.toContain(secret)
  })

  it('lies in the store, by tenant, without what strangers did', async () => {
    const { bench, key, trail } = await openAudited()
    await bench.call('GET', '/me', { token: 'gs_nobody' })
    await bench.call('GET', '/tenants', { token: key })
    await bench.call('GET', '/tenants', { token: bench.operator })
    await bench.app.close()
    const stored = createTrail(bench.store, { keptMs: 1 })
    expect(await stored.chains()).toEqual([['gateway'], ['tenant', 'acme']])
    const eventsIn = async (...chain: Parameters<typeof stored.read>) =>
      (await stored.read(...chain)).entries.flatMap(({ entry }) => entry?.events ?? [])
    expect(await eventsIn(['tenant', 'acme'])).toEqual(trail.filter(({ tenant }) => tenant === 'acme'))
    expect((await eventsIn(['gateway'])).map(({ action }) => action)).toEqual(['key_made', 'admin_read'])
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
      expect(eventsOfRequest({ ...facts, method, route }, 1), `${method} ${route}`).toHaveLength(1)
    }
  })
})
