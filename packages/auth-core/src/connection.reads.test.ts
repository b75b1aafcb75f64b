import { describe, expect, it } from 'vitest'
import {
  connectedBench,
  createBench,
  deferred,
  exampleKey,
  oauthError,
  rejection,
  rotated,
  tokenAnswer,
} from '../test/bench.ts'
import { AuthError, clientCredentials, refreshToken, type Store } from './index.ts'
import { faultyStore, recordingStore, shiftedStore, type FaultyStore, type StoreOperation } from './testing/index.ts'

const hourMs = 3_600_000

describe('a valid access token', () => {
  it('is served without any store access', async () => {
    const operations: StoreOperation[] = []
    const bench = await connectedBench([], {
      store: (memory) => recordingStore(memory, (done) => operations.push(done)),
    })
    operations.length = 0
    const tokens = await Promise.all(Array.from({ length: 100 }, () => bench.connection.accessToken()))
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['at-1']))
    expect(operations).toEqual([])
  })

  it('is served while the store is away, and while a read of it hangs', async () => {
    let store!: FaultyStore
    const bench = await connectedBench([], { store: (memory) => (store = faultyStore(memory)) })
    store.fault({ step: 'read', effect: 'throw' })
    store.fault({ step: 'read', before: () => new Promise(() => undefined) })
    for (let call = 0; call < 3; call += 1) {
      await bench.clock.advance(6_000)
      expect((await bench.connection.accessToken()).value).toBe('at-1')
    }
    expect(store.pendingFaults()).toBe(0)
  })

  it('is served in doubt, while backing off, and after the grant ended', async () => {
    const bench = await connectedBench([new Response('', { status: 502 }), oauthError(400, 'invalid_grant')])
    await bench.clock.advance(hourMs - 200_000)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    await bench.clock.advance(0)
    expect(await bench.connection.status()).toMatchObject({ uncertain: true, state: 'active' })
    expect((await bench.connection.status()).backingOffUntilMs).toBeGreaterThan(bench.clock.wallMs())
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    await bench.clock.advance(61_000)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    await bench.clock.advance(0)
    expect(await bench.connection.status()).toMatchObject({ state: 'reauth', reason: 'invalid_grant' })
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    bench.fetch.assertDone()
  })

  it('is not served once the grant was disconnected elsewhere, as the next look after 5 s shows', async () => {
    const operations: StoreOperation[] = []
    const bench = await connectedBench([new Response(), new Response()], {
      store: (memory) => recordingStore(memory, (done) => operations.push(done)),
    })
    await bench.run(bench.another().connection.disconnect())
    await bench.clock.advance(4_000)
    operations.length = 0
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    expect(operations).toEqual([])
    await bench.clock.advance(1_000)
    // This call is still served; it starts the look in the background.
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    await bench.clock.advance(0)
    expect(operations.map(({ step }) => step)).toEqual(['read'])
    expect(await rejection(bench.connection.accessToken())).toMatchObject({ code: 'not_connected' })
  })

  it('is never replaced by an older one: a look that took long is from before the refresh', async () => {
    const delivered = deferred<void>()
    let store!: FaultyStore
    const bench = await connectedBench([rotated(2)], { store: (memory) => (store = faultyStore(memory)) })
    // Not due yet, so this call only looks; the answer of the store is on its way for long.
    await bench.clock.advance(hourMs - 316_000)
    store.fault({ step: 'read', after: () => delivered.promise })
    await bench.connection.accessToken()
    await bench.clock.advance(2_000)
    await bench.connection.accessToken()
    await bench.clock.advance(0)
    expect((await bench.connection.accessToken()).value).toBe('at-2')
    delivered.resolve()
    await bench.clock.advance(0)
    expect((await bench.connection.accessToken()).value).toBe('at-2')
    expect(store.pendingFaults()).toBe(0)
  })

  it('ends by whichever clock ran further since it was read', async () => {
    let jumpedMs = 0
    const bench = await connectedBench([rotated(2), rotated(3)], {
      store: (memory) => shiftedStore(memory, { nowOffsetMs: () => -jumpedMs }),
    })
    const jump = (stepMs: number) => {
      jumpedMs += stepMs
      bench.clock.jumpWall(stepMs)
    }
    // The machine slept: only the wall clock counted.
    jump(hourMs)
    jumpedMs = 0
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    // The wall clock is set back: only the monotonic one counts. The store's own clock is right.
    jump(-2 * hourMs)
    await bench.clock.advance(hourMs)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-3')
  })
})

