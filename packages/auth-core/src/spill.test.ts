import { describe, expect, it } from 'vitest'
import {
  createBench,
  exampleKey,
  oauthError,
  rejection,
  rotated,
  type Bench,
  type BenchOptions,
} from '../test/bench.ts'
import { AuthError, refreshToken, type AuthClientOptions, type Store } from './index.ts'
import { spillTo } from './spill.ts'
import { createEncryptedStore } from './stores/encrypted.ts'
import { createMemoryStore } from './stores/memory.ts'
import { faultyStore, type FaultyStore, type ScriptedAnswer } from './testing/index.ts'

const hourMs = 3_600_000
const key = exampleKey('ada')
const spillKey = `spill/${key}`

/** A store that can be made to take no writes, until told otherwise. */
interface GatedStore extends FaultyStore {
  refuseWith?: (() => Promise<never>) | undefined
}

function gated(store: Store): GatedStore {
  const faulty = faultyStore(store)
  const gate: GatedStore = {
    ...faulty,
    write: (at, value, options) => gate.refuseWith?.() ?? faulty.write(at, value, options),
  }
  return gate
}

const down = async (problem = new Error('disk full')): Promise<never> => {
  throw problem
}
const hanging = () => new Promise<never>(() => undefined)

interface SpillBench extends Bench {
  /** The store as the first process sees it. */
  readonly faults: GatedStore
  readonly memory: Store
  readonly spill: GatedStore
  /** Another process, which reaches the store. */
  join(options?: Partial<AuthClientOptions>): ReturnType<Bench['another']>
  spilled(): Promise<unknown>
  /** From here on the first process cannot write to the store. */
  refuse(error?: Error): void
}

/** Connected, with an ended access token, on a store and a spill that can be made to fail. */
async function spillBench(script: readonly ScriptedAnswer[], options: BenchOptions = {}): Promise<SpillBench> {
  let memory!: Store
  let faults!: GatedStore
  const spill = gated(createMemoryStore({ clock: { wallMs: () => bench.clock.wallMs() } }))
  const bench: Bench = createBench([rotated(1), ...script], {
    ...options,
    store: (plain) => {
      memory = plain
      return (faults = gated(plain))
    },
    options: { spill: spillTo(spill, { volatile: 'accept' }), ...options.options },
  })
  await bench.client.connect('ada', refreshToken('rt-0'))
  await bench.run(bench.connection.accessToken())
  bench.events.length = 0
  await bench.clock.advance(hourMs)
  return {
    ...bench,
    faults,
    memory,
    spill,
    join: (more = {}) => bench.another({ store: memory, ...more }),
    spilled: async () => (await spill.read(spillKey)).entry?.value,
    refuse(error) {
      faults.refuseWith = () => down(error)
    },
  }
}

/** An answer after which the store refuses the first process. */
const thenRefused = (bench: () => SpillBench, n = 2): ScriptedAnswer => {
  return () => {
    bench().refuse()
    return rotated(n)
  }
}

/** A bench whose tokens of generation 3 lie in the spill, and nowhere else but in the first process. */
async function spilledBench(script: readonly ScriptedAnswer[] = [], options: BenchOptions = {}): Promise<SpillBench> {
  const bench: SpillBench = await spillBench([thenRefused(() => bench), ...script], options)
  expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
  await bench.clock.advance(0)
  expect(await bench.spilled()).toContain('rt-2')
  // The first process is as good as dead.
  bench.faults.refuseWith = hanging
  return bench
}

const outcomesOf = (events: Bench['events']) =>
  events.flatMap((event) => (event.type === 'refresh' && event.outcome !== 'save_retried' ? [event.outcome] : []))

