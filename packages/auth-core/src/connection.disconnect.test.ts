import { describe, expect, it, vi } from 'vitest'
import { connectedBench, createBench, deferred, rejection, rotated, tokenAnswer } from '../test/bench.ts'
import { clientCredentials, clientSecretBasic, refreshToken, type Store } from './index.ts'
import {
  faultyStore,
  recordingStore,
  type FaultyStore,
  type ScriptedAnswer,
  type StoreOperation,
} from './testing/index.ts'

const revocations = ({ requests }: { requests: readonly { url: string; body: string }[] }) =>
  requests.filter(({ url }) => url.endsWith('/revoke')).map(({ body }) => Object.fromEntries(new URLSearchParams(body)))

describe('disconnect', () => {
  it('erases first, then revokes the refresh token, then the access token, each with its hint', async () => {
    const order: string[] = []
    const answer: ScriptedAnswer = ({ body }) => {
      order.push(`revoke ${new URLSearchParams(body).get('token_type_hint')}`)
      return new Response()
    }
    const bench = await connectedBench([answer, answer], {
      store: (memory) =>
        recordingStore(memory, ({ step, value }: StoreOperation) => {
          if (step === 'write') order.push(`write ${JSON.parse(value ?? '').state}`)
        }),
    })
    order.length = 0
    expect(await bench.run(bench.connection.disconnect())).toEqual({ erased: true, revoked: true })
    expect(order).toEqual(['write closed', 'revoke refresh_token', 'revoke access_token'])
    expect(revocations(bench.fetch)).toEqual([
      { token: 'rt-1', token_type_hint: 'refresh_token' },
      { token: 'at-1', token_type_hint: 'access_token' },
    ])
    expect(bench.fetch.requests[1]).toMatchObject({ redirect: 'manual', url: 'https://auth.example.com/revoke' })
    expect(bench.events).toEqual([{ type: 'disconnected', provider: 'example', account: 'ada', generation: 2 }])
  })

  it('that was interrupted leaves alone who signed in meanwhile', async () => {
    let store!: FaultyStore
    const wrap = (memory: Store) => (store = faultyStore(memory))
    const bench = await connectedBench([new Response(), new Response(), rotated(9)], { store: wrap })
    const again = bench.another().client
    const signInAgain = () => again.connect('ada', refreshToken('rt-8'))
    store.fault({ step: 'write', effect: 'apply-then-throw', after: signInAgain })
    const disconnecting = bench.connection.disconnect()
    // Importing a token hashes it, outside of the fake time.
    await vi.waitFor(async () => expect(await bench.record()).toMatchObject({ state: 'active', generation: 3 }))
    expect(await bench.run(disconnecting)).toEqual({ erased: true, revoked: true })
    expect(revocations(bench.fetch).map(({ token }) => token)).toEqual(['rt-1', 'at-1'])
    expect((await bench.run(again.connection('ada').accessToken())).value).toBe('at-9')
  })

  it('leaves a tombstone without any token', async () => {
    const bench = await connectedBench([new Response(), new Response()])
    await bench.run(bench.connection.disconnect())
    const record = await bench.record()
    expect(record).toMatchObject({ state: 'closed', tokens: {}, generation: 2 })
    expect(JSON.stringify(record)).not.toMatch(/[ar]t-1/)
    expect(await bench.connection.status()).toMatchObject({ state: 'closed' })
  })

  it.each([
    ['200 to both', [() => new Response(), () => new Response()], true],
    ['200 with a body nobody asked for', [() => new Response('<html>'), () => Response.json({ a: 1 })], true],
    [
      'an error',
      [() => Response.json({ error: 'unsupported_token_type' }, { status: 400 }), () => new Response()],
      false,
    ],
    ['a server error', [() => new Response('', { status: 503 }), () => new Response()], false],
    ['an error to the second', [() => new Response(), () => new Response('', { status: 500 })], false],
    ['a redirect', [() => Response.redirect('https://evil.example.net/', 307), () => new Response()], false],
    [
      'nothing',
      [() => Promise.reject(new TypeError('fetch failed')), () => Promise.reject(new TypeError('fetch failed'))],
      false,
    ],
  ] as [string, ScriptedAnswer[], boolean][])(
    'answered with %s says so, and has erased',
    async (_what, answers, revoked) => {
      const bench = await connectedBench(answers)
      expect(await bench.run(bench.connection.disconnect())).toEqual({ erased: true, revoked })
      expect((await bench.record()).tokens).toEqual({})
      bench.fetch.assertDone()
    },
  )

  it('asks for the one token only where that is known to end the grant, and is accepted', async () => {
    const provider = { revocationEndsGrant: true }
    const bench = await connectedBench([new Response()], { provider })
    expect(await bench.run(bench.connection.disconnect())).toEqual({ erased: true, revoked: true })
    expect(revocations(bench.fetch).map(({ token }) => token)).toEqual(['rt-1'])
    const refused = await connectedBench([new Response('', { status: 503 }), new Response()], { provider })
    expect(await refused.run(refused.connection.disconnect())).toEqual({ erased: true, revoked: true })
    expect(revocations(refused.fetch).map(({ token }) => token)).toEqual(['rt-1', 'at-1'])
  })

  it.each([
    ['the server', {}, () => new Promise<Response>(() => undefined)],
    ['the body of an answer', {}, () => new Response(new ReadableStream({ start() {} }))],
  ])('waits at most 10 s for %s', async (_what, options, answer) => {
    const bench = await connectedBench([answer], { options })
    const startMs = bench.clock.monotonicMs()
    const done = bench.run(bench.connection.disconnect())
    expect(await done).toEqual({ erased: true, revoked: false })
    expect(bench.clock.monotonicMs() - startMs).toBe(10_000)
    expect(bench.clock.pendingTimers).toEqual([])
  })

  it('waits at most 10 s for the client secret', async () => {
    let secret: () => Promise<string> = async () => 'client-secret'
    const bench = await connectedBench([], { options: { authentication: clientSecretBasic(() => secret()) } })
    secret = () => new Promise(() => undefined)
    const startMs = bench.clock.monotonicMs()
    expect(await bench.run(bench.connection.disconnect())).toEqual({ erased: true, revoked: false })
    expect(bench.clock.monotonicMs() - startMs).toBe(10_000)
  })

  it('erases also when the client secret cannot be had', async () => {
    let isAway = false
    const authentication = clientSecretBasic(() => (isAway ? Promise.reject(new Error('vault')) : 'client-secret'))
    const bench = await connectedBench([], { options: { authentication } })
    isAway = true
    expect(await bench.run(bench.connection.disconnect())).toEqual({ erased: true, revoked: false })
    expect((await bench.record()).state).toBe('closed')
  })

  it('revokes nothing at a provider without a revocation endpoint', async () => {
    const bench = await connectedBench([], { provider: { endpoints: { token: 'https://auth.example.com/token' } } })
    expect(await bench.run(bench.connection.disconnect())).toEqual({ erased: true, revoked: false })
    bench.fetch.assertDone()
  })

  it('of what was never connected, or is disconnected already, does nothing', async () => {
    const bench = createBench([])
    expect(await bench.run(bench.connection.disconnect())).toEqual({ erased: true, revoked: false })
    expect((await bench.store.list('')).keys).toEqual([])
    const connected = await connectedBench([new Response(), new Response()])
    await connected.run(connected.connection.disconnect())
    expect(await connected.run(connected.connection.disconnect())).toEqual({ erased: true, revoked: false })
    expect(connected.events.map(({ type }) => type)).toEqual(['disconnected'])
    connected.fetch.assertDone()
  })

  it('of client credentials revokes the access token', async () => {
    const bench = createBench([tokenAnswer(), new Response()])
    await bench.run(bench.client.connect('ada', clientCredentials()))
    await bench.run(bench.connection.accessToken())
    expect(await bench.run(bench.connection.disconnect())).toEqual({ erased: true, revoked: true })
    expect(revocations(bench.fetch)).toEqual([{ token: 'at-1', token_type_hint: 'access_token' }])
  })

  it('revokes nothing as long as it has not erased', async () => {
    let store!: FaultyStore
    const bench = await connectedBench([], { store: (memory: Store) => (store = faultyStore(memory)) })
    store.fault({ step: 'write', effect: 'throw', times: 1_000 })
    expect(await rejection(bench.run(bench.connection.disconnect()))).toMatchObject({
      code: 'store_failed',
      retryable: true,
    })
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    bench.fetch.assertDone()
  })

  it('recognises an erasure whose answer was lost, and revokes what it erased', async () => {
    let store!: FaultyStore
    const bench = await connectedBench([new Response(), new Response()], {
      store: (memory: Store) => (store = faultyStore(memory)),
    })
    store.fault({ step: 'write', effect: 'apply-then-throw' })
    expect(await bench.run(bench.connection.disconnect())).toEqual({ erased: true, revoked: true })
    expect(revocations(bench.fetch).map(({ token }) => token)).toEqual(['rt-1', 'at-1'])
    expect(bench.events.map(({ type }) => type)).toEqual(['disconnected'])
  })

  it('wins over a refresh under way: the late tokens are revoked and nothing is stored', async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise, ...Array.from({ length: 4 }, () => new Response())])
    const refreshing = rejection(bench.connection.refresh())
    await bench.clock.advance(0)
    await bench.run(bench.connection.disconnect())
    answer.resolve(rotated(2))
    expect(await bench.run(refreshing)).toMatchObject({ code: 'not_connected' })
    expect(await bench.record()).toMatchObject({ state: 'closed', tokens: {} })
    expect(revocations(bench.fetch).map(({ token }) => token)).toEqual(['rt-1', 'at-1', 'rt-2', 'at-2'])
  })

  it('can be followed by a new start', async () => {
    const bench = await connectedBench([new Response(), new Response(), rotated(2)])
    await bench.run(bench.connection.disconnect())
    await bench.client.connect('ada', refreshToken('rt-anew'))
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect((await bench.record()).generation).toBe(4)
  })
})