describe('a due refresh', () => {
  it('runs in the background, once, while everybody gets the valid token', async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise])
    await bench.clock.advance(hourMs - 330_001)
    await bench.connection.accessToken()
    expect(bench.fetch.requests).toHaveLength(1)
    // 300 s before the end, plus the jitter of this connection: 5 % of it.
    await bench.clock.advance(15_001)
    const during = await Promise.all(Array.from({ length: 50 }, () => bench.connection.accessToken()))
    expect(new Set(during.map(({ value }) => value))).toEqual(new Set(['at-1']))
    await bench.clock.advance(0)
    expect(bench.fetch.requests).toHaveLength(2)
    answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect((await bench.connection.accessToken()).value).toBe('at-2')
    expect(bench.outcomes()).toEqual(['refreshed'])
  })

  it('is due a quarter of a short life before its end', async () => {
    const bench = createBench([rotated(1, { expires_in: 100 }), rotated(2)])
    await bench.client.connect('ada', refreshToken('rt-0'))
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(73_000)
    await bench.connection.accessToken()
    await bench.clock.advance(0)
    expect(bench.fetch.requests).toHaveLength(1)
    await bench.clock.advance(1_000)
    await bench.connection.accessToken()
    await bench.clock.advance(0)
    expect(bench.fetch.requests).toHaveLength(2)
  })

  it('never comes for a token of unknown lifetime', async () => {
    const bench = createBench([rotated(1, { expires_in: undefined })])
    await bench.client.connect('ada', refreshToken('rt-0'))
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(1_000 * hourMs)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    expect((await bench.connection.accessToken()).expiresAtMs).toBeUndefined()
    await bench.clock.advance(0)
    bench.fetch.assertDone()
  })

  it('is awaited by its caller when the background is off', async () => {
    const bench = await connectedBench([rotated(2)], { options: { background: 'off' } })
    await bench.clock.advance(hourMs - 200_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
  })

  it('still serves the valid token when the awaited refresh fails', async () => {
    const bench = await connectedBench([new Response('', { status: 503 })], { options: { background: 'off' } })
    await bench.clock.advance(hourMs - 200_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-1')
    expect(bench.outcomes()).toEqual(['unknown_5xx', 'served_valid'])
  })

  it('that is awaited and fails too late gives its error: the token has ended meanwhile', async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise], { options: { background: 'off' } })
    await bench.clock.advance(hourMs - 10_000)
    const waiting = rejection(bench.connection.accessToken())
    await bench.clock.advance(20_000)
    answer.resolve(new Response('', { status: 503 }))
    expect(await bench.run(waiting)).toMatchObject({ code: 'backing_off' })
  })

  it('is handed to the platform that keeps the process alive for it', async () => {
    const kept: Promise<void>[] = []
    const bench = await connectedBench([rotated(2)], { options: { background: (work) => void kept.push(work) } })
    kept.length = 0
    await bench.clock.advance(hourMs - 200_000)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    expect(kept).toHaveLength(1)
    await bench.run(Promise.all(kept))
    expect((await bench.connection.accessToken()).value).toBe('at-2')
  })

  it('is handed over also when callers wait for it: they may go away, and its answer may come late', async () => {
    const kept: Promise<void>[] = []
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise], {
      options: { background: (work) => void kept.push(work) },
    })
    kept.length = 0
    await bench.clock.advance(hourMs)
    const caller = new AbortController()
    const gone = rejection(bench.connection.accessToken({ signal: caller.signal }))
    await bench.clock.advance(31_000)
    caller.abort()
    await gone
    expect(kept).toHaveLength(1)
    answer.resolve(rotated(2))
    await bench.run(Promise.all(kept))
    expect((await bench.connection.accessToken()).value).toBe('at-2')
  })

  it('is still served when the platform refuses the work', async () => {
    const bench = await connectedBench([rotated(2)], {
      options: {
        background: () => {
          throw new Error('no request is under way')
        },
      },
    })
    await bench.clock.advance(hourMs - 200_000)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    await bench.clock.advance(0)
    expect((await bench.connection.accessToken()).value).toBe('at-2')
  })

  it.each([
    ['is away', new AuthError('store_failed', 'The store is away.'), 'read'],
    ['is read-only', new AuthError('store_read_only', 'The store is read-only.'), 'write'],
  ] as const)('is tried once a second while the store %s, not by each call', async (_what, error, step) => {
    const reads: StoreOperation[] = []
    let store!: FaultyStore
    const bench = await connectedBench([], {
      store: (memory) => {
        store = faultyStore(memory)
        return recordingStore(store, (done) => void (done.step === 'read' && reads.push(done)))
      },
    })
    await bench.clock.advance(hourMs - 200_000)
    reads.length = 0
    store.fault({ step, effect: 'throw', error, times: 1_000_000 })
    for (let call = 0; call < 500; call += 1) {
      expect((await bench.connection.accessToken()).value).toBe('at-1')
      await bench.clock.advance(1)
    }
    // One attempt to claim, which tries again by itself where that may help, and one look.
    expect(reads.length).toBeLessThan(15)
    bench.fetch.assertDone()
  })

  it('is tried again after its back-off, not by each call', async () => {
    const bench = await connectedBench([oauthError(429, 'slow'), oauthError(429, 'slow'), rotated(2)])
    await bench.clock.advance(hourMs - 290_000)
    for (let call = 0; call < 50; call += 1) {
      expect((await bench.connection.accessToken()).value).toBe('at-1')
      await bench.clock.advance(60)
    }
    // 3 s: at once, after 1 s, and the third after 2 s more.
    expect(bench.fetch.requests).toHaveLength(3)
    await bench.clock.advance(500)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    await bench.clock.advance(0)
    expect((await bench.connection.accessToken()).value).toBe('at-2')
    bench.fetch.assertDone()
  })

  it('stays away without autoRefresh, and refresh() does it by hand', async () => {
    const bench = await connectedBench([rotated(2)], { options: { autoRefresh: true } })
    const { connection } = bench.another({ autoRefresh: false })
    await bench.run(connection.accessToken())
    await bench.clock.advance(hourMs - 1_000)
    expect((await connection.accessToken()).value).toBe('at-1')
    await bench.clock.advance(1_000)
    expect(await rejection(connection.accessToken())).toMatchObject({ code: 'access_token_expired' })
    expect(bench.fetch.requests).toHaveLength(1)
    await bench.run(connection.refresh())
    expect((await connection.accessToken()).value).toBe('at-2')
  })
})

