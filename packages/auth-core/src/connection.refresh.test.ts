import { describe, expect, it } from 'vitest'
import {
  connectedBench,
  createBench,
  deferred,
  oauthError,
  rejection,
  rotated,
  tokenAnswer,
  type BenchOptions,
} from '../test/bench.ts'
import { clientCredentials, clientSecretBasic, refreshToken } from './index.ts'
import type { ScriptedAnswer } from './testing/index.ts'

const hourMs = 3_600_000

function networkError(code: string, syscall?: string): TypeError {
  const cause = Object.assign(new Error(`${syscall ?? 'read'} ${code}`), { code, ...(syscall ? { syscall } : {}) })
  return new TypeError('fetch failed', { cause })
}

/** Connected with an ended access token, so that the next call refreshes. */
async function expiredBench(script: readonly ScriptedAnswer[], options: BenchOptions = {}) {
  const bench = await connectedBench(script, options)
  await bench.clock.advance(hourMs)
  return bench
}

interface Case {
  readonly what: string
  readonly answer: () => ScriptedAnswer
  readonly event: string
  readonly code: string
  readonly provider?: NonNullable<BenchOptions['provider']>
}

const html = (status: number) => () =>
  new Response('<html>error: invalid_grant</html>', { status, headers: { 'content-type': 'text/html' } })

const notConsumed: Case[] = [
  {
    what: 'a name that cannot be looked up',
    answer: () => networkError('ENOTFOUND', 'getaddrinfo'),
    event: 'never_sent',
    code: 'provider_unreachable',
  },
  {
    what: 'a refused connect',
    answer: () => networkError('ECONNREFUSED', 'connect'),
    event: 'never_sent',
    code: 'provider_unreachable',
  },
  {
    what: 'a timed-out connect',
    answer: () => networkError('ETIMEDOUT', 'connect'),
    event: 'never_sent',
    code: 'provider_unreachable',
  },
  {
    what: 'a bad certificate',
    answer: () => networkError('DEPTH_ZERO_SELF_SIGNED_CERT'),
    event: 'never_sent',
    code: 'provider_unreachable',
  },
  {
    what: 'invalid_client',
    answer: () => oauthError(401, 'invalid_client'),
    event: 'not_processed_client',
    code: 'client_rejected',
  },
  {
    what: 'unauthorized_client',
    answer: () => oauthError(400, 'unauthorized_client'),
    event: 'not_processed_client',
    code: 'client_rejected',
  },
  {
    what: 'invalid_request',
    answer: () => oauthError(400, 'invalid_request'),
    event: 'not_processed_client',
    code: 'client_rejected',
  },
  { what: 'a firewall page with 403', answer: html(403), event: 'not_processed_client', code: 'client_rejected' },
  { what: 'a page with 404', answer: html(404), event: 'not_processed_client', code: 'client_rejected' },
  {
    what: '401 without a body',
    answer: () => new Response(null, { status: 401 }),
    event: 'not_processed_client',
    code: 'client_rejected',
  },
  { what: '429', answer: () => oauthError(429, 'slow_down'), event: 'not_processed_rate', code: 'rate_limited' },
  {
    what: '429 that says invalid_grant',
    answer: () => oauthError(429, 'invalid_grant'),
    event: 'not_processed_rate',
    code: 'rate_limited',
  },
  {
    what: '503 of a provider that says so',
    answer: () => new Response('', { status: 503 }),
    event: 'not_processed_server',
    code: 'provider_unavailable',
    provider: { serverErrorMeansNotProcessed: true },
  },
]

