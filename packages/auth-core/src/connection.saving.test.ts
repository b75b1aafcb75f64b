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
import {
  AuthError,
  clientCredentials,
  clientSecretBasic,
  refreshToken,
  type ConnectionStatus,
  type Store,
  type TokenSet,
} from './index.ts'
import { faultyStore, type FaultyStore, type ScriptedAnswer } from './testing/index.ts'

const hourMs = 3_600_000
const key = exampleKey('ada')

/** Connected, expired, on a store whose steps can be made to fail. */
async function faultyBench(script: (store: () => FaultyStore) => ScriptedAnswer[], options = {}) {
  let store!: FaultyStore
  const bench = await connectedBench(
    script(() => store),
    { store: (memory: Store) => (store = faultyStore(memory)), ...options },
  )
  await bench.clock.advance(hourMs)
  return { ...bench, faults: store }
}

describe('saving an answer', () => {
  it('comes before its callers get the token', async () => {
    const written = deferred<void>()
    const bench = await faultyBench((store) => [
      () => {
        store().fault({ step: 'write', before: () => written.promise })
        return rotated(2)
      },
    ])
    let served = false
    const waiting = bench.connection.accessToken().then(({ value }) => {
      served = true
      return value
    })
    await bench.clock.advance(4_000)
    expect(served).toBe(false)
    written.resolve()
    expect(await bench.run(waiting)).toBe('at-2')
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-2' })
  })

  it('is tried again while the store fails, and finds out what an interrupted write did', async () => {
    const bench = await faultyBench((store) => [
      () => {
        store().fault({ step: 'write', effect: 'throw', times: 3 })
        store().fault({ step: 'write', effect: 'apply-then-throw' })
        return rotated(2)
      },
    ])
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect((await bench.record()).generation).toBe(3)
    expect(bench.outcomes()).toEqual(['save_retried', 'save_retried', 'save_retried', 'save_retried', 'refreshed'])
    expect(bench.faults.pendingFaults()).toBe(0)
  })

  it.each(['write', 'everything'])(
    'after 5 s of a store that refuses %s serves its callers, and saves later',
    async (what) => {
      const bench = await faultyBench((store) => [
        () => {
          store().fault({ step: 'write', effect: 'throw', times: 30 })
          if (what === 'everything') store().fault({ step: 'read', effect: 'throw', times: 30 })
          return rotated(2)
        },
        rotated(3),
      ])
      const seen: ConnectionStatus[] = []
      bench.connection.onChange((status) => seen.push(status))
      const startMs = bench.clock.monotonicMs()
      expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
      expect(bench.clock.monotonicMs() - startMs).toBe(5_000)
      expect(await bench.connection.status()).toMatchObject({ unsaved: true, state: 'active', generation: 3 })
      expect(await bench.connection.exportTokens()).toMatchObject({ refreshToken: 'rt-2' })
      expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-1' })
      // Reading the older record does not bring the older token back.
      await bench.clock.advance(6_000)
      expect((await bench.connection.accessToken()).value).toBe('at-2')
      await bench.clock.advance(60_000)
      expect(bench.faults.pendingFaults()).toBe(0)
      expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-2' })
      expect(await bench.connection.status()).toMatchObject({ unsaved: false, generation: 3 })
      expect((await bench.connection.accessToken()).value).toBe('at-2')
      expect(seen.map(({ unsaved }) => unsaved)).toContain(true)
      expect(seen.at(-1)?.unsaved).toBe(false)
      await bench.run(bench.connection.refresh())
      expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-3' })
    },
  )

  it('that the store will never take ends in an error once the token has ended, not in a storm of reads', async () => {
    let reads = 0
    // Such as a store with a limit that these tokens exceed.
    const choosy = (memory: Store): Store => ({
      ...memory,
      read(of) {
        reads += 1
        return memory.read(of)
      },
      write: (of, value, options) =>
        value.includes('rt-2') ? Promise.reject(new Error('too large')) : memory.write(of, value, options),
    })
    const bench = await connectedBench([rotated(2, { expires_in: 100 })], { store: choosy })
    await bench.clock.advance(hourMs)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    await bench.clock.advance(101_000)
    reads = 0
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
      code: 'wait_timeout',
      retryable: true,
    })
    expect(reads).toBeLessThan(2_500)
    expect(bench.fetch.requests).toHaveLength(2)
    expect((await bench.connection.exportTokens()).refreshToken).toBe('rt-2')
  })

  it('is enough to serve its callers: the store may be away right after it', async () => {
    const bench = await faultyBench((store) => [
      () => {
        const away = async () => store().fault({ step: 'read', effect: 'throw', times: 5 })
        store().fault({ step: 'write', after: away })
        return rotated(2)
      },
    ])
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.faults.pendingFaults()).toBe(5)
  })

  it('that came late, of a token that cannot be taken out of use, is seen at the next look', async () => {
    const check = async () => {
      bench.faults.fault({ step: 'write', effect: 'throw', times: 1_000 })
      throw new AuthError('id_token_invalid', 'It names somebody else.')
    }
    const bench = await faultyBench(
      (store) => [
        () => {
          store().fault({ step: 'write', effect: 'throw', times: 20 })
          return rotated(2, { id_token: 'x' })
        },
      ],
      { options: { idToken: { check } } },
    )
    await bench.run(bench.connection.accessToken())
    expect((await bench.connection.status()).unsaved).toBe(true)
    await bench.clock.advance(60_000)
    expect(bench.faults.pendingFaults()).toBeLessThan(1_000)
    expect(await bench.connection.status()).toMatchObject({ unsaved: false, generation: 3 })
  })

  it('whose answer is overtaken by newer tokens of another process takes nobody back to its own', async () => {
    const overtaken = deferred<void>()
    const bench = await faultyBench((store) => [
      () => {
        store().fault({ step: 'write', after: () => overtaken.promise })
        return rotated(2)
      },
      rotated(3),
    ])
    const waiting = bench.connection.accessToken()
    await bench.clock.advance(0)
    await bench.run(bench.another().connection.refresh())
    await bench.run(bench.connection.status())
    expect((await bench.connection.accessToken()).value).toBe('at-3')
    overtaken.resolve()
    expect((await bench.run(waiting)).value).toBe('at-3')
    expect((await bench.connection.accessToken()).value).toBe('at-3')
  })

  it('that failed for long gives way to a disconnect elsewhere, and revokes the token nobody will hold', async () => {
    const bench = await faultyBench((store) => [
      () => {
        store().fault({ step: 'write', effect: 'throw', times: 20 })
        return rotated(2)
      },
      new Response(),
      new Response(),
      new Response(),
    ])
    await bench.run(bench.connection.accessToken())
    expect((await bench.connection.status()).unsaved).toBe(true)
    // The other process reaches the store.
    const { store } = bench
    const { entry } = await store.read(key)
    const record = { ...JSON.parse(entry!.value), state: 'closed', tokens: {} }
    delete record.claim
    while (bench.faults.pendingFaults() > 1) await bench.clock.advance(100)
    await bench.faults.write(key, '', { ifVersion: 'none' }).catch(() => undefined)
    await bench.faults.write(key, JSON.stringify(record), { ifVersion: entry!.version })
    await bench.clock.advance(10_000)
    expect(await rejection(bench.connection.accessToken())).toMatchObject({ code: 'not_connected' })
    expect((await bench.connection.status()).state).toBe('closed')
    const revoked = bench.fetch.requests.filter(({ url }) => url.endsWith('/revoke')).map(({ body }) => body)
    expect(revoked).toEqual(['token_type_hint=refresh_token&token=rt-2', 'token_type_hint=access_token&token=at-2'])
  })

  it('that is under way does not survive a disconnect here', async () => {
    const bench = await faultyBench((store) => [
      () => {
        store().fault({ step: 'write', effect: 'throw', times: 20 })
        return rotated(2)
      },
      new Response(),
      new Response(),
      new Response(),
    ])
    await bench.run(bench.connection.accessToken())
    expect((await bench.connection.status()).unsaved).toBe(true)
    await bench.run(bench.connection.disconnect())
    expect(await rejection(bench.connection.accessToken())).toMatchObject({ code: 'not_connected' })
    await bench.clock.advance(30_000)
    expect(await rejection(bench.connection.accessToken())).toMatchObject({ code: 'not_connected' })
    expect((await bench.record()).state).toBe('closed')
    const revoked = bench.fetch.requests.filter(({ url }) => url.endsWith('/revoke')).map(({ body }) => body)
    expect(revoked).toContain('token_type_hint=refresh_token&token=rt-2')
  })
})