describe('without a valid token', () => {
  it('a thousand callers of a process cause one token request', async () => {
    const bench = await connectedBench([rotated(2)])
    await bench.clock.advance(hourMs)
    const tokens = await bench.run(Promise.all(Array.from({ length: 1_000 }, () => bench.connection.accessToken())))
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['at-2']))
    bench.fetch.assertDone()
  })

  it('a caller waits for a refresh that another process has under way, and joins it', async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise])
    const other = bench.another()
    await bench.clock.advance(hourMs)
    const first = bench.connection.accessToken()
    await bench.clock.advance(100)
    const second = other.connection.accessToken()
    await bench.clock.advance(3_000)
    answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect((await first).value).toBe('at-2')
    expect((await bench.run(second)).value).toBe('at-2')
    expect(other.events).toMatchObject([{ type: 'refresh', outcome: 'joined', generation: 3 }])
    bench.fetch.assertDone()
  })

  it.each([
    ['notices that are lost', { subscribe: () => () => undefined }],
    ['no notices at all', { subscribe: undefined as never }],
  ])('joins with a store that has %s, by looking', async (_what, change) => {
    const answer = deferred<Response>()
    const deaf = (memory: Store): Store => ({ ...memory, ...change })
    const bench = await connectedBench([() => answer.promise], { store: deaf })
    const other = bench.another()
    await bench.clock.advance(hourMs)
    const first = bench.connection.accessToken()
    await bench.clock.advance(100)
    const second = other.connection.accessToken()
    await bench.clock.advance(500)
    answer.resolve(rotated(2))
    await bench.clock.advance(250)
    expect([(await first).value, (await second).value]).toEqual(['at-2', 'at-2'])
  })

  it('gives up waiting after waitMs with wait_timeout, while the refresh goes on', async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise])
    const other = bench.another({ times: { waitMs: 2_000 } })
    await bench.clock.advance(hourMs)
    const first = bench.connection.accessToken()
    await bench.clock.advance(0)
    const second = rejection(other.connection.accessToken())
    await bench.clock.advance(2_000)
    expect(await second).toMatchObject({ code: 'wait_timeout', retryable: true })
    expect(other.events).toMatchObject([{ outcome: 'wait_timeout', durationMs: 2_000 }])
    answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect((await first).value).toBe('at-2')
  })

  it('a caller is told when the next attempt is due', async () => {
    const bench = await connectedBench([oauthError(429, 'rate'), rotated(2)])
    await bench.clock.advance(hourMs)
    const startMs = bench.clock.wallMs()
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
      code: 'rate_limited',
      retryable: true,
      retryAtMs: startMs + 1_000,
    })
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
      code: 'backing_off',
      retryable: true,
      retryAtMs: startMs + 1_000,
    })
    expect(await rejection(bench.run(bench.connection.refresh()))).toMatchObject({ code: 'backing_off' })
    expect(await bench.connection.status()).toMatchObject({ backingOffUntilMs: startMs + 1_000 })
    await bench.clock.advance(1_000)
    expect(await bench.connection.status()).not.toHaveProperty('backingOffUntilMs')
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
  })

  it('says not_connected when nothing is stored, and after a disconnect', async () => {
    const bench = createBench([])
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
      code: 'not_connected',
      action: 'reconnect',
      account: 'ada',
      provider: 'example',
    })
    expect(await rejection(bench.run(bench.connection.refresh()))).toMatchObject({ code: 'not_connected' })
    expect(await rejection(bench.run(bench.connection.exportTokens()))).toMatchObject({ code: 'not_connected' })
    expect(await bench.connection.status()).toEqual({
      state: 'absent',
      generation: 0,
      uncertain: false,
      unsaved: false,
      scopes: [],
    })
    await bench.client.connect('ada', clientCredentials())
    await bench.run(bench.connection.disconnect())
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'not_connected' })
    expect((await bench.connection.status()).state).toBe('closed')
    bench.fetch.assertDone()
  })

  it('says reconnect with the reason once the provider ended the grant, without asking it again', async () => {
    const bench = await connectedBench([oauthError(400, 'invalid_grant', 'gone')])
    await bench.clock.advance(hourMs)
    const first = await rejection(bench.run(bench.connection.accessToken()))
    expect(first).toMatchObject({
      code: 'reconnect',
      action: 'reconnect',
      retryable: false,
      oauthError: 'invalid_grant',
    })
    const second = await rejection(bench.run(bench.connection.accessToken()))
    expect(second).toMatchObject({ code: 'reconnect' })
    expect((second as Error).message).toContain('invalid_grant')
    bench.fetch.assertDone()
  })

  it('says reconnect for a grant that never got a refresh token', async () => {
    const bench = await connectedBench([])
    const { entry } = await bench.store.read(exampleKey('ada'))
    const record = JSON.parse(entry!.value)
    delete record.tokens.refreshToken
    await bench.store.write(exampleKey('ada'), JSON.stringify(record), { ifVersion: entry!.version })
    await bench.clock.advance(hourMs)
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'reconnect' })
    bench.fetch.assertDone()
  })

  it("a caller's signal ends that caller's wait, not the refresh", async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise])
    await bench.clock.advance(hourMs)
    const gone = new AbortController()
    const impatient = rejection(bench.connection.accessToken({ signal: gone.signal }))
    const patient = bench.connection.accessToken()
    await bench.clock.advance(10)
    gone.abort(new Error('left'))
    expect(await impatient).toMatchObject({ message: 'left' })
    expect(bench.fetch.requests[1]?.signal.aborted).toBe(false)
    answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect((await patient).value).toBe('at-2')
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-2' })
  })

  it('goes on when every caller has left', async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise])
    await bench.clock.advance(hourMs)
    const gone = new AbortController()
    const impatient = rejection(bench.connection.accessToken({ signal: gone.signal }))
    await bench.clock.advance(10)
    gone.abort()
    await impatient
    answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-2' })
  })

  it('an aborted caller gets its reason at once and no unhandled rejection is left', async () => {
    const bench = createBench([])
    const reason = new Error('before')
    expect(await rejection(bench.connection.accessToken({ signal: AbortSignal.abort(reason) }))).toBe(reason)
    await bench.clock.advance(0)
  })
})