const unknown: Case[] = [
  { what: '500', answer: () => oauthError(500, 'invalid_grant'), event: 'unknown_5xx', code: 'provider_unavailable' },
  { what: '503', answer: html(503), event: 'unknown_5xx', code: 'provider_unavailable' },
  {
    what: '408',
    answer: () => new Response('', { status: 408 }),
    event: 'unknown_timeout',
    code: 'provider_no_answer',
  },
  { what: 'a reset', answer: () => networkError('ECONNRESET'), event: 'unknown_reset', code: 'provider_no_answer' },
  {
    what: 'a time-out of the socket',
    answer: () => networkError('ETIMEDOUT'),
    event: 'unknown_reset',
    code: 'provider_no_answer',
  },
  {
    what: 'a body that breaks off',
    answer: () => new Response(broken()),
    event: 'unknown_reset',
    code: 'provider_no_answer',
  },
  { what: '200 with a page', answer: html(200), event: 'unknown_malformed', code: 'response_invalid' },
  { what: '200 with nothing', answer: () => new Response(null), event: 'unknown_malformed', code: 'response_invalid' },
  {
    what: '200 with truncated JSON',
    answer: () => new Response('{"access_token":"at-2","refre'),
    event: 'unknown_malformed',
    code: 'response_invalid',
  },
  {
    what: '200 with 5 MB',
    answer: () => Response.json({ pad: 'x'.repeat(5_000_000) }),
    event: 'unknown_malformed',
    code: 'response_invalid',
  },
  {
    what: '200 with 5 MB that cannot be stopped',
    answer: endless,
    event: 'unknown_malformed',
    code: 'response_invalid',
  },
  {
    what: '200 with tokens of the wrong type',
    answer: () => Response.json({ access_token: 7, refresh_token: ['x'] }),
    event: 'unknown_malformed',
    code: 'response_invalid',
  },
  {
    what: '200 with an array',
    answer: () => Response.json(['x']),
    event: 'unknown_malformed',
    code: 'response_invalid',
  },
  {
    what: 'a redirect',
    answer: () => Response.redirect('https://elsewhere.example.com/token', 307),
    event: 'unknown_malformed',
    code: 'response_invalid',
  },
  {
    what: '204',
    answer: () => new Response(null, { status: 204 }),
    event: 'unknown_malformed',
    code: 'response_invalid',
  },
  {
    what: 'an OAuth error nobody knows',
    answer: () => oauthError(400, 'temporarily_unavailable'),
    event: 'unknown_malformed',
    code: 'response_invalid',
  },
]

function endless(): Response {
  const cancel = () => Promise.reject(new Error('it goes on'))
  return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)), cancel }))
}

function broken(): ReadableStream {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"access_token":'))
      controller.error(networkError('UND_ERR_SOCKET'))
    },
  })
}

describe('an answer that did not consume the refresh token', () => {
  it.each(notConsumed)('$what: the same token is sent again after a short rest', async (each) => {
    const bench = await expiredBench([each.answer(), rotated(2)], each.provider ? { provider: each.provider } : {})
    const before = await bench.record()
    const startMs = bench.clock.wallMs()
    // What only a change of settings heals rests longer.
    const restMs = each.code === 'client_rejected' ? 30_000 : 1_000
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
      code: each.code,
      provider: 'example',
      account: 'ada',
      retryAtMs: startMs + restMs,
    })
    const after = await bench.record()
    expect(after).toMatchObject({ state: 'active', failures: 1, unresolved: 0, retryAtMs: startMs + restMs })
    expect([after.generation, after.tokens]).toEqual([before.generation, before.tokens])
    expect(bench.outcomes()).toEqual([each.event])
    await bench.clock.advance(restMs)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bodies(bench.fetch)).toEqual(['rt-0', 'rt-1', 'rt-1'])
    bench.fetch.assertDone()
  })

  it('backs off from 1 s, doubling to 30 s, and starts over after a success', async () => {
    const refusals = Array.from({ length: 7 }, () => oauthError(429, 'slow_down'))
    const bench = await expiredBench([...refusals, rotated(2), oauthError(429, 'slow_down')])
    const waitsMs: number[] = []
    for (let attempt = 0; attempt < 7; attempt += 1) {
      const { retryAtMs } = (await rejection(bench.run(bench.connection.accessToken()))) as { retryAtMs: number }
      waitsMs.push(retryAtMs - bench.clock.wallMs())
      await bench.clock.advance(retryAtMs - bench.clock.wallMs())
    }
    expect(waitsMs).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000])
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(await bench.record()).toMatchObject({ failures: 0, retryAtMs: 0 })
    expect(await rejection(bench.run(bench.connection.refresh()))).toMatchObject({
      retryAtMs: bench.clock.wallMs() + 1_000,
    })
  })

  it('a wrong client secret leaves a hundred grants intact, and they go on once it is right', async () => {
    let secret = 'wrong-secret'
    const script = Array.from({ length: 100 }, () => oauthError(401, 'invalid_client'))
    const good = Array.from({ length: 100 }, (_, n) => rotated(n))
    const bench = createBench([...script, ...good], { options: { authentication: clientSecretBasic(() => secret) } })
    const names = Array.from({ length: 100 }, (_, n) => `account-${n}`)
    const connections = await Promise.all(names.map((name) => bench.client.connect(name, refreshToken(`rt-${name}`))))
    const refused = await bench.run(Promise.all(connections.map((each) => rejection(each.accessToken()))))
    expect(new Set(refused.map((error) => (error as { code: string }).code))).toEqual(new Set(['client_rejected']))
    secret = 'right-secret'
    await bench.clock.advance(30_000)
    expect(await bench.run(Promise.all(connections.map((each) => each.accessToken())))).toHaveLength(100)
    bench.fetch.assertDone()
  })
})

