import { describe, expect, it } from 'vitest'
import { createFakeClock } from '@grantkit/auth-core/testing'
import { openBench } from './bench.ts'
import { rates } from './settings.ts'

describe('sessions', () => {
  it('connect, use, show and disconnect with the bodies of the first gateway', async () => {
    const bench = await openBench()
    const { key } = await bench.addTenant('acme')
    const connected = await bench.call('POST', '/auth/connect', { token: key, json: { tenant: 'acme', app: 'goto' } })
    expect(connected.status).toBe(200)
    const made = (await connected.json()) as { data: { session_id: string } }
    expect(made).toEqual({
      success: true,
      data: { session_id: expect.stringMatching(/^gs_[\w-]{43}$/), tenant: 'acme', app: 'goto', expires_in: 300 },
      message: 'Connected to goto',
    })
    const token = made.data.session_id

    const queues = await bench.call('GET', '/voice-proxy/call-queues', { token })
    expect(queues.status).toBe(200)
    expect(((await queues.json()) as { items: unknown[] }).items).toHaveLength(9)

    expect(await (await bench.call('GET', '/auth/status', { token })).json()).toEqual({
      success: true,
      data: {
        voice_authenticated: true,
        admin_authenticated: true,
        scim_authenticated: true,
        tenant: 'acme',
        app: 'goto',
        session_id: token,
        expires_at: expect.stringMatching(/Z$/),
        provider_token_expiry: expect.stringMatching(/Z$/),
      },
    })
    const ended = await bench.call('POST', '/auth/disconnect', { token })
    expect(await ended.json()).toEqual({ success: true, message: 'Session ended' })
    const again = await bench.call('GET', '/voice-proxy/call-queues', { token })
    expect(again.status).toBe(401)
    expect(again.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(await again.json()).toMatchObject({ detail: 'Session not found or expired' })
  })

  it('says without a session that nothing is connected', async () => {
    const bench = await openBench()
    const answer = await bench.call('GET', '/auth/status')
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      success: true,
      data: { voice_authenticated: false, admin_authenticated: false, tenant: null, session_id: null },
    })
  })

  it('end after their time, however often they are used', async () => {
    const clock = createFakeClock()
    const bench = await openBench({ clock })
    const { key } = await bench.addTenant('acme')
    const token = await bench.startSession(key, 'acme')
    await clock.advance(299_000)
    expect((await bench.call('GET', '/health', { token })).status).toBe(200)
    await clock.advance(2_001)
    expect((await bench.call('GET', '/health', { token })).status).toBe(401)
  })

  it('end sooner where nobody uses them, and not where somebody does', async () => {
    const clock = createFakeClock()
    const bench = await openBench({ clock, settings: { sessionMs: 600_000, sessionIdleMs: 60_000 } })
    const { key } = await bench.addTenant('acme')
    const [used, idle] = [await bench.startSession(key, 'acme'), await bench.startSession(key, 'acme')]
    const use = async (token: string): Promise<number> => (await bench.call('GET', '/me', { token })).status
    expect(await use(idle)).toBe(200)
    for (let seconds = 0; seconds < 600; seconds += 50) {
      expect([seconds, await use(used)]).toEqual([seconds, 200])
      await clock.advance(50_000)
    }
    expect([await use(idle), await use(used)]).toEqual([401, 401])
  })

  it('are not brought back by whoever uses them while they are ended', async () => {
    const clock = createFakeClock()
    const bench = await openBench({ clock, settings: { sessionMs: 600_000, sessionIdleMs: 60_000 } })
    const other = await openBench({
      store: bench.store,
      clock,
      settings: { sessionMs: 600_000, sessionIdleMs: 60_000 },
    })
    const { key } = await bench.addTenant('acme')
    const token = await bench.startSession(key, 'acme')
    await clock.advance(30_000)
    await Promise.all([bench.call('GET', '/me', { token }), other.call('POST', '/auth/disconnect', { token })])
    await clock.advance(5_000)
    expect((await bench.call('GET', '/me', { token })).status).toBe(401)
    expect((await bench.store.list('session/')).keys).toEqual([])
  })

  it('end with the key they were made with', async () => {
    const clock = createFakeClock()
    const bench = await openBench({ clock })
    const { key } = await bench.addTenant('acme')
    const token = await bench.startSession(key, 'acme')
    expect((await bench.call('GET', '/me', { token })).status).toBe(200)
    await bench.call('DELETE', `/api-keys/${key.split('_')[1]}`, { token: bench.operator })
    await clock.advance(5_000)
    expect((await bench.call('GET', '/me', { token })).status).toBe(401)
  })

  it('are stored as a hash, and so are API keys', async () => {
    const bench = await openBench()
    const { key } = await bench.addTenant('acme')
    const token = await bench.startSession(key, 'acme')
    const { keys } = await bench.store.list('')
    const values = await Promise.all(keys.map(async (name) => (await bench.store.read(name)).entry?.value))
    const everything = [...keys, ...values].join('\n')
    expect(everything).toContain('session/')
    for (const secret of [token, token.slice(3), key, key.slice(16)]) expect(everything).not.toContain(secret)
  })

  it('answer a foreign tenant exactly like one that does not exist', async () => {
    const bench = await openBench()
    const { key } = await bench.addTenant('acme')
    await bench.addTenant('other')
    const answers = await Promise.all(
      ['other', 'nobody'].map((tenant) =>
        bench.call('POST', '/auth/connect', { token: key, json: { tenant, app: 'goto' } }),
      ),
    )
    const [foreign, missing] = await Promise.all(answers.map(async (each) => [each.status, await each.text()]))
    expect(foreign).toEqual(missing)
    expect(foreign?.[0]).toBe(404)
  })

  it('are not made without an API key, nor with one that was revoked', async () => {
    const bench = await openBench()
    const { key } = await bench.addTenant('acme')
    const json = { tenant: 'acme', app: 'goto' }
    expect((await bench.call('POST', '/auth/connect', { json })).status).toBe(401)
    const [, id] = key.split('_')
    expect((await bench.call('DELETE', `/api-keys/${id}`, { token: bench.operator })).status).toBe(200)
    expect((await bench.call('POST', '/auth/connect', { token: key, json })).status).toBe(401)
  })

  it.each([
    [{ tenant: 'acme' }, 422, 'app'],
    [{ tenant: '../acme', app: 'goto' }, 422, 'tenant'],
    [{ tenant: 'a'.repeat(101), app: 'goto' }, 422, 'tenant'],
  ])('refuses %j', async (json, status, detail) => {
    const bench = await openBench()
    const answer = await bench.call('POST', '/auth/connect', { token: bench.operator, json })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(((await answer.json()) as { detail: string }).detail).toContain(detail)
  })

  it('refuses broken JSON, another media type and a body that is too large', async () => {
    const bench = await openBench()
    const token = bench.operator
    const send = async (body: string, type = 'application/json', more: Record<string, string> = {}) =>
      (await bench.call('POST', '/auth/connect', { token, body, headers: { 'content-type': type, ...more } })).status
    expect(await send('{')).toBe(400)
    expect(await send('tenant=acme', 'text/plain')).toBe(415)
    expect(await send('{}', 'application/json', { 'content-length': '70000' })).toBe(413)
    expect(await send('{}', 'application/json', { 'transfer-encoding': 'chunked' })).toBe(411)
  })

  describe('in an address', () => {
    it('are refused unless the compatibility mode is on', async () => {
      const bench = await openBench()
      const { key } = await bench.addTenant('acme')
      const token = await bench.startSession(key, 'acme')
      const answer = await bench.call('GET', `/voice-proxy/call-queues?session_id=${token}`)
      expect(answer.status).toBe(400)
      expect(bench.sent.filter(({ url }) => url.includes('call-queues'))).toEqual([])
    })

    it('are taken in the compatibility mode, and do not travel on', async () => {
      const bench = await openBench({ settings: { sessionInQuery: true } })
      const { key } = await bench.addTenant('acme')
      const token = await bench.startSession(key, 'acme')
      const path = `/voice-proxy/extensions?type=CALL_QUEUE&session_id=${token}&tenant_id=other`
      expect((await bench.call('GET', path)).status).toBe(200)
      expect(bench.sent.at(-1)?.url).toBe(
        'https://api.goto.com/voice-admin/v1/extensions?type=CALL_QUEUE&accountKey=1234567890',
      )
      expect((await bench.call('GET', `/health?session_id=${token}`, { token })).status).toBe(400)
      expect((await bench.call('POST', `/auth/disconnect?session_id=${token}`)).status).toBe(200)
    })

    it('need no API key where an operator named one for everybody', async () => {
      const first = await openBench()
      const { key } = await first.addTenant('acme')
      const bench = await openBench({ store: first.store, settings: { sessionInQuery: true, anonymousKey: key } })
      expect((await bench.call('POST', '/auth/connect', { json: { tenant: 'acme', app: 'goto' } })).status).toBe(200)
      expect((await bench.call('GET', '/tenants')).status).toBe(403)
    })
  })
})

