// Plays an API, or the least that could stand between it and a caller.
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { Hono } from 'hono'
import { proxy } from 'hono/proxy'
import { answerParent } from '../child.ts'
import type { PassThroughQuestion, PlayedServer } from '../played-server.ts'

const path = '/voice-proxy/call-queues?accountKey=1234567890'
const accessToken = 'token-of-the-bench'

answerParent(async (question: PassThroughQuestion) => {
  switch (question.ask) {
    case 'api':
      return playApi()
    case 'pass-through':
      return startPassThrough(question.api)
  }
})

/** Answers what a list of call queues weighs, and tokens. */
async function playApi(): Promise<string> {
  const items = Array.from({ length: 9 }, (_, index) => ({
    id: `queue-${index}`,
    name: `Queue ${index}`,
    number: 1000,
  }))
  const bodies = {
    api: JSON.stringify({ items, pageSize: 100 }),
    token: JSON.stringify({ access_token: accessToken, token_type: 'Bearer', expires_in: 3600, refresh_token: 'next' }),
  }
  return await listen(
    createServer((request: IncomingMessage, response: ServerResponse) => {
      const body = request.url === '/oauth/token' ? bodies.token : bodies.api
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body)
    }),
  )
}

/** Puts a token on every request, and knows nothing of sessions, tenants, operations, refresh, limits or logs. */
async function startPassThrough(api: string): Promise<PlayedServer> {
  const app = new Hono().all('/voice-proxy/*', (c) => {
    const { pathname, search } = new URL(c.req.url)
    const headers = { ...c.req.header(), authorization: `Bearer ${accessToken}` }
    return proxy(`${api}/voice-admin/v1${pathname.slice('/voice-proxy'.length)}${search}`, { ...c.req, headers })
  })
  return { url: (await listen(createAdaptorServer(app) as ReturnType<typeof createServer>)) + path, token: 'any' }
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
