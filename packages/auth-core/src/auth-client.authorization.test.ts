import { describe, expect, it } from 'vitest'
import {
  createBench,
  exampleKey,
  exampleProvider,
  oauthError,
  readRecord,
  rejection,
  rotated,
  tokenAnswer,
  type Bench,
  type BenchOptions,
} from '../test/bench.ts'
import {
  clientSecretBasic,
  isAuthError,
  refreshToken,
  type AuthClient,
  type AuthorizationRequest,
  type Store,
} from './index.ts'
import { faultyStore, type FaultyStore, type ScriptedAnswer } from './testing/index.ts'

const redirectUri = 'https://app.example.com/callback'
const session = 'browser-session-1'

async function begin(bench: { client: AuthClient }, more: object = {}): Promise<{ url: URL; state: string }> {
  const { url } = await bench.client.beginAuthorization('ada', { redirectUri, session, ...more })
  return { url, state: url.searchParams.get('state') ?? '' }
}

function callback(parameters: Record<string, string>, address = redirectUri): URL {
  const url = new URL(address)
  for (const [name, value] of Object.entries(parameters)) url.searchParams.append(name, value)
  return url
}

async function signIn(bench: { client: AuthClient }, more: object = {}) {
  const { state } = await begin(bench)
  return bench.client.completeAuthorization(callback({ code: 'code-1', state }), { session, ...more })
}

/** A bench with an attempt under way. */
async function begunBench(
  script: readonly ScriptedAnswer[] = [],
  options: BenchOptions = {},
): Promise<Bench & { state: string }> {
  const bench = createBench(script, options)
  const { state } = await begin(bench)
  return { ...bench, state }
}

describe('the address a person opens', () => {
  it('asks for a code, with PKCE and a state', async () => {
    const bench = createBench([], {
      provider: { authorizationParameters: { prompt: 'login', response_type: 'token' } },
    })
    const { url } = await begin(bench, { scopes: ['read', 'write'] })
    expect(url.origin + url.pathname).toBe('https://auth.example.com/authorize')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      prompt: 'login',
      response_type: 'code',
      client_id: 'client-1',
      redirect_uri: redirectUri,
      state: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      scope: 'read write',
    })
  })

  it('keeps the query of the endpoint, and leaves the scope out when there is none', async () => {
    const bench = createBench([], {
      provider: {
        endpoints: { authorization: 'https://auth.example.com/a?tenant=7', token: 'https://auth.example.com/token' },
      },
    })
    expect((await begin(bench)).url.searchParams.get('tenant')).toBe('7')
    expect((await begin(bench)).url.searchParams.has('scope')).toBe(false)
    expect((await begin(bench, { scopes: [] })).url.searchParams.has('scope')).toBe(false)
    const withDefault = createBench([], { provider: { defaultScopes: ['base'] } })
    expect((await begin(withDefault)).url.searchParams.get('scope')).toBe('base')
  })

  it('holds a new state and a new challenge each time', async () => {
    const bench = createBench([])
    const seen = new Set<string | null>()
    for (let round = 0; round < 100; round += 1) {
      const { url, state } = await begin(bench)
      seen.add(state).add(url.searchParams.get('code_challenge'))
    }
    expect(seen.size).toBe(200)
  })

  it.each([
    ['a redirect URI that is no address', { redirectUri: '/callback' }, 'invalid_option'],
    ['a redirect URI with a fragment', { redirectUri: 'https://app.example.com/cb#x' }, 'invalid_option'],
    ['an empty session', { session: '' }, 'invalid_option'],
    ['no session', { session: undefined }, 'invalid_option'],
    ['an option that does not exist', { scope: 'read' }, 'invalid_option'],
  ])('is not made for %s', async (_what, more, code) => {
    const bench = createBench([])
    expect(await rejection(begin(bench, more))).toMatchObject({ code })
    expect((await bench.store.list('')).keys).toEqual([])
  })

  it('is not made for a provider without an authorization endpoint, nor for an empty account', async () => {
    const bench = createBench([], { provider: { endpoints: { token: 'https://auth.example.com/token' } } })
    expect(await rejection(begin(bench))).toMatchObject({ code: 'unsupported_by_provider' })
    expect(await rejection(bench.client.beginAuthorization('', { redirectUri, session }))).toMatchObject({
      code: 'invalid_account',
    })
  })
})