describe('an answer of unknown outcome', () => {
  it.each(unknown)('$what: the refresh token rests for the quiet time, then it is tried', async (each) => {
    const bench = await expiredBench([each.answer(), rotated(2)])
    const before = await bench.record()
    const startMs = bench.clock.wallMs()
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
      code: each.code,
      retryable: true,
      retryAtMs: startMs + 60_000,
    })
    const after = await bench.record()
    expect(after).toMatchObject({ state: 'active', unresolved: 1, retryAtMs: startMs + 60_000 })
    expect([after.generation, after.tokens]).toEqual([before.generation, before.tokens])
    expect(await bench.connection.status()).toMatchObject({ uncertain: true, backingOffUntilMs: startMs + 60_000 })
    expect(bench.outcomes()).toEqual([each.event])
    await bench.clock.advance(59_999)
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'backing_off' })
    await bench.clock.advance(1)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.outcomes()).toEqual([each.event, 'probe_ok'])
    expect(await bench.record()).toMatchObject({ unresolved: 0, retryAtMs: 0 })
    bench.fetch.assertDone()
  })

  it('is repeated after a short back-off where refresh tokens are never rotated', async () => {
    const bench = await expiredBench([new Response('', { status: 502 }), tokenAnswer({ access_token: 'at-2' })], {
      provider: { rotation: 'none' },
    })
    const startMs = bench.clock.wallMs()
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ retryAtMs: startMs + 1_000 })
    expect(await bench.record()).toMatchObject({ unresolved: 0 })
    await bench.clock.advance(1_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
  })

  it('is repeated at once within the grace of the provider, then rests', async () => {
    const bench = await expiredBench([networkError('ECONNRESET'), networkError('ECONNRESET'), rotated(2)], {
      provider: { rotation: { graceSeconds: 30, uses: 1 } },
    })
    await rejection(bench.run(bench.connection.accessToken()))
    expect(await bench.connection.status()).toMatchObject({ uncertain: true })
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'provider_no_answer' })
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'backing_off' })
    expect(bench.fetch.requests).toHaveLength(3)
  })

  it('three 503s and a ten-minute outage: the grant lives', async () => {
    let isDown = true
    let failures = 0
    const answers = Array.from({ length: 40 }, (): ScriptedAnswer => () => {
      if (!isDown) return rotated(2)
      failures += 1
      if (failures <= 3) return new Response('', { status: 503 })
      throw networkError('ECONNREFUSED', 'connect')
    })
    const bench = await expiredBench(answers)
    for (let waitedMs = 0; waitedMs < 600_000 + 300_000; waitedMs += 1_000) {
      await rejection(bench.run(bench.connection.accessToken()))
      await bench.clock.advance(1_000)
    }
    expect(failures).toBeGreaterThan(3)
    expect((await bench.connection.status()).state).toBe('active')
    isDown = false
    await bench.clock.advance(600_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    // Never two presentations closer than the quiet time unless nothing had left.
    expect(await bench.record()).toMatchObject({ unresolved: 0, failures: 0, state: 'active' })
  })
})