describe('an answer that comes late', () => {
  async function lateBench(script: ScriptedAnswer[] = [], options = {}) {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise, ...script], options)
    await bench.clock.advance(hourMs)
    const error = await rejection(bench.run(bench.connection.accessToken()))
    return { ...bench, answer, error }
  }

  it('ends the claim as unknown after 30 s, and is saved when it comes before the next probe', async () => {
    const bench = await lateBench()
    expect(bench.error).toMatchObject({ code: 'provider_no_answer', retryable: true })
    expect(bench.outcomes()).toEqual(['unknown_timeout'])
    expect(await bench.record()).toMatchObject({ state: 'active', unresolved: 1 })
    await bench.clock.advance(50_000)
    bench.answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect(await bench.record()).toMatchObject({
      generation: 3,
      unresolved: 0,
      retryAtMs: 0,
      tokens: { refreshToken: 'rt-2' },
    })
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.outcomes()).toEqual(['unknown_timeout', 'refreshed'])
  })

  it('is told to the hook of the process that saved it', async () => {
    const told: (string | undefined)[] = []
    const onTokenRefresh = async (tokens: TokenSet) => void told.push(tokens.refreshToken)
    const bench = await lateBench([], { options: { onTokenRefresh } })
    bench.answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect(told).toEqual(['rt-1', 'rt-2'])
  })

  it('is not listened for any more when the next probe is near', async () => {
    const bench = await lateBench([rotated(3)])
    const [, late] = bench.fetch.requests
    await bench.clock.advance(54_999)
    expect(late?.signal.aborted).toBe(false)
    await bench.clock.advance(1)
    expect(late?.signal.aborted).toBe(true)
    await bench.clock.advance(5_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-3')
    bench.answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-3' })
  })

  it('to a second presentation is listened for longer, as its quiet time is longer', async () => {
    const second = deferred<Response>()
    const bench = await lateBench([() => second.promise])
    await bench.clock.advance(60_000)
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'provider_no_answer' })
    expect(await bench.record()).toMatchObject({ unresolved: 2 })
    await bench.clock.advance(114_000)
    second.resolve(rotated(3))
    await bench.clock.advance(0)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-3')
  })

  it('that brings no tokens leaves the record as it was settled', async () => {
    const bench = await lateBench()
    const before = await bench.record()
    bench.answer.resolve(oauthError(400, 'invalid_grant'))
    await bench.clock.advance(0)
    expect(await bench.record()).toEqual(before)
  })

  it('is revoked when the account was disconnected meanwhile, and changes nothing', async () => {
    const bench = await lateBench([new Response(), new Response(), new Response(), new Response()])
    await bench.run(bench.connection.disconnect())
    const before = await bench.record()
    bench.answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect(await bench.record()).toEqual(before)
    expect(bench.fetch.requests.slice(2).map(({ body }) => new URLSearchParams(body).get('token'))).toEqual([
      'rt-1',
      'at-1',
      'rt-2',
      'at-2',
    ])
    expect(bench.outcomes()).toEqual(['unknown_timeout', 'race_lost'])
  })

  it('without a refresh token is revoked after a disconnect too', async () => {
    const bench = await lateBench([new Response(), new Response(), new Response()])
    await bench.run(bench.connection.disconnect())
    bench.answer.resolve(tokenAnswer({ access_token: 'at-2' }))
    await bench.clock.advance(0)
    expect(new URLSearchParams(bench.fetch.requests[4]?.body).get('token')).toBe('at-2')
  })

  it('that repeats the token that was sent revokes nothing: it may have been installed anew', async () => {
    const bench = await lateBench([], { provider: { revocationEndsGrant: false } })
    await bench.client.connect('ada', refreshToken('rt-1'))
    bench.answer.resolve(tokenAnswer({ access_token: 'at-2', refresh_token: 'rt-1' }))
    await bench.clock.advance(0)
    expect(bench.outcomes()).toEqual(['unknown_timeout', 'race_lost'])
    bench.fetch.assertDone()
  })

  it('is dropped quietly when it cannot be revoked', async () => {
    let isAway = false
    const authentication = clientSecretBasic(() => (isAway ? Promise.reject(new Error('vault')) : 'client-secret'))
    const bench = await lateBench([], { options: { authentication } })
    isAway = true
    await bench.run(bench.connection.disconnect())
    bench.answer.resolve(rotated(2))
    await bench.run(Promise.resolve(bench.client[Symbol.asyncDispose]()))
    expect(bench.outcomes()).toEqual(['unknown_timeout', 'race_lost'])
  })

  it.each([
    [true, 0],
    [false, 1],
  ])(
    'for a grant that was installed anew: revoked only where that cannot end the new one (%s)',
    async (ends, revoked) => {
      const bench = await lateBench(revoked ? [new Response()] : [], { provider: { revocationEndsGrant: ends } })
      await bench.client.connect('ada', refreshToken('rt-anew'))
      bench.answer.resolve(rotated(2))
      await bench.clock.advance(0)
      expect((await bench.record()).tokens).toEqual({ refreshToken: 'rt-anew' })
      expect(bench.fetch.requests).toHaveLength(2 + revoked)
      bench.fetch.assertDone()
    },
  )
})