describe('a 401 from the API', () => {
  it('refreshes once for all who report the current token, from 60 s of age', async () => {
    const bench = await connectedBench([rotated(2)])
    const refused = await bench.connection.accessToken()
    await bench.clock.advance(59_999)
    expect(await bench.run(bench.connection.accessToken({ refused }))).toBe(refused)
    expect(bench.fetch.requests).toHaveLength(1)
    await bench.clock.advance(1)
    const newer = await bench.run(
      Promise.all(Array.from({ length: 10 }, () => bench.connection.accessToken({ refused }))),
    )
    expect(new Set(newer.map(({ value }) => value))).toEqual(new Set(['at-2']))
    bench.fetch.assertDone()
  })

  it('that comes late, ten times, for an old token causes none', async () => {
    const bench = await connectedBench([rotated(2)])
    const old = await bench.connection.accessToken()
    await bench.clock.advance(hourMs)
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(120_000)
    for (let call = 0; call < 10; call += 1) {
      expect((await bench.run(bench.connection.accessToken({ refused: old }))).value).toBe('at-2')
      await bench.clock.advance(1_000)
    }
    bench.fetch.assertDone()
  })

  it('gives the token another process has fetched meanwhile', async () => {
    const bench = await connectedBench([rotated(2)])
    const other = bench.another()
    const refused = await bench.run(other.connection.accessToken())
    await bench.run(bench.connection.refresh())
    expect((await bench.run(other.connection.accessToken({ refused }))).value).toBe('at-2')
    bench.fetch.assertDone()
  })

  it('of two processes at once causes one refresh', async () => {
    const bench = await connectedBench([rotated(2)])
    const other = bench.another()
    const refused = await bench.run(other.connection.accessToken())
    await bench.clock.advance(60_000)
    const tokens = await bench.run(
      Promise.all([bench.connection.accessToken({ refused }), other.connection.accessToken({ refused })]),
    )
    expect(tokens.map(({ value }) => value)).toEqual(['at-2', 'at-2'])
    bench.fetch.assertDone()
  })

  it('marks the token as refused: nobody is given it again, in no process', async () => {
    const bench = await connectedBench([new Response('', { status: 503 }), rotated(2)])
    const refused = await bench.connection.accessToken()
    await bench.clock.advance(60_000)
    expect(await rejection(bench.run(bench.connection.accessToken({ refused })))).toMatchObject({
      code: 'provider_unavailable',
    })
    expect((await bench.record()).refused).toBe(true)
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'backing_off' })
    expect(await rejection(bench.run(bench.another().connection.accessToken()))).toMatchObject({ code: 'backing_off' })
    await bench.clock.advance(60_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect((await bench.record()).refused).toBe(false)
  })

  it('refreshes too when the clock was set back to before the token came', async () => {
    const bench = await connectedBench([rotated(2)])
    const refused = await bench.connection.accessToken()
    bench.clock.jumpWall(-hourMs)
    expect((await bench.run(bench.connection.accessToken({ refused }))).value).toBe('at-2')
  })

  it('goes to the caller when autoRefresh is off: the same token comes back', async () => {
    const bench = await connectedBench([])
    const { connection } = bench.another({ autoRefresh: false })
    await bench.clock.advance(100_000)
    const token = await bench.run(connection.accessToken())
    expect(await bench.run(connection.accessToken({ refused: token }))).toBe(token)
    bench.fetch.assertDone()
  })
})

