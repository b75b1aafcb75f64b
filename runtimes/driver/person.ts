import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { browse } from '@grantkit/e2e/oidc/browser'
import { approveAuthorization } from '@grantkit/sandbox'
import { listenOnLoopback, type Listening } from './listen-on-loopback.ts'

/**
 * Starts the person who agrees to everything, for runtimes that cannot be a browser within themselves:
 * `GET /?url=<authorization URL>` answers the callback. Pages of any origin may ask.
 */
export function startPerson(sandboxOrigin: string): Promise<Listening> {
  return listenOnLoopback(createServer((request, response) => void answer(request, response, sandboxOrigin)))
}

async function answer(request: IncomingMessage, response: ServerResponse, sandboxOrigin: string): Promise<void> {
  response.setHeader('access-control-allow-origin', '*')
  try {
    const asked = new URL(request.url ?? '/', 'http://127.0.0.1')
    const url = new URL(asked.searchParams.get('url') ?? '')
    const callback = url.origin === sandboxOrigin ? await approveAuthorization(fetch, url) : await browse(url)
    response.end(callback.href)
  } catch (error) {
    response.writeHead(500).end(String(error))
  }
}