describe('a key that starts session after session', () => {
  it('is held back before more live at a time than it may have, and goes on as they end', async () => {
    const clock = createFakeClock()
    const bench = await openBench({ clock, settings: { sessionsPerKey: 100, sessionMs: 100_000 } })
    const { key } = await bench.addTenant('acme')
    const start = () => bench.call('POST', '/auth/connect', { token: key, json: { tenant: 'acme', app: 'goto' } })
    let started = 0
    for (let second = 0; second < 100; second++) {
      for (let count = 0; count < 100 && (await start()).ok; count++) started += 1
      await clock.advance(1_000)
    }
    expect(started).toBeGreaterThanOrEqual(95)
    expect(started).toBeLessThanOrEqual(100)
    await start()
    const refused = await start()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^[12]$/)])
    expect(((await refused.json()) as { type: string }).type).toContain('too_many_sessions')
    expect((await bench.store.list('session/')).keys.length).toBeLessThanOrEqual(100)
    const other = { name: 'other', role: 'tenant', tenant: 'acme' }
    const made = await bench.call('POST', '/api-keys', { token: bench.operator, json: other })
    const { token } = (await made.json()) as { token: string }
    expect(await bench.startSession(token, 'acme')).toMatch(/^gs_/)
  })
})

describe('a tenant that asks too much', () => {
  it('is held back, and no other tenant is', async () => {
    const clock = createFakeClock()
    const bench = await openBench({ clock, settings: { requestsPerSecond: { ...rates(1_000_000), tenant: 20 } } })
    const [acme, other] = [await bench.addTenant('acme'), await bench.addTenant('other')]
    const [greedy, modest] = [await bench.startSession(acme.key, 'acme'), await bench.startSession(other.key, 'other')]
    const statuses = []
    for (let count = 0; count < 60; count++) statuses.push((await bench.call('GET', '/me', { token: greedy })).status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(40)
    const refused = await bench.call('GET', '/me', { token: greedy })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1'])
    expect((await bench.call('GET', '/me', { token: modest })).status).toBe(200)
  })
})
