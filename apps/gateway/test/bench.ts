import { systemClock, type Clock, type Fetch, type Store } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { approveAuthorization, createSandbox, type Sandbox, type SandboxOptions } from '@grantkit/sandbox'
import type { AuditEvent } from '../src/audit/audit-event.ts'
import { createApp, type GatewayApp } from '../src/create-app.ts'
import { createApiKeys } from '../src/model/api-keys.ts'
import type { Settings } from '../src/settings.ts'
import { testSettings } from './settings.ts'

const redirectUri = 'http://localhost:8080/callback'
const accountKey = '1234567890'

export interface CallOptions {
  readonly token?: string
  readonly json?: unknown
  readonly body?: RequestInit['body']
  readonly headers?: Record<string, string>
}

export interface Bench {
  readonly app: GatewayApp
  readonly sandbox: Sandbox
  readonly store: Store
  /** Requests that left the gateway, in order. */
  readonly sent: Request[]
  readonly operator: string
  call(method: string, path: string, options?: CallOptions): Promise<Response>
  /** Makes a tenant with an API key and the app `goto`, connected unless told otherwise. */
  addTenant(id: string, options?: { connected?: boolean; passThrough?: boolean }): Promise<{ key: string }>
  /** Starts a session and gives its token. */
  startSession(key: string, tenant: string, app?: string): Promise<string>
}

export interface BenchOptions {
  readonly settings?: Partial<Settings>
  readonly sandbox?: SandboxOptions
  readonly clock?: Clock
  readonly store?: Store
  readonly onAudit?: (event: AuditEvent) => void
  /** Stands in front of the sandbox. */
  readonly fetch?: (next: Fetch) => Fetch
}

/** A gateway in front of a sandbox, all in this process. */
export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const clock = options.clock ?? systemClock
  const sandbox = createSandbox(options.sandbox)
  const store = options.store ?? createMemoryStore({ clock })
  const sent: Request[] = []
  const toSandbox = (options.fetch ?? ((next: Fetch) => next))((input, init) => sandbox.fetch(input as Request, init))
  const app = createApp({
    store: { ...store, durability: 'crash-safe' },
    clock,
    ...(options.onAudit === undefined ? {} : { onAudit: options.onAudit }),
    fetch(input, init) {
      const { url, method, headers } = input instanceof Request ? input : new Request(input, { ...init, body: null })
      sent.push(new Request(url, { method, headers }))
      return toSandbox(input, init)
    },
    settings: { ...testSettings, ...options.settings },
  })
  const { token: operator } = await createApiKeys({ store, clock }).create({ name: 'test', role: 'operator' })

  const call: Bench['call'] = (method, path, { token, json, body, headers } = {}) =>
    app.fetch(
      new Request(`http://127.0.0.1:8078${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(json === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(json === undefined ? {} : { body: JSON.stringify(json) }),
        ...(body === undefined ? {} : { body, duplex: 'half' }),
      } as RequestInit),
    )

  return {
    app,
    sandbox,
    store,
    sent,
    operator,
    call,
    async addTenant(id, { connected = true, passThrough = false } = {}) {
      await expectOk(call('PUT', `/tenants/${id}`, { token: operator, json: { pass_through: passThrough } }))
      const json = {
        provider: 'goto',
        client_id: 'sandbox-client',
        client_secret: 'sandbox-secret',
        account_key: accountKey,
      }
      await expectOk(call('PUT', `/tenants/${id}/apps/goto`, { token: operator, json }))
      if (connected) {
        const grant = { refresh_token: await gotoRefreshToken(sandbox) }
        await expectOk(call('PUT', `/tenants/${id}/apps/goto/grant`, { token: operator, json: grant }))
      }
      const wanted = { name: id, role: 'tenant', tenant: id }
      const made = await expectOk(call('POST', '/api-keys', { token: operator, json: wanted }))
      return { key: ((await made.json()) as { token: string }).token }
    },
    async startSession(key, tenant, name = 'goto') {
      const made = await expectOk(call('POST', '/auth/connect', { token: key, json: { tenant, app: name } }))
      return ((await made.json()) as { data: { session_id: string } }).data.session_id
    },
  }
}

/** Signs the sandbox's person in and gives the refresh token. */
async function gotoRefreshToken(
  { fetch }: Pick<Sandbox, 'fetch'>,
  origin = 'https://identity.goto.com',
): Promise<string> {
  const client = { client_id: 'sandbox-client', redirect_uri: redirectUri }
  const query = new URLSearchParams({ response_type: 'code', ...client })
  const callback = await approveAuthorization(fetch, `${origin}/oauth/authorize?${query}`)
  const answer = await fetch(`${origin}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      client_secret: 'sandbox-secret',
      ...client,
    }),
  })
  return ((await answer.json()) as { refresh_token: string }).refresh_token
}

async function expectOk(answer: Promise<Response>): Promise<Response> {
  const response = await answer
  if (response.ok) return response
  throw new Error(`${response.status} ${await response.text()}`)
}