describe('a claim', () => {
  it('whose time to send was used up by a slow store is given back, and nothing is sent', async () => {
    let clock!: { setTimer(run: () => void, delayMs: number): () => void }
    const bench = await faultyBench(() => [rotated(2)])
    ;({ clock } = bench)
    const slow = () => new Promise<void>((resolve) => void clock.setTimer(resolve, 5_000))
    bench.faults.fault({ step: 'write', after: slow })
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'provider_unreachable' })
    expect(bench.fetch.requests).toHaveLength(1)
    expect(await bench.record()).toMatchObject({ state: 'active', failures: 1, unresolved: 0 })
    expect(bench.outcomes()).toEqual(['never_sent'])
    await bench.clock.advance(1_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
  })

  it('that won although its write was interrupted is recognised and used', async () => {
    const bench = await faultyBench(() => [rotated(2)])
    bench.faults.fault({ step: 'write', effect: 'apply-then-throw' })
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    bench.fetch.assertDone()
  })

  it('that cannot be written fails the caller with the error of the store, and sends nothing', async () => {
    const bench = await faultyBench(() => [])
    bench.faults.fault({ step: 'write', effect: 'throw', times: 1_000 })
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
      code: 'store_failed',
      retryable: true,
    })
    expect((await bench.record()).state).toBe('active')
    bench.fetch.assertDone()
  })

  it('that cannot be given back tells what the provider said, and fails with the error of the store', async () => {
    const bench = await faultyBench((store) => [
      () => {
        store().fault({ step: 'write', effect: 'throw', times: 1_000 })
        return oauthError(400, 'invalid_grant')
      },
    ])
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'store_failed' })
    expect(bench.events).toMatchObject([{ outcome: 'rejected', error: { code: 'reconnect' } }])
    expect((await bench.record()).state).toBe('claimed')
  })

  it('on a store that is read-only fails with its error; an answer that meets one is kept in memory', async () => {
    const error = new AuthError('store_read_only', 'The database is read-only.')
    const bench = await faultyBench((store) => [
      () => {
        store().fault({ step: 'write', effect: 'throw', error, times: 1_000 })
        return rotated(2)
      },
    ])
    bench.faults.fault({ step: 'write', effect: 'throw', error })
    expect(await rejection(bench.run(bench.connection.accessToken()))).toBe(error)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(await bench.connection.status()).toMatchObject({ unsaved: true })
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-1' })
  })

  it('of a process that died is taken over after its deadline, then rests for the quiet time', async () => {
    const bench = await connectedBench([() => new Promise<Response>(() => undefined), rotated(2)])
    await bench.clock.advance(hourMs)
    const startMs = bench.clock.monotonicMs()
    const abandoned = rejection(bench.connection.accessToken())
    await bench.clock.advance(0)
    const claimed = await bench.store.read(key)
    // Its own time-out ends the claim; the record is put back as a process that died meanwhile would have left it.
    await bench.run(abandoned)
    const released = await bench.store.read(key)
    await bench.store.write(key, claimed.entry!.value, { ifVersion: released.entry!.version })
    const other = bench.another()
    const waiting = rejection(other.connection.accessToken())
    await bench.clock.advance(startMs + 45_000 - bench.clock.monotonicMs())
    expect(other.events).toEqual([])
    expect(await bench.run(waiting)).toMatchObject({ code: 'backing_off' })
    expect(other.events).toMatchObject([{ outcome: 'taken_over' }])
    expect(bench.clock.monotonicMs() - startMs).toBeLessThan(45_300)
    expect(await bench.record()).toMatchObject({ state: 'active', unresolved: 1 })
    await bench.clock.advance(60_000)
    expect((await bench.run(other.connection.accessToken())).value).toBe('at-2')
    expect(other.events.at(-1)).toMatchObject({ outcome: 'probe_ok' })
  })

  it('from the future is taken over at once: the clock was set back', async () => {
    const bench = await connectedBench([() => new Promise<Response>(() => undefined)], {
      provider: { rotation: 'none' },
    })
    await bench.clock.advance(hourMs)
    bench.connection.accessToken().catch(() => undefined)
    await bench.clock.advance(0)
    expect((await bench.record()).state).toBe('claimed')
    bench.clock.jumpWall(-2 * hourMs)
    const other = bench.another()
    await bench.run(rejection(other.connection.refresh()))
    expect(other.events).toMatchObject([{ outcome: 'taken_over' }])
  })

  it('on a record that was removed meanwhile is none, and nothing is sent', async () => {
    const bench = await faultyBench(() => [])
    bench.faults.fault({
      step: 'read',
      after: async () => {
        const { entry } = await bench.store.read(key)
        await bench.store.remove(key, { ifVersion: entry!.version })
      },
    })
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'not_connected' })
    bench.fetch.assertDone()
  })

  it('that fails after somebody installed another grant is a lost race, and the new grant is used', async () => {
    const answer = deferred<Response>()
    const bench = await faultyBench(() => [() => answer.promise, rotated(5)])
    const waiting = bench.connection.accessToken()
    await bench.clock.advance(0)
    await bench.client.connect('ada', refreshToken('rt-anew'))
    answer.resolve(oauthError(400, 'invalid_grant'))
    expect((await bench.run(waiting)).value).toBe('at-5')
    expect(bench.outcomes()).toEqual(['race_lost', 'refreshed'])
    expect(await bench.record()).toMatchObject({ state: 'active', tokens: { refreshToken: 'rt-5' } })
  })

  it('lost to another process is not an error: its tokens are used', async () => {
    const bench = await faultyBench(() => [rotated(2)])
    const other = bench.another()
    const theirs: Promise<unknown>[] = []
    bench.faults.fault({
      step: 'read',
      after: async () => void theirs.push(other.connection.accessToken()),
    })
    const ours = await bench.run(bench.connection.accessToken())
    expect(ours.value).toBe('at-2')
    await bench.run(Promise.all(theirs))
    bench.fetch.assertDone()
  })
})

