import { describe, expect, it } from 'vitest'
import { connectedBench, createBench, rejection, rotated } from '../test/bench.ts'
import { clientSecretBasic, refreshToken, type Store } from './index.ts'
import { faultyStore, type FaultyStore } from './testing/index.ts'

const hourMs = 3_600_000
const never = (): Promise<never> => new Promise(() => undefined)

/** A wait ends, whatever it waits for never comes back. */
describe('what never comes back', () => {
  it.each(['read', 'write'] as const)(
    'a %s of the store counts as failed after 10 s, and the next one works',
    async (step) => {
      let store!: FaultyStore
      const bench = await connectedBench([rotated(2)], { store: (memory: Store) => (store = faultyStore(memory)) })
      await bench.clock.advance(hourMs)
      store.fault({ step, before: never })
      const startMs = bench.clock.monotonicMs()
      expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
        code: 'store_failed',
        retryable: true,
      })
      expect(bench.clock.monotonicMs() - startMs).toBe(10_000)
      expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    },
  )

  it('the client secret makes callers wait 45 s, and no claim is held', async () => {
    const bench = createBench([], { options: { authentication: clientSecretBasic(never) } })
    await bench.client.connect('ada', refreshToken('rt-0'))
    const startMs = bench.clock.monotonicMs()
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({
      code: 'wait_timeout',
      retryable: true,
    })
    expect(bench.clock.monotonicMs() - startMs).toBe(45_000)
    expect((await bench.record()).state).toBe('active')
    expect(bench.outcomes()).toEqual(['wait_timeout'])
  })

  it('the hook for new tokens makes callers wait 30 s; the tokens are saved, and an event tells', async () => {
    let hangs = false
    let calls = 0
    const hook = async () => {
      calls += 1
      if (hangs) await never()
    }
    const bench = await connectedBench([rotated(2)], { options: { onTokenRefresh: hook } })
    hangs = true
    await bench.clock.advance(hourMs)
    const startMs = bench.clock.monotonicMs()
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.clock.monotonicMs() - startMs).toBe(30_000)
    expect((await bench.record()).tokens).toMatchObject({ refreshToken: 'rt-2' })
    expect(bench.events.filter(({ type }) => type === 'hook_failed')).toMatchObject([{ generation: 3, attempt: 1 }])
    await bench.clock.advance(hourMs)
    expect(calls).toBe(2)
  })

  it('the hook for new tokens holds a sign-in up for 30 s; the person is connected', async () => {
    const bench = createBench([rotated(1)], { options: { onTokenRefresh: never } })
    const redirectUri = 'https://app.example.com/callback'
    const { url } = await bench.client.beginAuthorization('ada', { redirectUri, session: 's' })
    const callback = new URL(`${redirectUri}?code=c&state=${url.searchParams.get('state')}`)
    let isSignedIn = false
    void bench.client.completeAuthorization(callback, { session: 's' }).then(() => (isSignedIn = true))
    // Hashing leaves the event loop.
    while ((await bench.record())?.state !== 'active') await new Promise((resolve) => void setTimeout(resolve, 1))
    await bench.clock.advance(29_999)
    expect(isSignedIn).toBe(false)
    await bench.clock.advance(1)
    expect(isSignedIn).toBe(true)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
  })

  it('a refresh that came early makes no caller wait longer than 45 s, and the token it has is still good', async () => {
    let hangs = false
    const secret = async (): Promise<string> => (hangs ? never() : 'client-secret')
    const options = { background: 'off', authentication: clientSecretBasic(secret) } as const
    const bench = await connectedBench([], { options })
    hangs = true
    await bench.clock.advance(hourMs - 200_000)
    const startMs = bench.clock.monotonicMs()
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-1')
    expect(bench.clock.monotonicMs() - startMs).toBe(45_000)
  })

  it('the body of a token answer ends the claim after 30 s', async () => {
    const bench = await connectedBench([() => new Response(new ReadableStream({ start() {} })), rotated(2)])
    await bench.clock.advance(hourMs)
    const startMs = bench.clock.monotonicMs()
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'provider_no_answer' })
    expect(bench.clock.monotonicMs() - startMs).toBe(30_000)
    expect(await bench.record()).toMatchObject({ state: 'active', unresolved: 1 })
    await bench.run(Promise.resolve(bench.client[Symbol.asyncDispose]()))
  })
})
