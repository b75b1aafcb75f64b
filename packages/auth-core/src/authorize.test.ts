import { describe, expect, it } from 'vitest'
import { connectedBench, rejection, rotated } from '../test/bench.ts'
import { authorize, oneShotBody, type AccessToken, type Fetch } from './index.ts'
import { scriptedFetch, type ScriptedAnswer } from './testing/index.ts'

const origin = 'https://api.example.com'

function token(value: string): AccessToken {
  return { value, scopes: [] }
}

/** A connection that has `first`, and gives `second` for a refused token. */
function connection(
  first = 'at-1',
  second = 'at-2',
  audience: readonly string[] = [origin, 'https://other.example.com'],
) {
  const asked: (string | undefined)[] = []
  return {
    asked,
    audience,
    accessToken: async ({ refused }: { refused?: AccessToken } = {}) => {
      asked.push(refused?.value)
      return token(refused === undefined ? first : second)
    },
  }
}

function authorized(script: readonly ScriptedAnswer[], of = connection()) {
  const fetch = scriptedFetch(script)
  return { fetch, send: authorize(of)(fetch), asked: of.asked }
}

const bearer = (request: { headers: Headers } | undefined) => request?.headers.get('authorization')
const unauthorized = () => new Response('denied', { status: 401 })

function stream(...chunks: string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(new TextEncoder().encode(chunk))
      controller.close()
    },
  })
}

async function* iterated(): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode('one')
}

/** What another library calls a Request: the same shape, another class. */
class ForeignRequest {
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly body = null
  constructor(input: string | ForeignRequest, init: { method?: string; headers?: Record<string, string> } = {}) {
    const from = typeof input === 'string' ? { url: input, headers: [] } : input
    this.url = from.url
    this.method = init.method ?? 'GET'
    this.headers = new Headers(init.headers ?? [...from.headers])
  }
}

describe('a token with a way of its own onto the request', () => {
  const keyed = {
    ...connection('secret-1', 'secret-2'),
    present: (headers: Headers, { value }: AccessToken) => headers.set('x-api-secret', value),
  }

  it.each([
    ['an address', `${origin}/x`],
    ['a request', new Request(`${origin}/x`, { method: 'POST', body: 'text' })],
  ])('is on %s in that way alone, and so is a newer one', async (_what, input) => {
    const { fetch, send } = authorized([unauthorized(), new Response('ok')], keyed)
    expect((await send(input)).status).toBe(200)
    expect(fetch.requests.map(({ headers }) => headers.get('x-api-secret'))).toEqual(['secret-1', 'secret-2'])
    expect(fetch.requests.map(bearer)).toEqual([null, null])
  })

  it('goes to the audience alone', async () => {
    const { fetch, send } = authorized([], keyed)
    expect(await rejection(send('https://evil.example.net/'))).toMatchObject({ code: 'origin_not_allowed' })
    expect(fetch.requests).toEqual([])
  })
})