describe('the address that the vendor gives by a call of its own', () => {
  const endpoints = { token: 'https://auth.example.com/token' }
  const vendorAddress = 'https://auth.example.com/consent/1'

  it('is the one to open, asked for with what it would have carried, and its callback counts once', async () => {
    const bench = createBench([rotated(1)], { provider: { endpoints, pkce: 'none' } })
    const asked: AuthorizationRequest[] = []
    const { url, state } = await bench.client.beginAuthorization('ada', {
      redirectUri,
      session,
      scopes: ['read'],
      address: async (request) => {
        asked.push(request)
        return vendorAddress
      },
    })
    expect(url.href).toBe(vendorAddress)
    expect(state).toMatch(/^[\w-]{43}$/)
    expect(asked).toEqual([{ clientId: 'client-1', redirectUri, state, scopes: ['read'] }])
    const answer = callback({ code: 'code-1', state })
    expect(await rejection(bench.client.completeAuthorization(answer, { session: 'other' }))).toMatchObject({
      code: 'session_mismatch',
    })
    await bench.client.completeAuthorization(answer, { session })
    expect(new URLSearchParams(bench.fetch.requests[0]?.body).has('code_verifier')).toBe(false)
    expect(await rejection(bench.client.completeAuthorization(answer, { session }))).toMatchObject({
      code: 'state_unknown',
    })
  })

  it('is asked for with a challenge where the provider takes one', async () => {
    const bench = createBench([rotated(1)], { provider: { endpoints } })
    const challenges: unknown[] = []
    const address = async ({ codeChallenge }: AuthorizationRequest) => {
      challenges.push(codeChallenge)
      return vendorAddress
    }
    const { state } = await bench.client.beginAuthorization('ada', { redirectUri, session, address })
    await bench.client.completeAuthorization(callback({ code: 'code-1', state }), { session })
    const verifier = new URLSearchParams(bench.fetch.requests[0]?.body).get('code_verifier') ?? ''
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    expect(challenges).toEqual([Buffer.from(digest).toString('base64url')])
  })

  it.each([
    ['is no address', '/consent', 'invalid_option'],
    ['is a script', 'javascript:alert(1)', 'insecure_endpoint'],
    ['is not secure', 'http://auth.example.com/consent', 'insecure_endpoint'],
  ])('is refused when it %s, and no attempt is left', async (_what, given, code) => {
    const bench = createBench([], { provider: { endpoints } })
    const begun = bench.client.beginAuthorization('ada', { redirectUri, session, address: async () => given })
    expect(await rejection(begun)).toMatchObject({ code })
    expect((await bench.store.list('')).keys).toEqual([])
  })

  it('fails with the error of the call, and no attempt is left', async () => {
    const bench = createBench([], { provider: { endpoints } })
    const failure = new Error('the vendor said no')
    const address = () => Promise.reject(failure)
    expect(await rejection(bench.client.beginAuthorization('ada', { redirectUri, session, address }))).toBe(failure)
    expect((await bench.store.list('')).keys).toEqual([])
  })
})