describe('invalid_grant', () => {
  it.each([400, 401, 403])('with %i ends the grant: the person has to sign in again', async (status) => {
    const bench = await expiredBench([oauthError(status, 'invalid_grant', 'Token \u001b[31mwas revoked\r\n')])
    const error = await rejection(bench.run(bench.connection.accessToken()))
    expect(error).toMatchObject({ code: 'reconnect', status, oauthError: 'invalid_grant' })
    expect((error as Error).message).toBe(
      'The authorization server ended the grant (invalid_grant): Token  [31mwas revoked. Authorize again.',
    )
    expect(await bench.record()).toMatchObject({ state: 'reauth', reason: 'invalid_grant' })
    expect(await bench.connection.status()).toMatchObject({ state: 'reauth', reason: 'invalid_grant' })
    expect(bench.outcomes()).toEqual(['rejected'])
  })

  it('after a lost answer is the verdict of the probe', async () => {
    const bench = await expiredBench([networkError('ECONNRESET'), oauthError(400, 'invalid_grant')])
    await rejection(bench.run(bench.connection.accessToken()))
    await bench.clock.advance(60_000)
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'reconnect' })
    expect(bench.outcomes()).toEqual(['unknown_reset', 'probe_rejected'])
  })

  it('for a client of its own is a matter of configuration, never of a person', async () => {
    const bench = createBench([oauthError(400, 'invalid_grant'), tokenAnswer()])
    await bench.client.connect('ada', clientCredentials())
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
      code: 'grant_rejected',
      action: 'fix-config',
    })
    expect(await bench.record()).toMatchObject({ state: 'active', failures: 1 })
    await bench.clock.advance(30_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-1')
  })
})

describe('a token answer', () => {
  it('replaces the refresh token when it brings one, and keeps the stored one when it does not', async () => {
    const bench = await expiredBench([
      tokenAnswer({ access_token: 'at-2', scope: 'a b' }),
      rotated(3, { scope: undefined }),
    ])
    expect((await bench.run(bench.connection.accessToken())).scopes).toEqual(['a', 'b'])
    expect((await bench.record()).tokens).toMatchObject({ accessToken: 'at-2', refreshToken: 'rt-1' })
    await bench.run(bench.connection.refresh())
    // An absent scope erases nothing.
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-3', scopes: ['a', 'b'] })
  })

  it.each([
    ['no access token', { access_token: undefined }],
    ['an empty access token', { access_token: '' }],
    ['an access token of the wrong type', { access_token: 7 }],
    ['an access token that fits in no header', { access_token: 'at\r\n2' }],
    ['no token type', { token_type: undefined }],
    ['a token type of the wrong type', { token_type: 7 }],
    ['a token type nobody knows', { token_type: 'mac' }],
    ['a negative lifetime', { expires_in: -1 }],
    ['no lifetime at all', { expires_in: 0 }],
    ['a huge lifetime', { expires_in: 1e12 }],
    ['a lifetime as text', { expires_in: '3600' }],
    ['null as lifetime', { expires_in: null }],
  ])('with %s: its refresh token is saved first, then the caller is told', async (_what, members) => {
    const bench = await expiredBench([rotated(2, members), rotated(3)])
    const startMs = bench.clock.wallMs()
    const error = await rejection(bench.run(bench.connection.accessToken()))
    expect(error).toMatchObject({ code: 'response_invalid', retryable: true })
    expect(await bench.record()).toMatchObject({
      state: 'active',
      generation: 3,
      retryAtMs: startMs + 1_000,
      tokens: { accessToken: 'at-1', refreshToken: 'rt-2' },
    })
    await bench.clock.advance(1_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-3')
    expect(bodies(bench.fetch)).toEqual(['rt-0', 'rt-1', 'rt-2'])
  })

  it.each(['bearer', 'BEARER', 'Bearer'])('may write its token type as %s', async (tokenType) => {
    const bench = await expiredBench([rotated(2, { token_type: tokenType })])
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
  })

  it('that is not labelled as JSON is saved and not used', async () => {
    const text = JSON.stringify({ access_token: 'at-2', token_type: 'Bearer', refresh_token: 'rt-2' })
    const bench = await expiredBench([new Response(text, { headers: { 'content-type': 'text/html' } })])
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'response_invalid' })
    expect((await bench.record()).tokens).toMatchObject({ accessToken: 'at-1', refreshToken: 'rt-2' })
  })

  it('takes the lifetime of the provider where it names none', async () => {
    const bench = await expiredBench([rotated(2, { expires_in: undefined })], {
      provider: { lifetimes: { accessTokenSeconds: 600, refreshTokenSeconds: 86_400 } },
    })
    const startMs = bench.clock.wallMs()
    expect((await bench.run(bench.connection.accessToken())).expiresAtMs).toBe(startMs + 600_000)
    expect(await bench.connection.status()).toMatchObject({
      accessTokenExpiresAtMs: startMs + 600_000,
      refreshTokenExpiresAtMs: startMs + 86_400_000,
    })
  })

  it('counts its lifetime from when the request was sent', async () => {
    const bench = await expiredBench([
      async () => {
        await new Promise<void>((resolve) => void bench.clock.setTimer(resolve, 20_000))
        return rotated(2)
      },
    ])
    const startMs = bench.clock.wallMs()
    expect((await bench.run(bench.connection.accessToken())).expiresAtMs).toBe(startMs + hourMs)
  })

  it('keeps the extras that the provider names, and no others', async () => {
    const bench = await expiredBench([rotated(2, { principal: 'ada@example.com', id_token: 'secret-id' })], {
      provider: { extras: ['principal'] },
    })
    await bench.run(bench.connection.accessToken())
    expect((await bench.connection.exportTokens()).extras).toEqual({ principal: 'ada@example.com' })
    expect(JSON.stringify(await bench.record())).not.toContain('secret-id')
  })

  it('goes through the repair of the provider, and is used as it came when that breaks', async () => {
    const answers = [{ token: 'at-2' }, undefined]
    const bench = await connectedBench([Response.json({ token: 'at-2' }), rotated(3)], {
      provider: {
        conform(answer) {
          if (answer.body['access_token'] === 'at-1') return answer
          const first = answers.shift()
          if (first === undefined) throw new Error('a bug in the data of the provider')
          return { ...answer, body: { access_token: first.token, token_type: 'bearer' } }
        },
      },
    })
    await bench.run(bench.connection.refresh())
    expect((await bench.connection.accessToken()).value).toBe('at-2')
    await bench.run(bench.connection.refresh())
    expect((await bench.record()).tokens).toMatchObject({ accessToken: 'at-3', refreshToken: 'rt-3' })
  })
})