describe('the access token', () => {
  it.each([
    `${origin}/path?query=1`,
    origin,
    'https://other.example.com/x',
    'HTTPS://API.EXAMPLE.COM/upper',
    'https://api.example.com:443/port',
    'https://ａｐｉ.example.com/full-width',
    'https://api.example.com\\@evil.example.net/a-path-after-all',
  ])('is sent to %s', async (address) => {
    const { fetch, send } = authorized([new Response('ok')])
    expect(await (await send(address)).text()).toBe('ok')
    expect(bearer(fetch.requests[0])).toBe('Bearer at-1')
    expect(new URL(fetch.requests[0]!.url).hostname).toMatch(/^(?:api|other)\.example\.com$/)
  })

  it.each([
    ['a suffix', 'https://api.example.com.evil.example.net/'],
    ['a prefix', 'https://evilapi.example.com/'],
    ['a subdomain', 'https://x.api.example.com/'],
    ['the parent', 'https://example.com/'],
    ['another port', 'https://api.example.com:8443/'],
    ['a trailing dot', 'https://api.example.com./'],
    ['plain http', 'http://api.example.com/'],
    ['plain http on port 443', 'http://api.example.com:443/'],
    ['another scheme', 'ftp://api.example.com/'],
    ['a websocket', 'wss://api.example.com/'],
    ['data', 'data:text/plain,https://api.example.com/'],
    ['user information that looks like the host', 'https://api.example.com@evil.example.net/'],
    ['user information for the host', 'https://user:secret-marker@api.example.com/'],
    ['a user alone', 'https://user@api.example.com/'],
    ['a backslash that ends another host', 'https://evil.example.net\\@api.example.com/'],
    ['a look-alike letter', 'https://api.ex\u0430mple.com/'],
    ['its punycode', 'https://api.xn--exmple-4nf.com/'],
    ['an address of the loopback', 'http://127.0.0.1/'],
    ['a path that holds the origin', 'https://evil.example.net/https://api.example.com/'],
    ['a fragment that holds the origin', 'https://evil.example.net/#https://api.example.com/'],
  ])('is not sent to %s, and nothing else is', async (_what, address) => {
    for (const input of [address, new URL(address)]) {
      const { fetch, send, asked } = authorized([])
      const error = await rejection(send(input))
      expect(error).toMatchObject({ code: 'origin_not_allowed', action: 'fix-config' })
      expect((error as Error).message).not.toContain('secret-marker')
      expect([fetch.requests, asked]).toEqual([[], []])
    }
  })

  it('is not sent to a near miss that comes as a Request either', async () => {
    const { fetch, send } = authorized([])
    expect(await rejection(send(new Request('https://api.example.com.evil.example.net/')))).toMatchObject({
      code: 'origin_not_allowed',
    })
    expect(fetch.requests).toEqual([])
  })

  it('replaces an authorization header that was there', async () => {
    const { fetch, send } = authorized([new Response()])
    await send(`${origin}/`, { headers: { authorization: 'Bearer own', 'x-own': '1' } })
    expect(bearer(fetch.requests[0])).toBe('Bearer at-1')
    expect(fetch.requests[0]?.headers.get('x-own')).toBe('1')
  })
})

describe('what is passed on', () => {
  it.each([{}, { method: 'POST', body: 'text' }])(
    'is the address as it came, where the body is none or text',
    async (init) => {
      const calls: Parameters<Fetch>[] = []
      const send = authorize(connection())(async (...call) => {
        calls.push(call)
        return new Response()
      })
      const headers = new Headers({ 'x-own': '1' })
      await send(`${origin}/x`, { ...init, headers })
      expect(calls).toEqual([[`${origin}/x`, { ...init, headers: expect.any(Headers) }]])
      expect([...new Headers(calls[0]?.[1]?.headers)]).toEqual([
        ['authorization', 'Bearer at-1'],
        ['x-own', '1'],
      ])
      expect(headers.has('authorization')).toBe(false)
    },
  )

  it('is a Request of another library as it came', async () => {
    const passed: unknown[] = []
    const send = authorize(connection())(async (input) => {
      passed.push(input)
      return new Response()
    })
    const request = new ForeignRequest(`${origin}/x`)
    await send(request as never)
    expect(passed).toEqual([request])
    expect(request.headers.get('authorization')).toBe('Bearer at-1')
    await send(request as never, { method: 'POST' })
    expect(passed[1]).toEqual(
      new ForeignRequest(request, { method: 'POST', headers: { authorization: 'Bearer at-1' } }),
    )
    expect(passed[1]).toBeInstanceOf(ForeignRequest)
    await expect(send(new ForeignRequest('https://evil.example.net/') as never)).rejects.toMatchObject({
      code: 'origin_not_allowed',
    })
  })
})