describe('tokens that the store refuses', () => {
  it('lie in the spill after 5 s; callers are served, and the status says where the newest tokens are not', async () => {
    const bench: SpillBench = await spillBench([thenRefused(() => bench)])
    const waiting = bench.connection.accessToken()
    await bench.clock.advance(4_999)
    expect(await bench.spilled()).toBeUndefined()
    await bench.clock.advance(1)
    expect(await bench.spilled()).toContain('rt-2')
    expect((await waiting).value).toBe('at-2')
    expect(await bench.connection.status()).toMatchObject({ unsaved: true, generation: 3 })
    expect(outcomesOf(bench.events)).toEqual(['save_spilled'])
    expect(bench.events.at(-1)).toMatchObject({ provider: 'example', account: 'ada', generation: 2 })
  })

  it('for good lie there at once', async () => {
    const bench: SpillBench = await spillBench([
      () => {
        bench.refuse(new AuthError('store_read_only', 'The disk is read-only.'))
        return rotated(2)
      },
    ])
    bench.connection.accessToken().catch(() => undefined)
    await bench.clock.advance(0)
    expect(await bench.spilled()).toContain('rt-2')
  })

  it('and came late lie there at its first refusal: the next probe may be near', async () => {
    const answer = Promise.withResolvers<Response>()
    const bench = await spillBench([() => answer.promise])
    await rejection(bench.run(bench.connection.accessToken()))
    await bench.clock.advance(54_999)
    bench.refuse()
    answer.resolve(rotated(2))
    await bench.clock.advance(0)
    expect(await bench.spilled()).toContain('rt-2')
    await bench.clock.advance(5_001)
    expect((await bench.run(bench.join().connection.accessToken())).value).toBe('at-2')
  })

  it('and takes within 5 s never touch it', async () => {
    const bench: SpillBench = await spillBench([
      () => {
        bench.faults.fault({ step: 'write', effect: 'throw', times: 5 })
        bench.spill.fault({ step: 'write' })
        return rotated(2)
      },
    ])
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(20_000)
    expect(bench.spill.pendingFaults()).toBe(1)
    expect(await bench.connection.status()).toMatchObject({ unsaved: false, generation: 3 })
  })

  it('are settled once it takes them, and leave the spill', async () => {
    const bench: SpillBench = await spillBench([
      () => {
        bench.faults.fault({ step: 'write', effect: 'throw', times: 40 })
        return rotated(2)
      },
    ])
    await bench.run(bench.connection.accessToken())
    expect(await bench.spilled()).toBeDefined()
    await bench.clock.advance(60_000)
    expect(await bench.record()).toMatchObject({ state: 'active', generation: 3, tokens: { refreshToken: 'rt-2' } })
    expect(await bench.spilled()).toBeUndefined()
    expect(await bench.connection.status()).toMatchObject({ unsaved: false, generation: 3 })
    expect(outcomesOf(bench.events)).toEqual(['save_spilled', 'refreshed'])
  })

  it.each(['throw', 'apply-then-throw'] as const)(
    'are tried in the spill again when a write of it ends with "%s", and the event says so',
    async (effect) => {
      const bench: SpillBench = await spillBench([thenRefused(() => bench)])
      bench.spill.fault({ step: 'write', effect, error: new AuthError('store_busy', 'The spill is locked.') })
      await bench.run(bench.connection.accessToken())
      await bench.clock.advance(2_000)
      expect(await bench.spilled()).toContain('rt-2')
      expect(outcomesOf(bench.events)).toEqual(['save_spilled'])
      const told = bench.events.flatMap((event) => ('error' in event ? [event.error?.message] : []))
      expect(told).toContain('The spill is locked.')
    },
  )

  it('stay in memory when the spill refuses them too, and are saved later', async () => {
    const bench: SpillBench = await spillBench([
      () => {
        bench.faults.fault({ step: 'write', effect: 'throw', times: 60 })
        bench.spill.fault({ step: 'write', effect: 'throw', times: 60, error: new Error('disk full') })
        return rotated(2)
      },
    ])
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    const told = bench.events.flatMap((event) => ('error' in event ? [event.error?.message] : []))
    expect(told).toContain('The spill did not answer. Nothing was lost; try again when it is back.')
    await bench.clock.advance(120_000)
    expect(await bench.record()).toMatchObject({ generation: 3, tokens: { refreshToken: 'rt-2' } })
    expect(outcomesOf(bench.events)).toEqual(['refreshed'])
  })
})