describe('onTokenRefresh', () => {
  it('is awaited after the save and before anybody gets the tokens', async () => {
    const done = deferred<void>()
    const seen: unknown[] = []
    const bench = await connectedBench([rotated(2)], {
      options: {
        onTokenRefresh: async (tokens) => {
          seen.push([tokens.refreshToken, tokens.accessToken, tokens.generation, (await bench?.record())?.generation])
          if (tokens.refreshToken === 'rt-2') await done.promise
        },
      },
    })
    await bench.clock.advance(hourMs)
    let served = false
    const waiting = bench.connection.accessToken().then((token) => {
      served = true
      return token
    })
    await bench.clock.advance(10_000)
    expect([served, seen.at(-1)]).toEqual([false, ['rt-2', 'at-2', 3, 3]])
    expect((await bench.run(bench.another().connection.status())).unsaved).toBe(false)
    done.resolve()
    expect((await bench.run(waiting)).value).toBe('at-2')
  })

  it('that fails is an event and is tried again, and loses nothing', async () => {
    const calls: number[] = []
    const bench = await connectedBench([rotated(2)], {
      options: {
        onTokenRefresh: async ({ generation }) => {
          calls.push(generation)
          if (generation === 3 && calls.filter((each) => each === 3).length < 3) throw new Error('rt-2 not saved')
        },
      },
    })
    await bench.clock.advance(hourMs)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    await bench.clock.advance(60_000)
    expect(calls).toEqual([2, 3, 3, 3])
    const failures = bench.events.filter(({ type }) => type === 'hook_failed')
    expect(failures).toMatchObject([
      { generation: 3, attempt: 1 },
      { generation: 3, attempt: 2 },
    ])
    expect(JSON.stringify(failures)).not.toContain('rt-2')
  })

  it('of older tokens is not tried again once newer ones came', async () => {
    const calls: number[] = []
    const bench = await connectedBench([rotated(2), rotated(3)], {
      options: {
        onTokenRefresh: async ({ generation }) => {
          calls.push(generation)
          if (generation === 3) throw new Error('no')
        },
      },
    })
    await bench.run(bench.connection.refresh())
    await bench.run(bench.connection.refresh())
    await bench.clock.advance(60_000)
    expect(calls).toEqual([2, 3, 4])
  })
})

