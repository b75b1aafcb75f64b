import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { SeenRequest } from '../core-suite/dropping.ts'
import { listenOnLoopback, type Listening } from './listen-on-loopback.ts'

/**
 * Starts a server that reads the first POST to each path to its end and then drops the connection: by a reset below
 * `/reset/`, in order elsewhere. Everything else is answered, and connections are kept. `GET /requests?to=<path>`
 * tells what came. Pages of any origin may ask.
 */
export function startDroppingServer(): Promise<Listening> {
  const seen = new Map<string, SeenRequest[]>()
  const server = createServer((request, response) => void answer(request, response, seen))
  return listenOnLoopback(server)
}

const carried = new WeakSet<object>()

async function answer(request: IncomingMessage, response: ServerResponse, seen: Map<string, SeenRequest[]>) {
  const { method = '', socket } = request
  const reused = carried.has(socket)
  carried.add(socket)
  const url = new URL(request.url ?? '/', 'http://127.0.0.1')
  response.setHeader('access-control-allow-origin', '*')
  if (url.pathname === '/requests') {
    response.end(JSON.stringify(seen.get(url.searchParams.get('to') ?? '') ?? []))
    return
  }
  const before = seen.get(url.pathname) ?? []
  seen.set(url.pathname, [...before, { method, reused }])
  await request.forEach(() => undefined)
  if (method !== 'POST' || before.some((each) => each.method === 'POST')) answerWithTokens(response)
  else if (url.pathname.startsWith('/reset/')) socket.resetAndDestroy()
  else socket.end()
}

function answerWithTokens(response: ServerResponse): void {
  const tokens = { access_token: 'access-token', refresh_token: 'next-refresh-token', token_type: 'Bearer' }
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ ...tokens, expires_in: 3600 }))
}