describe('a 401', () => {
  it('is answered by one repetition with a newer token and identical bytes', async () => {
    const body = new Uint8Array([0, 1, 2, 250, 255])
    const bytes: Uint8Array[] = []
    const answers = [unauthorized(), new Response('fine')]
    const next: Fetch = async (input) => {
      bytes.push(new Uint8Array(await (input as Request).arrayBuffer()))
      return answers.shift()!
    }
    const response = await authorize(connection())(next)(`${origin}/upload`, { method: 'PUT', body })
    expect(await response.text()).toBe('fine')
    expect(bytes).toEqual([body, body])
  })

  it.each([
    ['text', 'a body'],
    ['a form', new URLSearchParams({ a: 'b c' })],
    ['a blob', new Blob(['blob'])],
    ['a form with a file', formData()],
  ])('of a request with %s repeats method, headers and body', async (_what, body) => {
    const { fetch, send } = authorized([unauthorized(), new Response()])
    await send(`${origin}/x`, { method: 'PATCH', body, headers: { 'x-trace': '7' } })
    const [first, second] = fetch.requests
    expect(second?.body).toBe(first?.body)
    expect([second?.method, second?.headers.get('x-trace')]).toEqual(['PATCH', '7'])
    expect(second?.headers.get('content-type')).toBe(first?.headers.get('content-type'))
    expect([bearer(first), bearer(second)]).toEqual(['Bearer at-1', 'Bearer at-2'])
    fetch.assertDone()
  })

  it('twice goes to the caller: there is no third try', async () => {
    const { fetch, send, asked } = authorized([unauthorized(), new Response('still', { status: 401 })])
    const response = await send(`${origin}/`)
    expect([response.status, await response.text()]).toEqual([401, 'still'])
    expect(asked).toEqual([undefined, 'at-1'])
    fetch.assertDone()
  })

  it('goes to the caller, body and all, when there is no newer token', async () => {
    const { fetch, send } = authorized([unauthorized()], connection('at-1', 'at-1'))
    const response = await send(`${origin}/`, { method: 'POST', body: 'x' })
    expect([response.status, await response.text()]).toEqual([401, 'denied'])
    fetch.assertDone()
  })

  it('of a one-shot body is the error body_not_replayable, and the request is not repeated', async () => {
    const init = { method: 'POST', body: stream('one', 'shot'), duplex: 'half' }
    const iterable = { method: 'POST', body: iterated() as never, duplex: 'half' }
    const marked = new Request(`${origin}/`, { method: 'POST', body: 'looks harmless' })
    Object.defineProperty(marked, oneShotBody, { value: true })
    for (const call of [
      (send: Fetch) => send(`${origin}/`, init),
      (send: Fetch) => send(`${origin}/`, iterable),
      (send: Fetch) => send(marked),
    ]) {
      const { fetch, send } = authorized([unauthorized()])
      expect(await rejection(call(send))).toMatchObject({ code: 'body_not_replayable', retryable: true })
      expect(fetch.requests).toHaveLength(1)
    }
  })

  it('is what refuses the token unless the caller knows better', async () => {
    const fetch = scriptedFetch([
      new Response('no right', { status: 401 }),
      new Response('expired', { status: 403 }),
      new Response('ok'),
    ])
    const send = authorize(connection(), async ({ status }) => status === 403)(fetch)
    expect((await send(origin)).status).toBe(401)
    expect(await (await send(origin)).text()).toBe('ok')
    expect(fetch.requests.map(bearer)).toEqual(['Bearer at-1', 'Bearer at-1', 'Bearer at-2'])
    fetch.assertDone()
  })

  it('of a one-shot body goes to the caller when there is no newer token', async () => {
    const { send } = authorized([unauthorized()], connection('at-1', 'at-1'))
    const response = await send(`${origin}/`, { method: 'POST', body: stream('x'), duplex: 'half' } as RequestInit)
    expect(response.status).toBe(401)
  })

  it('whose newer token cannot be had is that error, and its answer is freed', async () => {
    let cancelled = false
    const body = new ReadableStream({ cancel: () => void (cancelled = true) })
    const failing = {
      ...connection(),
      accessToken: async ({ refused }: { refused?: AccessToken } = {}) => {
        if (refused !== undefined) throw new Error('no newer one')
        return token('at-1')
      },
    }
    const { send } = authorized([new Response(body, { status: 401 })], failing)
    expect(await rejection(send(`${origin}/`))).toMatchObject({ message: 'no newer one' })
    expect(cancelled).toBe(true)
  })

  it('does not repeat what was answered with anything else', async () => {
    for (const status of [200, 204, 302, 400, 403, 407, 500]) {
      const { fetch, send, asked } = authorized([new Response(null, { status })])
      expect((await send(`${origin}/`, { method: 'POST', body: 'x' })).status).toBe(status)
      expect(asked).toEqual([undefined])
      fetch.assertDone()
    }
  })

  it('frees the answer nobody will read, even where that fails', async () => {
    let cancelled = false
    const cancel = () => {
      cancelled = true
      throw new Error('already gone')
    }
    const body = new ReadableStream({ cancel })
    const { send } = authorized([new Response(body, { status: 401 }), new Response()])
    await send(`${origin}/`)
    expect(cancelled).toBe(true)
  })
})