describe('a callback', () => {
  it('redeems its code once, with the verifier, and connects the account', async () => {
    const bench = await begunBench([rotated(1, { scope: 'read' })])
    const { url } = await begin(bench)
    const challenge = url.searchParams.get('code_challenge')
    const state = url.searchParams.get('state') ?? ''
    const connection = await bench.client.completeAuthorization(callback({ code: 'code-1', state }), { session })
    expect(connection).toBe(bench.connection)
    const sent = new URLSearchParams(bench.fetch.requests[0]?.body)
    expect(Object.fromEntries(sent)).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: redirectUri,
      code_verifier: expect.stringMatching(/^[\w.~-]{43,128}$/),
    })
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(sent.get('code_verifier') ?? ''))
    expect(Buffer.from(digest).toString('base64url')).toBe(challenge)
    expect(bench.fetch.requests[0]?.redirect).toBe('manual')
    expect((await connection.accessToken()).value).toBe('at-1')
    expect(bench.events).toEqual([{ type: 'connected', provider: 'example', account: 'ada', generation: 1 }])
    bench.fetch.assertDone()
  })

  const bad: [string, (state: string) => URL, object, string][] = [
    ['without a state', () => callback({ code: 'c' }), {}, 'state_missing'],
    ['with an empty state', () => callback({ code: 'c', state: '' }), {}, 'state_missing'],
    ['with a state nobody issued', () => callback({ code: 'c', state: 'forged' }), {}, 'state_unknown'],
    [
      'with the state of another letter case',
      (state) => callback({ code: 'c', state: state.toUpperCase() }),
      {},
      'state_unknown',
    ],
    ['of another session', (state) => callback({ code: 'c', state }), { session: 'other' }, 'session_mismatch'],
    ['with two codes', (state) => callbackTwice('code', state), {}, 'parameter_repeated'],
    ['with two states', (state) => callbackTwice('state', state), {}, 'parameter_repeated'],
    ['with two issuers', (state) => callbackTwice('iss', state), {}, 'parameter_repeated'],
    ['with two errors', (state) => callbackTwice('error', state), {}, 'parameter_repeated'],
    ['with two ID tokens', (state) => callbackTwice('id_token', state), {}, 'parameter_repeated'],
    [
      'to another host',
      (state) => callback({ code: 'c', state }, 'https://evil.example.com/callback'),
      {},
      'redirect_uri_mismatch',
    ],
    [
      'to another path',
      (state) => callback({ code: 'c', state }, 'https://app.example.com/callback/'),
      {},
      'redirect_uri_mismatch',
    ],
    [
      'over another scheme',
      (state) => callback({ code: 'c', state }, 'http://app.example.com/callback'),
      {},
      'redirect_uri_mismatch',
    ],
    [
      'on another port',
      (state) => callback({ code: 'c', state }, 'https://app.example.com:8443/callback'),
      {},
      'redirect_uri_mismatch',
    ],
    [
      'of another issuer',
      (state) => callback({ code: 'c', state, iss: 'https://evil.example.com' }),
      {},
      'issuer_mismatch',
    ],
    [
      'of an issuer with a slash more',
      (state) => callback({ code: 'c', state, iss: 'https://auth.example.com/' }),
      {},
      'issuer_mismatch',
    ],
    ['of an empty issuer', (state) => callback({ code: 'c', state, iss: '' }), {}, 'issuer_mismatch'],
    ['without a code', (state) => callback({ state }), {}, 'code_missing'],
    ['with an empty code', (state) => callback({ state, code: '' }), {}, 'code_missing'],
    ['that says access_denied', (state) => callback({ state, error: 'access_denied' }), {}, 'access_denied'],
    ['that says anything else', (state) => callback({ state, error: 'server_error' }), {}, 'authorization_failed'],
    ['that says an empty error', (state) => callback({ state, error: '', code: 'c' }), {}, 'authorization_failed'],
    ['of the implicit flow', (state) => callback({ state, access_token: 'at', code: 'c' }), {}, 'authorization_failed'],
    ['of a hybrid flow', (state) => callback({ state, id_token: 'x', code: 'c' }), {}, 'authorization_failed'],
    ['with a signed response', (state) => callback({ state, response: 'x', code: 'c' }), {}, 'authorization_failed'],
  ]
  it.each(bad)('%s is refused before any token request', async (_what, make, more, code) => {
    const bench = await begunBench()
    const error = await rejection(bench.client.completeAuthorization(make(bench.state), { session, ...more }))
    expect(error).toMatchObject({ code })
    expect(isAuthError(error)).toBe(true)
    expect(bench.fetch.requests).toEqual([])
    expect(await readRecord(bench.store, exampleKey('ada'))).toBeNull()
  })

  it('that was used is refused', async () => {
    const bench = await begunBench([rotated(1)])
    const url = callback({ code: 'c', state: bench.state })
    await bench.client.completeAuthorization(url, { session })
    expect(await rejection(bench.client.completeAuthorization(url, { session }))).toMatchObject({
      code: 'state_unknown',
    })
    bench.fetch.assertDone()
  })

  it('that comes twice at once is redeemed once', async () => {
    const bench = await begunBench([rotated(1)])
    const url = callback({ code: 'c', state: bench.state })
    const results = await Promise.allSettled([1, 2, 3].map(() => bench.client.completeAuthorization(url, { session })))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    bench.fetch.assertDone()
  })

  it.each([
    [600_000, undefined],
    [600_001, 'state_expired'],
    [3_500_000, 'state_expired'],
    [3_600_000, 'state_unknown'],
  ])('after %i ms: %s', async (ms, code) => {
    const bench = await begunBench(code === undefined ? [rotated(1)] : [])
    await bench.clock.advance(ms)
    const done = bench.client.completeAuthorization(callback({ code: 'c', state: bench.state }), { session })
    if (code === undefined) await done
    else expect(await rejection(done)).toMatchObject({ code })
    bench.fetch.assertDone()
  })

  it('of another session does not use the attempt up', async () => {
    const bench = await begunBench([rotated(1)])
    const url = callback({ code: 'c', state: bench.state })
    await rejection(bench.client.completeAuthorization(url, { session: 'attacker' }))
    expect(await bench.client.completeAuthorization(url, { session })).toBe(bench.connection)
    bench.fetch.assertDone()
  })

  it('to another client on the same store is refused and does not use the attempt up', async () => {
    const bench = await begunBench([rotated(1)])
    const url = callback({ code: 'c', state: bench.state })
    const { client } = bench.another({ clientId: 'client-2' })
    expect(await rejection(client.completeAuthorization(url, { session }))).toMatchObject({ code: 'state_unknown' })
    await bench.client.completeAuthorization(url, { session })
  })

  it('must name the issuer where the provider promises it', async () => {
    const provider = { sendsIssuerInCallback: true }
    const without = await begunBench([], { provider })
    expect(
      await rejection(without.client.completeAuthorization(callback({ code: 'c', state: without.state }), { session })),
    ).toMatchObject({ code: 'issuer_mismatch' })
    const named = await begunBench([rotated(1)], { provider })
    const url = callback({ code: 'c', state: named.state, iss: 'https://auth.example.com' })
    await named.client.completeAuthorization(url, { session })
    named.fetch.assertDone()
  })

  it('to a client whose provider has another issuer by now is refused', async () => {
    const bench = await begunBench()
    const { client } = bench.another({ provider: exampleProvider({ issuer: 'https://login.example.com' }) })
    const url = callback({ code: 'c', state: bench.state })
    expect(await rejection(client.completeAuthorization(url, { session }))).toMatchObject({ code: 'issuer_mismatch' })
    bench.fetch.assertDone()
  })

  it('with an error of another issuer shows nothing of it', async () => {
    const bench = await begunBench()
    const url = callback({
      state: bench.state,
      error: 'evil',
      error_description: 'shown',
      iss: 'https://evil.example.com',
    })
    const error = await rejection(bench.client.completeAuthorization(url, { session }))
    expect(error).toMatchObject({ code: 'issuer_mismatch' })
    expect((error as Error).message).not.toContain('shown')
  })

  it('is cleaned before it is shown', async () => {
    const bench = await begunBench()
    const url = callback({
      state: bench.state,
      error: 'access_denied',
      error_description: `\u001b[31mno\r\n<script>${bench.state}`,
    })
    const { message } = (await rejection(bench.client.completeAuthorization(url, { session }))) as Error
    expect(message).toBe('The access was denied: [31mno <script>[redacted].')
  })

  it('of a loopback address with any port, or of an app of its own, comes back to exactly that', async () => {
    for (const own of ['http://127.0.0.1:49152/callback', 'com.example.app:/callback']) {
      const bench = createBench([rotated(1)])
      const { url } = await bench.client.beginAuthorization('ada', { redirectUri: own, session })
      const state = url.searchParams.get('state') ?? ''
      const wrong = own.startsWith('http') ? 'http://127.0.0.1:49153/callback' : 'com.evil.app:/callback'
      expect(
        await rejection(bench.client.completeAuthorization(callback({ code: 'c', state }, wrong), { session })),
      ).toMatchObject({
        code: 'redirect_uri_mismatch',
      })
      const again =
        (await bench.client.beginAuthorization('ada', { redirectUri: own, session })).url.searchParams.get('state') ??
        ''
      await bench.client.completeAuthorization(callback({ code: 'c', state: again }, own), { session })
    }
  })

  it('with an unknown option is refused before its attempt is used', async () => {
    const bench = await begunBench([rotated(1)])
    const url = callback({ code: 'c', state: bench.state })
    const options = { session, allowOther: true } as unknown as { session: string }
    expect(await rejection(bench.client.completeAuthorization(url, options))).toMatchObject({ code: 'invalid_option' })
    await bench.client.completeAuthorization(url, { session })
  })
})

