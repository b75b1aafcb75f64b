import { describe, expect, it } from 'vitest'
import { createBench, oauthError, rejection, rotated, type Bench, type BenchOptions } from '../../test/bench.ts'
import type { ScriptedAnswer } from '../testing/index.ts'

const redirectUri = 'https://app.example.com/callback'
const session = 'browser-session'
const endpoints = {
  authorization: 'https://auth.example.com/authorize?tenant=7',
  token: 'https://auth.example.com/token',
  pushedAuthorizationRequest: 'https://auth.example.com/par',
}

function pushed(members: Record<string, unknown> = {}, status = 201): Response {
  return Response.json({ request_uri: 'urn:example:request:1', expires_in: 60, ...members }, { status })
}

function parBench(script: readonly ScriptedAnswer[], options: BenchOptions = {}): Bench {
  return createBench(script, { provider: { endpoints, requiresPushedAuthorizationRequest: true }, ...options })
}

async function begin(bench: Bench): Promise<URL> {
  return (await bench.client.beginAuthorization('ada', { redirectUri, session, scopes: ['read'] })).url
}

async function complete(bench: Bench, state: string) {
  const callback = new URL(`${redirectUri}?code=code-1&state=${state}`)
  return bench.client.completeAuthorization(callback, { session })
}

describe('a pushed authorization request', () => {
  it('carries everything, authenticated, and leaves the address without it', async () => {
    const bench = parBench([pushed(), rotated(1)])
    const url = await begin(bench)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      tenant: '7',
      client_id: 'client-1',
      request_uri: 'urn:example:request:1',
    })
    const [request] = bench.fetch.requests
    const sent = Object.fromEntries(new URLSearchParams(request?.body))
    expect(request).toMatchObject({ method: 'POST', url: endpoints.pushedAuthorizationRequest, redirect: 'manual' })
    expect(request?.headers.get('authorization')).toMatch(/^Basic /)
    expect(sent).toMatchObject({
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: redirectUri,
      scope: 'read',
      code_challenge_method: 'S256',
    })
    await complete(bench, sent['state'] ?? '')
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    bench.fetch.assertDone()
  })

  it('is a new one for each attempt, so that no request_uri is used twice', async () => {
    const bench = parBench([pushed(), pushed({ request_uri: 'urn:example:request:2' })])
    const urls = [await begin(bench), await begin(bench)]
    expect(urls.map((url) => url.searchParams.get('request_uri'))).toEqual([
      'urn:example:request:1',
      'urn:example:request:2',
    ])
    const states = bench.fetch.requests.map(({ body }) => new URLSearchParams(body).get('state'))
    expect(new Set(states).size).toBe(2)
  })

  it.each<[string, ScriptedAnswer, string]>([
    ['a refused client', oauthError(401, 'invalid_client'), 'client_rejected'],
    ['a refused request', oauthError(400, 'invalid_request'), 'client_rejected'],
    ['a server error', new Response('', { status: 503 }), 'provider_unavailable'],
    ['a lost answer', new TypeError('fetch failed'), 'provider_no_answer'],
    ['a redirect', Response.redirect('https://elsewhere.example.com/', 307), 'response_invalid'],
    ['no request_uri', pushed({ request_uri: undefined }), 'response_invalid'],
    ['an empty request_uri', pushed({ request_uri: '' }), 'response_invalid'],
    ['a request_uri that is no text', pushed({ request_uri: 7 }), 'response_invalid'],
    ['tokens', rotated(1), 'response_invalid'],
  ])('that comes to %s gives no address and leaves no attempt: the plain request is no way out', async (...row) => {
    const [, answer, code] = row
    const bench = parBench([answer])
    expect(await rejection(begin(bench))).toMatchObject({ code })
    expect((await bench.store.list('')).keys).toEqual([])
    bench.fetch.assertDone()
  })

  it('that hangs ends after thirty seconds', async () => {
    const bench = parBench([() => new Promise<Response>(() => undefined)])
    const begun = begin(bench)
    begun.catch(() => undefined)
    // The challenge is hashed outside the event loop, before time may go on.
    while (bench.fetch.requests.length === 0) await new Promise((resolve) => void setImmediate(resolve))
    await bench.clock.advance(30_000)
    expect(await rejection(begun)).toMatchObject({ code: 'provider_no_answer' })
  })
})

describe('a provider that takes no code challenge', () => {
  it('gets neither challenge nor verifier', async () => {
    const bench = createBench([rotated(1)], { provider: { pkce: 'none' } })
    const url = await begin(bench)
    expect([...url.searchParams.keys()].filter((name) => name.startsWith('code_'))).toEqual([])
    await complete(bench, url.searchParams.get('state') ?? '')
    expect(new URLSearchParams(bench.fetch.requests[0]?.body).has('code_verifier')).toBe(false)
  })
})
