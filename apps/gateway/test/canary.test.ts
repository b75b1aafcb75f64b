import { createFakeClock } from '@grantkit/auth-core/testing'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createApp } from '../src/create-app.ts'
import { logAudit, logAuthEvent, logRequest } from '../src/request-log.ts'
import { openBench } from './bench.ts'
import { testSettings } from './settings.ts'

const secrets = {
  access: 'canary-access-token-0123456789',
  refresh: 'canary-refresh-token-0123456789',
  client: 'canary-client-secret-0123456789',
  query: 'canary-query-value-0123456789',
  body: 'canary-body-value-0123456789',
}

/** How a secret may look once something has written it. */
function formsOf(secret: string): readonly string[] {
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').slice(0, -4),
    Buffer.from(secret).toString('hex'),
  ]
}

describe('a secret', () => {
  it('is in no log line, metric, answer or page of any outcome', async () => {
    const clock = createFakeClock({ wallMs: Date.now() })
    const lines: string[] = []
    const log = pino({ level: 'trace' }, { write: (line) => lines.push(line) })
    const bench = await openBench({ clock })
    let answer: (url: string) => Response | Promise<Response> = () => Response.json({ items: [] })
    const tokens = {
      access_token: secrets.access,
      refresh_token: secrets.refresh,
      token_type: 'Bearer',
      expires_in: 3600,
    }
    const app = createApp({
      store: { ...bench.store, durability: 'crash-safe' },
      clock,
      fetch: async (input) => answer(input instanceof Request ? input.url : String(input)),
      settings: { ...testSettings, sessionMs: 3_000_000, upstreamTimeoutMs: 1000, sessionInQuery: true },
      onRequest: (facts) => logRequest(log, facts),
      onAudit: (event) => logAudit(log, event),
      onAuthEvent: (of, event) => logAuthEvent(log, of, event),
      onError: (error) => log.error({ error }, 'unplanned'),
    })
    const answers: string[] = []
    const call = async (method: string, path: string, token: string, json?: unknown): Promise<string> => {
      const init = { method, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' } }
      const body = json === undefined ? {} : { body: JSON.stringify(json) }
      const response = await app.fetch(new Request(`http://127.0.0.1:8078${path}`, { ...init, ...body }))
      const text = await response.text()
      if (path !== '/auth/connect' && path !== '/auth/status') answers.push(text, JSON.stringify([...response.headers]))
      return text
    }
    await call('PUT', '/tenants/acme', bench.operator, {})
    const client = { provider: 'goto', client_id: 'c', client_secret: secrets.client, account_key: '1' }
    await call('PUT', '/tenants/acme/apps/goto', bench.operator, client)
    await call('PUT', '/tenants/acme/apps/goto/grant', bench.operator, { refresh_token: secrets.refresh })
    const made = await call('POST', '/auth/connect', bench.operator, { tenant: 'acme', app: 'goto' })
    const session = (JSON.parse(made) as { data: { session_id: string } }).data.session_id

    const token = (then: () => Response) => (url: string) => (url.includes('/oauth/') ? Response.json(tokens) : then())
    const outcomes: (typeof answer)[] = [
      () => Response.json({ error: 'server_error', error_description: secrets.refresh }, { status: 500 }),
      () => Response.json({ error: 'invalid_client', error_description: secrets.client }, { status: 401 }),
      () => Promise.reject(new TypeError(`broken ${secrets.refresh}`)),
      token(() => Response.json({ items: [] })),
      token(() => Response.json({ errorCode: secrets.access.replaceAll('-', ' ') }, { status: 401 })),
      token(() => {
        throw new Error(`broken ${secrets.access}`)
      }),
      () => Response.json({ error: 'invalid_grant', error_description: secrets.refresh }, { status: 400 }),
    ]
    for (answer of outcomes) {
      await call('GET', `/voice-proxy/devices?q=${secrets.query}`, session)
      await call('POST', '/voice-proxy/locations', session, { name: secrets.body })
      await call('POST', '/tenants/acme/providers/goto/refresh-token', bench.operator)
      await call('GET', `/voice-proxy/devices?session_id=${session}`, 'nothing')
      await call('GET', '/health', session)
      await clock.advance(4_000)
    }
    answers.push(await call('GET', '/metrics', bench.operator), await call('GET', '/tenants/acme/apps', bench.operator))

    expect(lines.length).toBeGreaterThan(30)
    const seen = [...lines, ...answers].join('\n')
    expect(seen).toContain('refresh')
    for (const secret of [...Object.values(secrets), session, bench.operator]) {
      for (const form of formsOf(secret)) expect(seen).not.toContain(form)
    }
  })
})