describe('a token that has ended on arrival', () => {
  it('is an error, not a storm of requests', async () => {
    const bench = createBench(Array.from({ length: 3 }, (_, n) => rotated(n + 1, { expires_in: 1 })).map(late))
    function late(answer: Response) {
      return async () => {
        await new Promise<void>((resolve) => void bench.clock.setTimer(resolve, 1_500))
        return answer
      }
    }
    await bench.client.connect('ada', refreshToken('rt-0'))
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'response_invalid' })
    expect(bench.fetch.requests).toHaveLength(1)
    expect((await bench.record()).tokens.refreshToken).toBe('rt-1')
  })
})

describe('client credentials', () => {
  it('fetch their first token by the first call, once for a thousand cold starts', async () => {
    const bench = createBench([tokenAnswer({ scope: 'a b' })], { provider: { rotation: 'none' } })
    const start = async () => {
      const { client } = bench.another()
      const connection = await client.connect('ada', clientCredentials({ scopes: ['a', 'b'] }))
      return connection.accessToken()
    }
    const connections = await bench.run(
      Promise.all(
        Array.from({ length: 1_000 }, () => bench.client.connect('ada', clientCredentials({ scopes: ['a', 'b'] }))),
      ),
    )
    const tokens = await bench.run(Promise.all(connections.map((connection) => connection.accessToken())))
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['at-1']))
    expect(bench.events.filter(({ type }) => type === 'connected')).toHaveLength(1)
    expect((await bench.run(Promise.all(Array.from({ length: 50 }, start)))).length).toBe(50)
    bench.fetch.assertDone()
    expect(bench.fetch.requests[0]?.body).toBe('scope=a+b&grant_type=client_credentials')
  })
})