describe('the process that wrote them there', () => {
  it('settles them once, whoever looks meanwhile', async () => {
    const bench: SpillBench = await spillBench([thenRefused(() => bench)])
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(0)
    const forced = [bench.connection.refresh(), bench.connection.refresh()].map((call) => rejection(call))
    expect(await bench.run(Promise.all(forced))).toMatchObject([{ retryable: true }, { retryable: true }])
    await bench.clock.advance(6_000)
    bench.faults.refuseWith = undefined
    await bench.clock.advance(5_000)
    expect(await bench.record()).toMatchObject({ generation: 3, tokens: { refreshToken: 'rt-2' } })
    expect(outcomesOf(bench.events).filter((outcome) => outcome !== 'wait_timeout')).toEqual([
      'save_spilled',
      'refreshed',
    ])
  })
})

describe('another process', () => {
  it('settles what a process left before it died, without asking the provider', async () => {
    const saved: (string | undefined)[] = []
    const bench = await spilledBench()
    const next = bench.join({ onTokenRefresh: async (tokens) => void saved.push(tokens.refreshToken) })
    expect((await bench.run(next.connection.accessToken())).value).toBe('at-2')
    expect(await bench.record()).toMatchObject({ state: 'active', generation: 3, tokens: { refreshToken: 'rt-2' } })
    expect(await bench.spilled()).toBeUndefined()
    expect(outcomesOf(next.events)).toEqual(['refreshed'])
    expect(saved).toEqual(['rt-2'])
    bench.fetch.assertDone()
  })

  it('counts the age of what it found', async () => {
    const bench = await spilledBench([rotated(3)])
    await bench.clock.advance(hourMs)
    const next = bench.join()
    expect(await bench.run(next.connection.exportTokens())).toMatchObject({ refreshToken: 'rt-2' })
    expect((await bench.run(next.connection.accessToken())).value).toBe('at-3')
  })

  it('serves its callers from the spill while the store refuses it, too, and waits for nothing at its end', async () => {
    const bench = await spilledBench()
    bench.refuse()
    const next = bench.join({ store: bench.faults })
    expect((await bench.run(next.connection.accessToken())).value).toBe('at-2')
    expect(await next.connection.status()).toMatchObject({ unsaved: true, generation: 3 })
    expect(await next.connection.exportTokens()).toMatchObject({ refreshToken: 'rt-2' })
    const startMs = bench.clock.monotonicMs()
    await bench.run(Promise.resolve(next.client[Symbol.asyncDispose]()))
    expect(bench.clock.monotonicMs()).toBe(startMs)
    expect(await bench.spilled()).toContain('rt-2')
  })

  it.each([true, false])(
    'is not told that the server sent an ended token when the store has refused a good one for long (known: %s)',
    async (isKnown) => {
      const bench: SpillBench = await spillBench([thenRefused(() => bench)])
      const next = bench.join({ store: bench.faults })
      if (isKnown) await bench.run(next.connection.status())
      await bench.run(bench.connection.accessToken())
      bench.faults.refuseWith = hanging
      await bench.clock.advance(hourMs)
      const error = await rejection(bench.run(next.connection.accessToken()))
      expect(error).toMatchObject({ retryable: true })
      expect(error).not.toMatchObject({ code: 'response_invalid' })
    },
  )

  it('judges the ID token that came with what it found', async () => {
    const judged: string[] = []
    const refusing = {
      async check(_wire: unknown, { value }: { value: string }) {
        judged.push(value)
        throw new AuthError('id_token_invalid', 'It names somebody else.')
      },
    }
    const bench: SpillBench = await spillBench([
      () => {
        bench.faults.refuseWith = hanging
        return rotated(2, { id_token: 'id-2' })
      },
    ])
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(0)
    const next = bench.join({ idToken: refusing })
    expect(await bench.run(next.connection.status())).toMatchObject({ generation: 3 })
    expect(judged).toEqual(['id-2'])
    expect(await bench.record()).toMatchObject({ refused: true, tokens: { refreshToken: 'rt-2' } })
    expect(next.events).toMatchObject([{ outcome: 'refreshed', error: { code: 'id_token_invalid' } }])
    expect(await bench.spilled()).toBeUndefined()
  })

  it('that runs looks into the spill before it takes a claim over: no probe, no loss', async () => {
    const bench: SpillBench = await spillBench([thenRefused(() => bench)])
    const other = bench.join()
    await bench.run(other.connection.status())
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(45_001)
    expect((await bench.run(other.connection.accessToken())).value).toBe('at-2')
    expect(outcomesOf(other.events)).toEqual(['refreshed'])
    bench.fetch.assertDone()
  })

  it('and the first one may both settle: it is done once', async () => {
    const bench: SpillBench = await spillBench([
      () => {
        bench.faults.fault({ step: 'write', effect: 'throw', times: 30 })
        return rotated(2)
      },
    ])
    await bench.run(bench.connection.accessToken())
    const others = [bench.join(), bench.join()]
    await bench.run(Promise.all(others.map(({ connection }) => connection.accessToken())))
    await bench.clock.advance(60_000)
    expect(await bench.record()).toMatchObject({ generation: 3, tokens: { refreshToken: 'rt-2' } })
    expect(await bench.spilled()).toBeUndefined()
    expect(await bench.connection.status()).toMatchObject({ unsaved: false, generation: 3 })
    expect(outcomesOf(bench.events)).toEqual(['save_spilled', 'refreshed'])
    expect(others.flatMap(({ events }) => outcomesOf(events)).toSorted()).toEqual(['joined', 'refreshed'])
  })

  it('without the spill works as before: the quiet time, then a probe', async () => {
    const bench = await spilledBench([oauthError(400, 'invalid_grant')])
    const other = bench.join({ spill: undefined as never })
    await bench.clock.advance(46_000)
    expect(await rejection(bench.run(other.connection.accessToken()))).toMatchObject({ code: 'backing_off' })
    await bench.clock.advance(60_000)
    expect(await rejection(bench.run(other.connection.accessToken()))).toMatchObject({ code: 'reconnect' })
    // Also an ended grant takes its tokens back: they were good when the provider gave them.
    expect(await bench.run(bench.join().connection.status())).toMatchObject({ state: 'active', generation: 3 })
  })
})