describe('a request', () => {
  it('is one POST with the client authentication, never follows a redirect, and names the grant', async () => {
    const bench = await expiredBench([rotated(2)])
    await bench.run(bench.connection.accessToken())
    const [, request] = bench.fetch.requests
    expect(request).toMatchObject({
      method: 'POST',
      url: 'https://auth.example.com/token',
      redirect: 'manual',
      body: 'refresh_token=rt-1&grant_type=refresh_token',
    })
    expect(request?.headers.get('authorization')).toBe(`Basic ${btoa('client%2D1:client%2Dsecret')}`)
    expect(request?.headers.get('accept')).toBe('application/json')
  })

  it('is not sent when the client secret takes long, until it is there: it is fetched before the claim', async () => {
    const secret = deferred<string>()
    let asked = 0
    const bench = createBench([rotated(1), rotated(2)], {
      options: { authentication: clientSecretBasic(() => (asked++ === 0 ? secret.promise : 'client-secret')) },
    })
    await bench.client.connect('ada', refreshToken('rt-0'))
    const waiting = bench.connection.accessToken()
    await bench.clock.advance(20_000)
    expect((await bench.record()).state).toBe('active')
    // Another process refreshes meanwhile; the newer token is the one that is used.
    const other = bench.another()
    expect((await bench.run(other.connection.accessToken())).value).toBe('at-1')
    secret.resolve('client-secret')
    expect((await bench.run(waiting)).value).toBe('at-1')
    expect(bench.fetch.requests).toHaveLength(1)
  })

  it('fails as client_secret_unavailable, without a claim, when the secret cannot be had', async () => {
    const bench = createBench([], {
      options: {
        authentication: clientSecretBasic(() => {
          throw new Error('vault says: marker-secret')
        }),
      },
    })
    await bench.client.connect('ada', refreshToken('rt-0'))
    const error = await rejection(bench.run(bench.connection.accessToken()))
    expect(error).toMatchObject({ code: 'client_secret_unavailable', retryable: true })
    expect(String((error as Error).message)).not.toContain('marker-secret')
    expect((await bench.record()).state).toBe('active')
  })

  it.each([undefined, '', 7])('fails without a claim when the secret function gives %j', async (secret) => {
    const bench = createBench([], { options: { authentication: clientSecretBasic(() => secret as string) } })
    await bench.client.connect('ada', refreshToken('rt-0'))
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'invalid_option' })
    expect((await bench.record()).state).toBe('active')
    bench.fetch.assertDone()
  })
})

/** The refresh tokens that were presented, in order. */
function bodies({ requests }: { requests: readonly { body: string }[] }): (string | null)[] {
  return requests.map(({ body }) => new URLSearchParams(body).get('refresh_token'))
}
