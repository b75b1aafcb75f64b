import { getEventListeners } from 'node:events'
import type { Fetch } from '@grantkit/auth-core'
import { describe, expect, it } from 'vitest'
import { elapse, setup, stubConnection } from '../test/setup.ts'

const never = () => new Promise<Response>(() => undefined)
/** Deaf to its signal: a hanging answer that not even an abort ends. */
const deaf = () => never()
const shelf = () => Response.json({ items: [] })
const hangingBody = () => new Response(new ReadableStream({ pull: () => new Promise(() => undefined) }))

describe('the limits of a call', () => {
  it('ends a call that hangs for ever after its total, with a coded error', async () => {
    const { client, clock } = setup([never, never, never])
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ code: 'timeout', operationId: 'listBooks', retryable: true })
    expect(ms).toBe(30_000)
  })

  it('repeats an idempotent attempt that hangs', async () => {
    const { client, fetch, clock } = setup([never, shelf()], { attemptTimeoutMs: 5000 })
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ data: { items: [] } })
    expect(ms).toBe(6000)
    expect(fetch.requests[0]?.signal.aborted).toBe(true)
  })

  it('does not repeat a POST that hangs, and says that it may have been processed', async () => {
    const { client, fetch, clock } = setup([never])
    const { outcome, ms } = await elapse(clock, client.POST('/books', { body: { accountKey: '1', title: 'Emma' } }))
    expect(outcome).toMatchObject({ code: 'timeout', retryable: false })
    expect(ms).toBe(15_000)
    fetch.assertDone()
  })

  it('limits the reading of the body too', async () => {
    const { client, fetch, clock } = setup([hangingBody(), shelf()], { attemptTimeoutMs: 5000 })
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ data: { items: [] } })
    expect(ms).toBe(6000)
    fetch.assertDone()
  })

  it('ends in time even if the fetch ignores its signal', async () => {
    const { client, clock } = setup([], { fetch: deaf, timeoutMs: 8000, attemptTimeoutMs: 8001 })
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ code: 'timeout' })
    expect(ms).toBe(8000)
  })

  it('ends in time while the token is awaited, and sends nothing when it comes too late', async () => {
    const late = Promise.withResolvers<{ value: string; scopes: [] }>()
    const connection = { ...stubConnection(), accessToken: () => late.promise }
    const { client, fetch, clock } = setup([], { connection, timeoutMs: 2000 })
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ code: 'timeout' })
    expect(ms).toBe(2000)
    late.resolve({ value: 'late', scopes: [] })
    await clock.advance(1000)
    expect(fetch.requests).toEqual([])
    expect(clock.pendingTimers).toEqual([])
  })

  it('leaves no timer behind, however the call ends', async () => {
    const answers = [
      shelf(),
      new Response('no', { status: 404 }),
      new TypeError('x'),
      new Response('', { status: 401 }),
    ]
    const { client, fetch, clock } = setup([...answers, shelf()], { retry: { maxRetries: 0 } })
    for (let call = 0; call < 4; call += 1) await elapse(clock, client.GET('/books'))
    fetch.assertDone()
    expect(clock.pendingTimers).toEqual([])
  })
})

describe('the signal of an attempt', () => {
  /** Calls with a timeout, and tells what the `fetch` was given and what it heard. */
  async function hang(transport: { plainSignals?: boolean }, own = false) {
    const heard: unknown[] = []
    const signals: AbortSignal[] = []
    const fetch: Fetch = (_input, init) => {
      const signal = init?.signal as AbortSignal
      signals.push(signal)
      signal.addEventListener('abort', () => heard.push(signal.reason))
      return never()
    }
    const options = { fetch: undefined as never, transport: { fetch, ...transport }, attemptTimeoutMs: 100 }
    const { client, clock } = setup([], { ...options, retry: { maxRetries: 0 } })
    await elapse(clock, client.GET('/books', own ? { fetch } : {}))
    expect(heard).toEqual([expect.objectContaining({ code: 'timeout' })])
    expect(signals[0]?.aborted).toBe(true)
    return signals[0]
  }

  it('is a real one', async () => {
    expect(await hang({})).toBeInstanceOf(AbortSignal)
  })

  it('is a plain one where the transport says that it is enough, and the call brings no fetch of its own', async () => {
    expect(await hang({ plainSignals: true })).not.toBeInstanceOf(AbortSignal)
    expect(await hang({ plainSignals: true }, true)).toBeInstanceOf(AbortSignal)
  })
})

describe('the signal of a caller', () => {
  it('stops a call before anything is sent', async () => {
    const { client, fetch } = setup([])
    const reason = new Error('enough')
    const call = client.GET('/books', { signal: AbortSignal.abort(reason) })
    await expect(call).rejects.toMatchObject({ code: 'aborted', operationId: 'listBooks', cause: reason })
    expect(fetch.requests).toEqual([])
  })

  it('stops an attempt under way', async () => {
    const aborter = new AbortController()
    const { client, fetch, clock } = setup([never])
    const call = client.GET('/books', { signal: aborter.signal })
    const outcome = call.catch((error: unknown) => error)
    await clock.advance(100)
    aborter.abort()
    expect(await outcome).toMatchObject({ code: 'aborted' })
    expect(fetch.requests[0]?.signal.aborted).toBe(true)
    expect(clock.pendingTimers).toEqual([])
  })

  it('stops the wait between two attempts', async () => {
    const aborter = new AbortController()
    const { client, fetch, clock } = setup([new Response('', { status: 503 })])
    const call = client.GET('/books', { signal: aborter.signal })
    const outcome = call.catch((error: unknown) => error)
    await clock.advance(500)
    aborter.abort()
    expect(await outcome).toMatchObject({ code: 'aborted' })
    await clock.advance(5000)
    fetch.assertDone()
    expect(clock.pendingTimers).toEqual([])
  })

  it('stops the reading of the body', async () => {
    const aborter = new AbortController()
    const { client, clock } = setup([hangingBody()])
    const call = client.GET('/books', { signal: aborter.signal })
    const outcome = call.catch((error: unknown) => error)
    await clock.advance(100)
    aborter.abort()
    expect(await outcome).toMatchObject({ code: 'aborted' })
  })

  it('is let go after the call', async () => {
    const { signal } = new AbortController()
    const { client, clock } = setup([shelf(), new TypeError('x')], { retry: { maxRetries: 0 } })
    await elapse(clock, client.GET('/books', { signal }))
    await elapse(clock, client.GET('/books', { signal }))
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('changes nothing after the call', async () => {
    const aborter = new AbortController()
    const { client, clock } = setup([shelf()])
    const { outcome } = await elapse(clock, client.GET('/books', { signal: aborter.signal }))
    aborter.abort()
    expect(outcome).toMatchObject({ data: { items: [] } })
  })
})