describe('looking into the spill', () => {
  /** Breaks the n-th step that touches the grant in either store. */
  function interrupting(store: Store, steps: string[], fault: { at: number; effect: Effect }): Store {
    const faulty = faultyStore(store)
    const meet = (step: 'read' | 'write' | 'remove', of: string): void => {
      steps.push(step)
      if (steps.length - 1 !== fault.at || (step === 'read' && fault.effect !== 'throw')) return
      faulty.fault({ step, key: of, effect: fault.effect })
    }
    return {
      ...faulty,
      read(at) {
        meet('read', at)
        return faulty.read(at)
      },
      write(at, value, options) {
        meet('write', at)
        return faulty.write(at, value, options)
      },
      remove(at, options) {
        meet('remove', at)
        return faulty.remove(at, options)
      },
    }
  }
  type Effect = 'throw' | 'apply-then-throw' | 'conflict'

  it.each<Effect>(['throw', 'apply-then-throw', 'conflict'])(
    'ends the same whichever step of either store is answered with "%s"',
    async (effect) => {
      let steps: string[] = ['']
      for (let at = 0; at < steps.length; at += 1) {
        steps = []
        const bench = await spilledBench()
        const next = bench.join({
          store: interrupting(bench.memory, steps, { at, effect }),
          spill: spillTo(interrupting(bench.spill, steps, { at, effect }), { volatile: 'accept' }),
        })
        const call = () => bench.run(next.connection.accessToken())
        const { value } = await call().catch(call)
        expect({ at, value }).toEqual({ at, value: 'at-2' })
        // What could not be removed is out of date, and goes with the next look.
        await bench.run(bench.join().connection.status())
        expect(await bench.spilled()).toBeUndefined()
        expect(await bench.record()).toMatchObject({ state: 'active', generation: 3, tokens: { refreshToken: 'rt-2' } })
        bench.fetch.assertDone()
      }
      expect(steps.length).toBeGreaterThan(5)
    },
  )
})

