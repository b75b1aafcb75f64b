// Plays an API in a process of its own: the sandbox, Prism with the same document, or a route that knows one answer.
import { readFileSync } from 'node:fs'
import { createAdaptorServer } from '@hono/node-server'
import { approveAuthorization, createSandbox, googleWebClient, listen } from '@grantkit/sandbox'
import { mockApi } from '@grantkit/contract/mock-api'
import { Hono } from 'hono'
import { answerParent } from '../child.ts'
import type { PlayedQuestion, PlayedServer } from '../played-server.ts'

const queues = '/call-queues?accountKey=1234567890'
const redirectUri = 'http://localhost:8080/callback'

answerParent(async (question: PlayedQuestion) => {
  switch (question.ask) {
    case 'memory':
      return process.memoryUsage().rss
    case 'sandbox':
      return playSandbox()
    case 'full sandbox':
      return playFullSandbox(question.count)
    case 'prism':
      return playWithPrism()
    case 'hono':
      return answerAlways(question.body)
  }
})

async function playSandbox(): Promise<PlayedServer> {
  const sandbox = createSandbox()
  const { origin } = await listen(sandbox)
  const query = { response_type: 'code', client_id: 'sandbox-client', redirect_uri: redirectUri }
  const callback = await approveAuthorization(fetch, `${origin}/oauth/authorize?${new URLSearchParams(query)}`)
  const client = { client_id: 'sandbox-client', client_secret: 'sandbox-secret' }
  const token = await exchange(`${origin}/oauth/token`, callback, client)
  return { url: `${origin}/voice-admin/v1${queues}`, token }
}

/** As many events and extensions, and how long it took until it listened. */
async function playFullSandbox(count: number): Promise<PlayedServer> {
  const startMs = performance.now()
  const sandbox = createSandbox()
  sandbox.control.voice.addExtensions({ count })
  sandbox.control.google.addEvents({ count })
  const { origin } = await listen(sandbox)
  const tookMs = performance.now() - startMs
  const { id, secret = '' } = googleWebClient
  const scope = 'https://www.googleapis.com/auth/calendar'
  const query = { response_type: 'code', client_id: id, redirect_uri: redirectUri, scope }
  const callback = await approveAuthorization(fetch, `${origin}/o/oauth2/v2/auth?${new URLSearchParams(query)}`)
  const token = await exchange(`${origin}/token`, callback, { client_id: id, client_secret: secret })
  return { url: `${origin}/calendar/v3/calendars/primary/events?maxResults=250`, token, tookMs }
}

async function exchange(url: string, callback: URL, client: Record<string, string>): Promise<string> {
  const code = callback.searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...client }
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(form) })
  return ((await response.json()) as { access_token: string }).access_token
}

async function playWithPrism(): Promise<PlayedServer> {
  const path = new URL('../../../specs/goto-voice/openapi.json', import.meta.url)
  const { origin } = await mockApi(JSON.parse(readFileSync(path, 'utf8')) as object)
  return { url: origin + queues, token: 'any' }
}

function answerAlways(body: string): Promise<PlayedServer> {
  const app = new Hono().get(
    '/call-queues',
    () => new Response(body, { headers: { 'content-type': 'application/json' } }),
  )
  const server = createAdaptorServer(app)
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' ? address?.port : undefined
      resolve({ url: `http://127.0.0.1:${port}${queues}`, token: 'any' })
    })
  })
}