describe('redeeming a code', () => {
  it.each([
    ['invalid_grant', () => oauthError(400, 'invalid_grant', 'code-1 was used'), 'code_rejected'],
    ['invalid_client', () => oauthError(401, 'invalid_client'), 'client_rejected'],
    ['a server error', () => new Response('', { status: 503 }), 'provider_unavailable'],
    ['a lost answer', () => Promise.reject(new TypeError('fetch failed')), 'provider_no_answer'],
    ['a page', () => new Response('<html>'), 'response_invalid'],
    ['a redirect', () => Response.redirect('https://evil.example.com/', 307), 'response_invalid'],
  ])('answered with %s fails without a second try', async (_what, answer, code) => {
    const bench = createBench([answer])
    const error = await rejection(signIn(bench))
    expect(error).toMatchObject({ code, account: 'ada', provider: 'example' })
    expect((error as Error).message).not.toContain('code-1')
    expect(bench.fetch.requests).toHaveLength(1)
    expect((await bench.connection.status()).state).toBe('absent')
  })

  it('without an answer ends after 30 s', async () => {
    const bench = createBench([() => new Promise<Response>(() => undefined)])
    const { state } = await begin(bench)
    const done = rejection(bench.client.completeAuthorization(callback({ code: 'c', state }), { session }))
    while (bench.fetch.requests.length === 0) await new Promise((resolve) => void setTimeout(resolve, 1))
    await bench.clock.advance(29_999)
    expect(bench.fetch.requests[0]?.signal.aborted).toBe(false)
    await bench.clock.advance(1)
    expect(await done).toMatchObject({ code: 'provider_no_answer' })
  })

  it('ends after 30 s also when the body dribbles on and its fetch heeds no signal', async () => {
    const endless = () =>
      new Response(
        new ReadableStream(
          { pull: (controller) => controller.enqueue(new Uint8Array(65_536)), cancel() {} },
          { highWaterMark: 0 },
        ),
      )
    const hanging = () => new Response(new ReadableStream({ start() {} }))
    expect(await rejection(signIn(createBench([endless])))).toMatchObject({ code: 'response_invalid' })
    const bench = createBench([hanging])
    const { state } = await begin(bench)
    const done = rejection(bench.client.completeAuthorization(callback({ code: 'c', state }), { session }))
    while (bench.fetch.requests.length === 0) await new Promise((resolve) => void setTimeout(resolve, 1))
    await bench.clock.advance(30_000)
    expect(await done).toMatchObject({ code: 'provider_no_answer' })
  })

  it('records the scopes that were granted: fewer, others, or those asked for when none are named', async () => {
    for (const [members, scopes] of [
      [{ scope: 'read' }, ['read']],
      [{ scope: 'read extra' }, ['read', 'extra']],
      [{ scope: '' }, []],
      [{}, ['read', 'write']],
    ] as const) {
      const bench = createBench([rotated(1, members)])
      const { state } = await begin(bench, { scopes: ['read', 'write'] })
      const connection = await bench.client.completeAuthorization(callback({ code: 'c', state }), { session })
      expect((await connection.accessToken()).scopes).toEqual(scopes)
      expect((await connection.status()).scopes).toEqual(scopes)
    }
  })

  it('saves the refresh token of an answer whose access token is of no use, then says so', async () => {
    const bench = createBench([rotated(1, { token_type: 'mac' }), rotated(2)])
    expect(await rejection(signIn(bench))).toMatchObject({ code: 'response_invalid' })
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-1' })
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
  })

  it('fails as client_secret_unavailable, in our words, when the secret cannot be had', async () => {
    const authentication = clientSecretBasic(() => Promise.reject(new Error('vault: secret-marker')))
    const error = await rejection(signIn(createBench([], { options: { authentication } })))
    expect(error).toMatchObject({ code: 'client_secret_unavailable' })
    expect(String((error as Error).stack)).not.toContain('secret-marker')
  })

  it('tells the hook of the tokens before the connection is given', async () => {
    const seen: (string | undefined)[] = []
    const bench = createBench([rotated(1)], {
      options: { onTokenRefresh: async (tokens) => void seen.push(tokens.refreshToken) },
    })
    await signIn(bench)
    expect(seen).toEqual(['rt-1'])
  })

  it('starts a new lineage on a grant that ended, was closed, or is claimed', async () => {
    const bench = createBench([
      rotated(1),
      oauthError(400, 'invalid_grant'),
      rotated(3),
      new Response(),
      new Response(),
      rotated(4),
    ])
    await signIn(bench)
    await rejection(bench.run(bench.connection.refresh()))
    expect((await bench.connection.status()).state).toBe('reauth')
    await signIn(bench)
    expect(await bench.connection.status()).toMatchObject({ state: 'active', generation: 2 })
    expect((await bench.connection.accessToken()).value).toBe('at-3')
    await bench.run(bench.connection.disconnect())
    await signIn(bench)
    expect((await bench.connection.accessToken()).value).toBe('at-4')
    bench.fetch.assertDone()
  })

  it.each(['read', 'write', 'remove'] as const)(
    'fails with store_failed when the store refuses to %s the attempt',
    async (step) => {
      let store!: FaultyStore
      const bench = createBench([], { store: (memory: Store) => (store = faultyStore(memory)) })
      if (step === 'write') {
        store.fault({ step })
        store.fault({ step, effect: 'throw', error: new Error('disk full') })
        await begin(bench)
        expect(await rejection(begin(bench))).toMatchObject({ code: 'store_failed', cause: { message: 'disk full' } })
        return
      }
      const { state } = await begin(bench)
      store.fault({ step, effect: 'throw' })
      expect(
        await rejection(bench.client.completeAuthorization(callback({ code: 'c', state }), { session })),
      ).toMatchObject({ code: 'store_failed' })
      bench.fetch.assertDone()
    },
  )

  it('refuses an attempt that is damaged in the store', async () => {
    for (const value of ['', '{', '{"v":1}', '[]', 'null', JSON.stringify({ v: 2, verifier: 'x', expiresAtMs: 1 })]) {
      const bench = await begunBench()
      const { keys } = await bench.store.list('attempt/')
      const { entry } = await bench.store.read(keys[0]!)
      await bench.store.write(keys[0]!, value, { ifVersion: entry!.version })
      const error = await rejection(
        bench.client.completeAuthorization(callback({ code: 'c', state: bench.state }), { session }),
      )
      expect(error).toMatchObject({ code: 'store_value_invalid' })
    }
  })

  it('keeps state, verifier and session out of the keys of the store, and the state out of its values', async () => {
    const bench = await begunBench()
    const { keys } = await bench.store.list('')
    expect(keys).toEqual([expect.stringMatching(/^attempt\/[0-9a-f]{64}$/)])
    const { entry } = await bench.store.read(keys[0]!)
    expect(entry!.value).not.toContain(bench.state)
    expect(entry!.value).not.toContain(session)
  })
})