describe('what lies in the spill', () => {
  it('is removed, and not used, once the generation has moved', async () => {
    const bench = await spilledBench([rotated(3)])
    const { entry } = await bench.memory.read(key)
    const record = JSON.parse(entry!.value)
    const moved = { ...record, state: 'active', generation: 3, tokens: { ...record.tokens, refreshToken: 'rt-9' } }
    delete moved.claim
    await bench.memory.write(key, JSON.stringify(moved), { ifVersion: entry!.version })
    const next = bench.join()
    expect((await bench.run(next.connection.accessToken())).value).toBe('at-3')
    expect(await bench.spilled()).toBeUndefined()
    expect(bench.fetch.requests.at(-1)?.body).toContain('rt-9')
    expect(outcomesOf(next.events)).toEqual(['race_lost', 'refreshed'])
  })

  it.each([
    [true, []],
    [false, ['token_type_hint=refresh_token&token=rt-2']],
  ])('is removed after a new sign-in; revoked only where that cannot end it (%s)', async (ends, revoked) => {
    const bench = await spilledBench(
      revoked.map(() => new Response()),
      { provider: { revocationEndsGrant: ends } },
    )
    const next = bench.join()
    await next.client.connect('ada', refreshToken('rt-anew'))
    await bench.run(next.connection.status())
    expect(await bench.spilled()).toBeUndefined()
    expect((await bench.record()).tokens).toEqual({ refreshToken: 'rt-anew' })
    expect(bench.fetch.requests.slice(2).map(({ body }) => body)).toEqual(revoked)
  })

  it('that repeats the refresh token in use is removed and not revoked', async () => {
    const bench = await spilledBench([], { provider: { revocationEndsGrant: false } })
    const { entry } = await bench.memory.read(key)
    const record = JSON.parse(entry!.value)
    const settled = { ...record, state: 'active', generation: 5, tokens: { ...record.tokens, refreshToken: 'rt-2' } }
    delete settled.claim
    await bench.memory.write(key, JSON.stringify(settled), { ifVersion: entry!.version })
    await bench.run(bench.join().connection.status())
    expect(await bench.spilled()).toBeUndefined()
    bench.fetch.assertDone()
  })

  it('is revoked and erased by a disconnect, also by the next process', async () => {
    const bench = await spilledBench(Array.from({ length: 6 }, () => new Response()))
    expect(await bench.run(bench.join().connection.disconnect())).toEqual({ erased: true, revoked: true })
    expect(await bench.spilled()).toBeUndefined()
    const revoked = bench.fetch.requests.slice(2).map(({ body }) => new URLSearchParams(body).get('token'))
    expect(revoked.slice(0, 4)).toEqual(['rt-1', 'at-1', 'rt-2', 'at-2'])
    expect((await bench.record()).state).toBe('closed')
  })

  it.each(['read', 'remove'] as const)(
    'keeps a disconnect from being called done while it cannot be erased (%s fails)',
    async (step) => {
      const bench = await spilledBench(Array.from({ length: 9 }, () => new Response()))
      const next = bench.join()
      bench.spill.fault({ step, effect: 'throw' })
      expect(await rejection(bench.run(next.connection.disconnect()))).toMatchObject({ code: 'store_failed' })
      expect((await bench.record()).state).toBe('closed')
      expect(await bench.spilled()).toContain('rt-2')
      expect(await bench.run(next.connection.disconnect())).toMatchObject({ erased: true })
      expect(await bench.spilled()).toBeUndefined()
    },
  )

  it('is removed only by those who settled it', async () => {
    const bench: SpillBench = await spillBench([thenRefused(() => bench)])
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(0)
    const { entry } = await bench.spill.read(spillKey)
    const theirs = JSON.parse(entry!.value)
    theirs.claim.id = 'of another process'
    theirs.generation = 3
    await bench.spill.write(spillKey, JSON.stringify(theirs), { ifVersion: entry!.version })
    bench.faults.refuseWith = undefined
    await bench.clock.advance(5_000)
    expect(await bench.record()).toMatchObject({ generation: 3, tokens: { refreshToken: 'rt-2' } })
    expect(JSON.parse(String(await bench.spilled()))).toEqual(theirs)
  })

  it('waits for a grant that the store does not hold', async () => {
    const bench = await spilledBench()
    const { entry } = await bench.memory.read(key)
    await bench.memory.remove(key, { ifVersion: entry!.version })
    expect(await bench.run(bench.join().connection.status())).toMatchObject({ state: 'absent' })
    expect(await bench.spilled()).toContain('rt-2')
    await bench.memory.write(key, entry!.value, { ifVersion: null })
    expect((await bench.run(bench.join().connection.accessToken())).value).toBe('at-2')
  })

  it('is replaced by the answer of a later generation, never by that of an earlier one', async () => {
    for (const [there, kept] of [
      [1, 'rt-2'],
      [2, 'rt-old'],
      [3, 'rt-old'],
    ] as const) {
      const bench: SpillBench = await spillBench([thenRefused(() => bench)])
      const read = { tokens: { usable: true, accessToken: 'at-old', refreshToken: 'rt-old' } }
      const claim = { id: 'old', generation: there, atMs: 0, deadlineMs: 0 }
      const spilled = { read, atMs: 0, claimedAgoMs: 0, sentAgoMs: 0 }
      const record = { ...(await bench.record()), generation: there, state: 'claimed', claim, spilled }
      bench.spill.fault({ step: 'read', effect: 'throw' })
      await bench.spill.write(spillKey, JSON.stringify(record), { ifVersion: null })
      await bench.run(bench.connection.accessToken())
      await bench.clock.advance(0)
      expect(await bench.spilled()).toContain(kept)
    }
  })

  it.each(['not JSON', '{}', '{"v":2}', 'a grant'])('and is %s is left alone and told of', async (what) => {
    const bench = await spillBench([oauthError(400, 'invalid_grant')])
    const value = what === 'a grant' ? JSON.stringify(await bench.record()) : what
    await bench.spill.write(spillKey, value, { ifVersion: null })
    expect(await rejection(bench.run(bench.connection.disconnect()))).toMatchObject({
      code: what.includes('2') ? 'store_value_newer' : 'store_value_invalid',
      action: 'fix-config',
    })
    expect(await bench.spilled()).toBe(value)
  })

  it('is sealed where the spill is', async () => {
    const sealed = createMemoryStore()
    const keys = { current: 'k1', ring: { k1: new Uint8Array(32).fill(7) } }
    const spill = spillTo(createEncryptedStore({ store: sealed, keys }), { volatile: 'accept' })
    const bench: SpillBench = await spillBench([thenRefused(() => bench)], { options: { spill } })
    const settle = async (isDone: () => Promise<boolean>) => {
      // Sealing leaves the event loop, so real time has to pass as well.
      while (!(await isDone())) {
        await bench.clock.advance(50)
        await new Promise((resolve) => void setTimeout(resolve, 1))
      }
    }
    bench.connection.accessToken().catch(() => undefined)
    await settle(async () => (await sealed.read(spillKey)).entry !== undefined)
    expect((await sealed.read(spillKey)).entry?.value).toMatch(/^sealed\./)
    const next = bench.join()
    let token: string | undefined
    void next.connection.accessToken().then(({ value }) => (token = value))
    await settle(async () => token !== undefined)
    expect(token).toBe('at-2')
  })
})