describe('the fetch of a connection', () => {
  it('calls with a current token and never follows a redirect', async () => {
    const bench = await connectedBench([Response.redirect('https://evil.example.net/', 307)])
    const response = await bench.connection.fetch(`${origin}/x`, { redirect: 'follow' })
    expect(response.status).toBe(307)
    expect(bench.fetch.requests[1]).toMatchObject({ url: `${origin}/x`, redirect: 'manual' })
    expect(bearer(bench.fetch.requests[1])).toBe('Bearer at-1')
  })

  it('refreshes once after a 401 and repeats the call', async () => {
    const bench = await connectedBench([unauthorized(), rotated(2), new Response('fine')])
    await bench.clock.advance(60_000)
    const response = await bench.run(bench.connection.fetch(`${origin}/x`, { method: 'POST', body: 'same' }))
    expect(await response.text()).toBe('fine')
    expect(bench.fetch.requests.map(({ url, body }) => [new URL(url).pathname, body]).slice(1)).toEqual([
      ['/x', 'same'],
      ['/token', 'refresh_token=rt-1&grant_type=refresh_token'],
      ['/x', 'same'],
    ])
  })

  it('passes a 401 on when the token is too young to be the reason', async () => {
    const bench = await connectedBench([unauthorized()])
    expect((await bench.connection.fetch(`${origin}/x`)).status).toBe(401)
    bench.fetch.assertDone()
  })

  it('rejects, and never throws, for what is no request', async () => {
    const bench = await connectedBench([])
    for (const input of ['https://user:pass@api.example.com/', 'https://evil.example.net/']) {
      expect(await rejection(bench.connection.fetch(input))).toMatchObject({ code: 'origin_not_allowed' })
    }
    // As with the global fetch.
    expect(await rejection(bench.connection.fetch('/relative'))).toBeInstanceOf(TypeError)
    bench.fetch.assertDone()
  })

  it('keeps the mark of a one-shot body', async () => {
    const bench = await connectedBench([unauthorized(), rotated(2)])
    await bench.clock.advance(60_000)
    const marked = new Request(`${origin}/`, { method: 'POST', body: 'x' })
    Object.defineProperty(marked, oneShotBody, { value: true })
    expect(await rejection(bench.run(bench.connection.fetch(marked)))).toMatchObject({ code: 'body_not_replayable' })
  })

  it('leaves the Request it is given without the token', async () => {
    const bench = await connectedBench([new Response()])
    const request = new Request(`${origin}/`)
    await bench.connection.fetch(request)
    expect(bearer(request)).toBeNull()
  })

  it("ends the call with the caller's signal, while it waits for a token and while it waits for the answer", async () => {
    const never = () => new Promise<Response>(() => undefined)
    const bench = await connectedBench([never, never])
    const first = new AbortController()
    const calling = rejection(bench.connection.fetch(`${origin}/`, { signal: first.signal }))
    await bench.clock.advance(0)
    first.abort(new Error('enough'))
    expect(await calling).toMatchObject({ message: 'enough' })
    await bench.clock.advance(3_600_000)
    const second = new AbortController()
    const waiting = rejection(bench.connection.fetch(`${origin}/`, { signal: second.signal }))
    await bench.clock.advance(0)
    second.abort(new Error('enough again'))
    expect(await waiting).toMatchObject({ message: 'enough again' })
    expect(bench.fetch.requests[2]).toMatchObject({ url: 'https://auth.example.com/token' })
    expect(bench.fetch.requests[2]?.signal.aborted).toBe(false)
  })
})

function formData(): FormData {
  const form = new FormData()
  form.set('file', new Blob(['content']), 'name.txt')
  return form
}