describe('another person', () => {
  const provider = { extras: ['principal'], subject: 'principal' }

  it('who signs in on the account is an error, and the grant is left as it was', async () => {
    const bench = createBench(
      [rotated(1, { principal: 'ada@example.com' }), rotated(2, { principal: 'bob@example.com' })],
      { provider },
    )
    await signIn(bench)
    const before = await bench.record()
    const error = await rejection(signIn(bench))
    expect(error).toMatchObject({ code: 'account_mismatch', action: 'reconnect', account: 'ada' })
    expect(await bench.record()).toEqual(before)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
  })

  it('may take the account over when that is allowed', async () => {
    const bench = createBench(
      [rotated(1, { principal: 'ada@example.com' }), rotated(2, { principal: 'bob@example.com' })],
      { provider },
    )
    await signIn(bench)
    await signIn(bench, { allowOtherPerson: true })
    expect((await bench.connection.accessToken()).value).toBe('at-2')
    expect((await bench.connection.exportTokens()).extras).toEqual({ principal: 'bob@example.com' })
  })

  it('is not assumed for the same one, an unnamed one, or after a disconnect', async () => {
    const answers = [
      rotated(1, { principal: 'ada@example.com' }),
      rotated(2, { principal: 'ada@example.com' }),
      rotated(3),
      new Response(),
      new Response(),
      rotated(4, { principal: 'bob@example.com' }),
    ]
    const bench = createBench(answers, { provider })
    for (let round = 0; round < 3; round += 1) await signIn(bench)
    await bench.run(bench.connection.disconnect())
    await signIn(bench)
    expect((await bench.connection.accessToken()).value).toBe('at-4')
    bench.fetch.assertDone()
  })
})

