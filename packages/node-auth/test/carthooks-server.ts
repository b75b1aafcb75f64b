import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A Carthooks instance on loopback: the token endpoint, and `/v1/me` for the tokens it gave. */
export interface CarthooksServer extends AsyncDisposable {
  readonly origin: string
  /** Forms that the token endpoint was sent. */
  readonly forms: Record<string, string>[]
  /** Tokens that count. */
  readonly tokens: Set<string>
}

export async function createCarthooksServer(): Promise<CarthooksServer> {
  const forms: Record<string, string>[] = []
  const tokens = new Set<string>()
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ ...body, trace_id: 'trace-1' }))
    }
    if (request.url === '/open/api/oauth/token') {
      const form = Object.fromEntries(new URLSearchParams(await text(request)))
      forms.push(form)
      // As the vendor may: an error with 200.
      if (form['client_secret'] !== 'canary-secret') return answer(200, { error: { key: 'invalid_client' } })
      const token = `canary-token-${forms.length}`
      tokens.add(token)
      return answer(200, { data: { access_token: token, token_type: 'Bearer', expires_in: 3600 } })
    }
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (request.url !== '/open/api/v1/me' || !tokens.has(bearer)) return answer(401, { error: { key: 'auth' } })
    return answer(200, { data: { user_id: 1, tenant_id: 2 } })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    forms,
    tokens,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
