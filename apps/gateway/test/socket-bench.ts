import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { systemClock, type Store } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createNodeTransport } from '@grantkit/node-transport'
import { createApp } from '../src/create-app.ts'
import { createApiKeys } from '../src/model/api-keys.ts'
import type { RequestFacts } from '../src/request-facts.ts'
import { serve } from '../src/serve.ts'
import type { Settings } from '../src/settings.ts'
import { testSettings } from './settings.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => void

/** A request that reached the vendor's API. */
export interface Arrived {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly names: readonly string[]
}

export interface SocketBench extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  readonly vendorPort: number
  /** What reached the APIs; token requests are not among them. */
  readonly arrived: Arrived[]
  readonly tokenRequests: () => number
  readonly session: string
  readonly operator: string
  /** What the API answers from now on. */
  answer(next: Answer): void
  /** Does an `exchange` with the gateway. */
  raw(...parts: (string | Buffer)[]): Promise<string>
}

/** The access token that the vendor of the bench gives out. */
export const accessToken = 'vendor-access-token'

/** A gateway on a socket in front of a vendor on a socket, with one session that may use Voice Admin. */
export async function openSocketBench(
  options: { settings?: Partial<Settings>; store?: Store; onRequest?: (facts: RequestFacts) => void } = {},
): Promise<SocketBench> {
  const arrived: Arrived[] = []
  let tokenRequests = 0
  let answer: Answer = (_, response) => response.setHeader('content-type', 'application/json').end('{"items":[]}')
  const vendor = createServer((request, response) => {
    if (request.url === '/oauth/token') {
      tokenRequests += 1
      const body = { access_token: accessToken, token_type: 'Bearer', expires_in: 3600, refresh_token: 'r2' }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
      return
    }
    const { method = '', url = '', headers, rawHeaders } = request
    arrived.push({ method, url, headers, names: rawHeaders.filter((_, index) => index % 2 === 0) })
    answer(request, response)
  })
  vendor.listen(0, '127.0.0.1')
  await once(vendor, 'listening')
  const vendorPort = (vendor.address() as AddressInfo).port

  const store: Store = options.store ?? { ...createMemoryStore(), durability: 'crash-safe' }
  const transport = createNodeTransport()
  const settings: Settings = { ...testSettings, sandbox: `http://127.0.0.1:${vendorPort}`, ...options.settings }
  const { onRequest } = options
  const app = createApp({
    store,
    clock: systemClock,
    fetch: transport.fetch,
    settings,
    ...(onRequest && { onRequest }),
  })
  const serving = await serve(app, { host: '127.0.0.1', port: 0 })
  const port = Number(new URL(serving.origin).port)
  const { token: operator } = await createApiKeys({ store, clock: systemClock }).create({
    name: 'test',
    role: 'operator',
  })
  const put = async (path: string, json: unknown): Promise<void> => {
    const headers = { authorization: `Bearer ${operator}`, 'content-type': 'application/json' }
    const response = await fetch(serving.origin + path, { method: 'PUT', headers, body: JSON.stringify(json) })
    if (!response.ok) throw new Error(await response.text())
  }
  await put('/tenants/acme', {})
  await put('/tenants/acme/apps/goto', { provider: 'goto', client_id: 'c', client_secret: 's', account_key: '1' })
  await put('/tenants/acme/apps/goto/grant', { refresh_token: 'r1' })
  const made = await fetch(`${serving.origin}/auth/connect`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operator}`, 'content-type': 'application/json' },
    body: JSON.stringify({ tenant: 'acme', app: 'goto' }),
  })
  const session = ((await made.json()) as { data: { session_id: string } }).data.session_id

  return {
    origin: serving.origin,
    port,
    vendorPort,
    arrived,
    tokenRequests: () => tokenRequests,
    session,
    operator,
    answer(next) {
      answer = next
    },
    raw: (...parts) => exchange(port, ...parts),
    async [Symbol.asyncDispose]() {
      await serving.close({ drainMs: 0 })
      await app.close()
      await transport.close()
      vendor.closeAllConnections()
      vendor.close()
    },
  }
}

/**
 * Sends bytes as they are to a port of this machine, each part once something came back for the one before, and gives
 * everything that came back until the connection was closed.
 */
export function exchange(port: number, ...parts: readonly (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const [first = '', ...others] = parts
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(first))
    socket.on('data', (chunk) => {
      chunks.push(chunk)
      const next = others.shift()
      if (next !== undefined) socket.write(next)
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
  })
}

/** A GET as a request line and headers, the connection closed afterwards. */
export function getRequest(target: string, headers: readonly string[]): Buffer {
  return Buffer.from(
    [`GET ${target} HTTP/1.1`, 'Host: gateway', ...headers, 'Connection: close', '', ''].join('\r\n'),
    'latin1',
  )
}