describe('importing a refresh token', () => {
  it('is done once: again at every start changes nothing, also after it was rotated or a person signed in', async () => {
    const bench = createBench([rotated(1), rotated(2), tokenAnswer()])
    await bench.client.connect('ada', refreshToken('rt-0'))
    await bench.client.connect('ada', refreshToken('rt-0'))
    expect(bench.events).toHaveLength(1)
    await bench.run(bench.connection.accessToken())
    await bench.client.connect('ada', refreshToken('rt-0'))
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-1' })
    await signIn(bench)
    await bench.client.connect('ada', refreshToken('rt-0'))
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-2' })
    expect(JSON.stringify(await bench.record())).not.toContain('rt-0')
  })

  it('of another token replaces the grant', async () => {
    const bench = createBench([rotated(1)])
    await bench.client.connect('ada', refreshToken('rt-0'))
    await bench.client.connect('ada', refreshToken('rt-other'))
    expect(await bench.record()).toMatchObject({ generation: 2, tokens: { refreshToken: 'rt-other' } })
  })

  it('connects once for two programs that start at once', async () => {
    const bench = createBench([])
    const other = bench.another()
    await Promise.all([bench, other].map(({ client }) => client.connect('ada', refreshToken('rt-0'))))
    expect((await bench.record()).generation).toBe(1)
  })

  it('of nothing is refused', () => {
    expect(() => refreshToken('')).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })
})

/** A callback with one parameter given twice. */
function callbackTwice(name: string, state: string): URL {
  const url = callback({ code: 'c', state, [name]: name === 'state' ? state : 'one' })
  url.searchParams.append(name, name === 'state' ? state : 'two')
  return url
}