describe('onChange', () => {
  it('tells of each change this process sees, until it is stopped; a broken listener breaks nothing', async () => {
    const bench = await connectedBench([rotated(2), oauthError(400, 'invalid_grant')])
    const states: string[] = []
    bench.connection.onChange(() => {
      throw new Error('broken listener')
    })
    const stop = bench.connection.onChange(({ state, generation }) => states.push(`${state} ${generation}`))
    await bench.run(bench.connection.refresh())
    expect((await bench.connection.accessToken()).value).toBe('at-2')
    expect(states.at(-1)).toBe('active 3')
    await rejection(bench.run(bench.connection.refresh()))
    expect(states.at(-1)).toBe('reauth 3')
    stop()
    const before = states.length
    await bench.client.connect('ada', refreshToken('rt-9'))
    expect(states).toHaveLength(before)
  })
})

describe('onEvent', () => {
  it('that throws breaks nothing', async () => {
    const bench = createBench([tokenAnswer()], {
      options: {
        onEvent: () => {
          throw new Error('broken log')
        },
      },
    })
    await bench.run(bench.client.connect('ada', clientCredentials()))
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-1')
  })
})

describe('disposing', () => {
  it('waits for an outstanding answer and its save', async () => {
    const answer = deferred<Response>()
    const bench = await connectedBench([() => answer.promise])
    await bench.clock.advance(hourMs)
    bench.connection.accessToken().catch(() => undefined)
    await bench.clock.advance(0)
    let isDisposed = false
    const disposed = Promise.resolve(bench.client[Symbol.asyncDispose]()).then(() => {
      isDisposed = true
    })
    await bench.clock.advance(1_000)
    expect(isDisposed).toBe(false)
    answer.resolve(rotated(2))
    await bench.run(disposed)
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-2' })
  })

  it('waits for a late answer too, and ends when nobody listens any more', async () => {
    const bench = await connectedBench([() => new Promise<Response>(() => undefined)])
    await bench.clock.advance(hourMs)
    await rejection(bench.run(bench.connection.accessToken()))
    const startMs = bench.clock.monotonicMs()
    await bench.run(Promise.resolve(bench.connection[Symbol.asyncDispose]()))
    expect(bench.clock.monotonicMs() - startMs).toBe(55_000)
    expect(bench.clock.pendingTimers).toEqual([])
  })

  it('closes the client: every call rejects with client_closed and sends nothing', async () => {
    const bench = await connectedBench([])
    await bench.client[Symbol.asyncDispose]()
    const { connection, client } = bench
    const calls = [
      () => connection.accessToken(),
      () => connection.refresh(),
      () => connection.status(),
      () => connection.exportTokens(),
      () => connection.disconnect(),
      () => connection.fetch('https://api.example.com/x'),
      () => client.connect('ada', clientCredentials()),
      () => client.beginAuthorization('ada', { redirectUri: 'https://app.example.com/cb', session: 's' }),
      () => client.completeAuthorization(new URL('https://app.example.com/cb?state=x&code=y'), { session: 's' }),
    ]
    for (const call of calls) expect(await rejection(call())).toMatchObject({ code: 'client_closed' })
    expect(() => client.connection('ada')).toThrow(expect.objectContaining({ code: 'client_closed' }))
    bench.fetch.assertDone()
  })
})