describe('a spill that cannot be read', () => {
  it('holds up neither valid tokens nor a refresh without doubt', async () => {
    const bench = await spillBench([rotated(2), rotated(3)])
    bench.spill.fault({ step: 'read', effect: 'throw', times: 100 })
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    const other = bench.join()
    expect((await bench.run(other.connection.accessToken())).value).toBe('at-2')
    await bench.run(other.connection.refresh())
    expect((await other.connection.accessToken()).value).toBe('at-3')
  })

  it.each(['strict', { graceSeconds: 600, uses: 5 }] as const)(
    'holds up a probe (%j): the answer in doubt may lie there',
    async (rotation) => {
      const bench = await spilledBench([], { provider: { rotation } })
      const { spill, join, clock } = bench
      const other = join()
      spill.fault({ step: 'read', effect: 'throw', times: 100, error: new Error('away') })
      await clock.advance(46_000)
      expect(await rejection(bench.run(other.connection.accessToken()))).toMatchObject({
        code: rotation === 'strict' ? 'backing_off' : 'store_failed',
      })
      await clock.advance(60_000)
      expect(await rejection(bench.run(other.connection.accessToken()))).toMatchObject({
        code: 'store_failed',
        message: expect.stringContaining('spill'),
        retryable: true,
      })
      expect(await bench.record()).toMatchObject({ state: 'active', unresolved: 1 })
      while (spill.pendingFaults() > 0) await spill.read('').catch(() => undefined)
      expect((await bench.run(other.connection.accessToken())).value).toBe('at-2')
      bench.fetch.assertDone()
    },
  )

  it('holds up no question to the provider that could end the grant', async () => {
    const bench = await spilledBench([], { provider: { introspectsRefreshTokens: true } })
    const other = bench.join()
    bench.spill.fault({ step: 'read', effect: 'throw', times: 100 })
    await bench.clock.advance(46_000)
    await rejection(bench.run(other.connection.accessToken()))
    await bench.clock.advance(60_000)
    expect(await rejection(bench.run(other.connection.accessToken()))).toMatchObject({ code: 'store_failed' })
    expect((await bench.record()).state).toBe('active')
    bench.fetch.assertDone()
  })
})

