// Plays the server of the warehouse: tokens for the one client it knows, and a shelf for every order.
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export const warehouseClient = { id: 'planner', secret: 'secret' }

export interface WarehouseServer {
  readonly origin: string
  tokenRequests(): number
  close(): void
}

interface Answer {
  readonly status: number
  readonly body: object
}

const unauthorized: Answer = { status: 401, body: { error: 'invalid_client' } }

export async function startWarehouse(): Promise<WarehouseServer> {
  const tokens = new Set<string>()
  let tokenRequests = 0

  function issueToken(credentials: string): Answer {
    tokenRequests += 1
    if (credentials !== btoa(`${warehouseClient.id}:${warehouseClient.secret}`)) return unauthorized
    const token = randomUUID()
    tokens.add(token)
    return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: 3600 } }
  }

  function answer({ url = '/', headers }: IncomingMessage): Answer {
    const [, credentials = ''] = (headers.authorization ?? '').split(' ')
    if (url === '/token') return issueToken(credentials)
    if (!tokens.has(credentials)) return unauthorized
    return { status: 200, body: { shelf: `A-${url.slice(-2)}` } }
  }

  const server = createServer((request, response) => {
    const { status, body } = answer(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokenRequests: () => tokenRequests,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