describe('asking the provider about a token in doubt', () => {
  const provider = { introspectsRefreshTokens: true }

  it('active: it is used again at once after the quiet time', async () => {
    const bench = await connectedBench([new TypeError('fetch failed'), Response.json({ active: true }), rotated(2)], {
      provider,
    })
    await bench.clock.advance(hourMs)
    await rejection(bench.run(bench.connection.accessToken()))
    await bench.clock.advance(60_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    const [, , question] = bench.fetch.requests
    expect(question).toMatchObject({
      url: 'https://auth.example.com/introspect',
      redirect: 'manual',
      body: 'token_type_hint=refresh_token&token=rt-1',
    })
    expect(bench.outcomes()).toEqual(['unknown_reset', 'refreshed'])
  })

  it('inactive: the grant ended, and the token is not presented', async () => {
    const bench = await connectedBench([new TypeError('fetch failed'), Response.json({ active: false })], { provider })
    await bench.clock.advance(hourMs)
    await rejection(bench.run(bench.connection.accessToken()))
    await bench.clock.advance(60_000)
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'reconnect' })
    expect(await bench.connection.status()).toMatchObject({ state: 'reauth', reason: 'introspected_inactive' })
    bench.fetch.assertDone()
  })

  it.each([
    ['an error', () => new Response('', { status: 500 })],
    ['a page', () => new Response('<html>')],
    ['active of the wrong type', () => Response.json({ active: 'true' })],
    ['nothing', () => Promise.reject(new TypeError('fetch failed'))],
  ])('answered with %s: the doubt stays, and the probe decides', async (_what, answer) => {
    const bench = await connectedBench([new TypeError('fetch failed'), answer, rotated(2)], { provider })
    await bench.clock.advance(hourMs)
    await rejection(bench.run(bench.connection.accessToken()))
    await bench.clock.advance(60_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.outcomes()).toEqual(['unknown_reset', 'probe_ok'])
  })

  it('answered about a record that was written meanwhile: the answer is not used', async () => {
    const meanwhile: ScriptedAnswer = async () => {
      const { entry } = await bench.store.read(key)
      await bench.store.write(key, entry!.value, { ifVersion: entry!.version })
      return Response.json({ active: false })
    }
    const bench = await connectedBench([new TypeError('fetch failed'), meanwhile, rotated(2)], { provider })
    await bench.clock.advance(hourMs)
    await rejection(bench.run(bench.connection.accessToken()))
    await bench.clock.advance(60_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
  })

  it('without an answer is given up after 30 s', async () => {
    const bench = await connectedBench(
      [new TypeError('fetch failed'), () => new Promise<Response>(() => undefined), rotated(2)],
      { provider },
    )
    await bench.clock.advance(hourMs)
    await rejection(bench.run(bench.connection.accessToken()))
    await bench.clock.advance(60_000)
    const startMs = bench.clock.monotonicMs()
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.clock.monotonicMs() - startMs).toBe(30_000)
  })
})

describe('a secret function', () => {
  it('is asked anew for each token request', async () => {
    const secrets = ['first-secret', 'second-secret']
    const bench = createBench([rotated(1), rotated(2)], {
      options: { authentication: clientSecretBasic(async () => secrets.shift() ?? 'none') },
    })
    await bench.client.connect('ada', refreshToken('rt-0'))
    await bench.run(bench.connection.accessToken())
    await bench.run(bench.connection.refresh())
    expect(bench.fetch.requests.map(({ headers }) => atob(headers.get('authorization')?.slice(6) ?? ''))).toEqual([
      'client%2D1:first%2Dsecret',
      'client%2D1:second%2Dsecret',
    ])
  })
})