describe('disposing', () => {
  it('waits for the spill, and for no more: the process may end', async () => {
    const bench = await spilledBench()
    bench.refuse()
    await bench.clock.advance(11_000)
    const startMs = bench.clock.monotonicMs()
    await bench.run(Promise.resolve(bench.client[Symbol.asyncDispose]()))
    expect(bench.clock.monotonicMs()).toBe(startMs)
    await bench.clock.advance(5_000)
    expect(bench.clock.pendingTimers.filter(({ background }) => !background)).toEqual([])
  })

  it('rejects after 45 s of a store and a spill that refuse, saves on, and resolves once that worked', async () => {
    const bench: SpillBench = await spillBench([thenRefused(() => bench)])
    bench.spill.refuseWith = () => down()
    await bench.run(bench.connection.accessToken())
    const startMs = bench.clock.monotonicMs()
    const dispose = () => Promise.resolve(bench.client[Symbol.asyncDispose]())
    expect(await rejection(bench.run(dispose()))).toMatchObject({
      code: 'tokens_unsaved',
      account: 'ada',
      retryable: true,
    })
    expect(bench.clock.monotonicMs() - startMs).toBe(45_000)
    const again = dispose()
    bench.spill.refuseWith = undefined
    await bench.run(again)
    expect(await bench.spilled()).toContain('rt-2')
  })
})

describe('spillTo', () => {
  it('refuses what is no store, a store that forgets, and options that do not exist', () => {
    expect(() => spillTo(undefined as never)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    expect(() => spillTo(createMemoryStore())).toThrow(expect.objectContaining({ code: 'volatile_store' }))
    expect(() => spillTo(createMemoryStore(), { volatil: 'accept' } as never)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })
})
