import { AuthError } from '@grantkit/auth-core'
import { describe, expect, it, vi } from 'vitest'
import { elapse, setup, stubConnection } from '../../test/setup.ts'
import { unwrap } from '../index.ts'

const shelf = () => Response.json({ items: [] })
const failed = (status: number, headers: Record<string, string> = {}) =>
  Response.json({ errorCode: 'SOME_CODE', reference: 'ref-1' }, { status, headers })
const refused = () =>
  Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED', syscall: 'connect' } })
const reset = () => Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } })
const book = { accountKey: '1234567890', title: 'Emma' }
const stream = () => new Blob(['{}']).stream() as unknown as { title: string }
const cut = () => {
  const body = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode('{"items":['))
      controller.error(Object.assign(new TypeError('terminated'), { cause: { code: 'UND_ERR_SOCKET' } }))
    },
  })
  return new Response(body, { headers: { 'content-type': 'application/json' } })
}

describe('retry', () => {
  it.each([429, 500, 502, 503, 504])(
    'repeats a GET answered %i after 1, 2 and 4 s and gives the success',
    async (status) => {
      const { client, fetch, clock } = setup([failed(status), failed(status), failed(status), shelf()])
      const { outcome, ms } = await elapse(clock, client.GET('/books'))
      expect(outcome).toMatchObject({ data: { items: [] } })
      expect(ms).toBe(7000)
      fetch.assertDone()
    },
  )

  it('gives the last failure when the repeats are used up', async () => {
    const { client, fetch, clock } = setup([failed(500), failed(502), failed(503), failed(504)])
    const { outcome } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ error: { errorCode: 'SOME_CODE' }, response: { status: 504 } })
    fetch.assertDone()
  })

  it.each([400, 403, 404, 409, 501, 505])('gives an answer of %i at once', async (status) => {
    const { client, clock } = setup([failed(status)])
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ response: { status } })
    expect(ms).toBe(0)
  })

  it('repeats PUT and DELETE as it does GET', async () => {
    const { client, fetch, clock } = setup([
      failed(503),
      Response.json({}),
      failed(503),
      new Response(null, { status: 204 }),
    ])
    const params = { path: { bookId: '1' } }
    await elapse(clock, client.PUT('/books/{bookId}', { params, body: { title: 'Emma' } }))
    await elapse(clock, client.DELETE('/books/{bookId}', { params }))
    expect(fetch.requests.map(({ method }) => method)).toEqual(['PUT', 'PUT', 'DELETE', 'DELETE'])
    expect(fetch.requests.map(({ body }) => body).slice(0, 2)).toEqual(['{"title":"Emma"}', '{"title":"Emma"}'])
  })

  it.each([500, 502, 503, 504])('never repeats a POST answered %i, which may have been processed', async (status) => {
    const { client, fetch, clock } = setup([failed(status)])
    const { outcome } = await elapse(clock, client.POST('/books', { body: book }))
    expect(outcome).toMatchObject({ response: { status } })
    fetch.assertDone()
  })

  it('repeats a POST answered 429, with the same body', async () => {
    const { client, fetch, clock } = setup([failed(429), Response.json({ id: '1' }, { status: 201 })])
    await elapse(clock, client.POST('/books', { body: book }))
    expect(fetch.requests.map(({ body }) => body)).toEqual([JSON.stringify(book), JSON.stringify(book)])
  })

  it('repeats a POST that surely did not leave, and not one that may have', async () => {
    const unsent = setup([refused(), Response.json({ id: '1' }, { status: 201 })])
    await elapse(unsent.clock, unsent.client.POST('/books', { body: book }))
    unsent.fetch.assertDone()

    const unknown = setup([reset()])
    const { outcome } = await elapse(unknown.clock, unknown.client.POST('/books', { body: book }))
    expect(outcome).toMatchObject({ code: 'network', retryable: false })
    unknown.fetch.assertDone()
  })

  it('does not repeat a POST on a connection that stood, even if the code also occurs while connecting', async () => {
    const lost = Object.assign(new TypeError('fetch failed'), { cause: { code: 'EHOSTUNREACH', syscall: 'read' } })
    const { client, fetch, clock } = setup([lost])
    const { outcome } = await elapse(clock, client.POST('/books', { body: book }))
    expect(outcome).toMatchObject({ code: 'network', retryable: false })
    fetch.assertDone()
  })

  it.each(['UND_ERR_CLOSED', 'UND_ERR_INVALID_ARG'])('does not repeat what can never be sent: %s', async (code) => {
    const { client, fetch, clock } = setup([Object.assign(new TypeError('fetch failed'), { cause: { code } })])
    const { outcome } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ code: 'network', retryable: false, cause: { code } })
    fetch.assertDone()
  })

  it('repeats a GET without an answer, and gives the last failure as a coded error', async () => {
    const { client, fetch, clock } = setup([reset(), refused(), reset(), refused()])
    const { outcome } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({
      name: 'ApiError',
      code: 'network',
      operationId: 'listBooks',
      retryable: true,
      message: 'shelf listBooks could not reach the API (ECONNREFUSED).',
    })
    fetch.assertDone()
  })

  it('never repeats a stream body, whatever happened', async () => {
    for (const answer of [failed(429), failed(503), refused(), reset()]) {
      const { client, fetch, clock } = setup([answer])
      await elapse(clock, client.PUT('/books/{bookId}', { params: { path: { bookId: '1' } }, body: stream() }))
      fetch.assertDone()
      expect(fetch.requests[0]?.body).toBe('{}')
    }
  })

  it('leaves errors of the auth core alone', async () => {
    const connection = {
      ...stubConnection(),
      accessToken: () => Promise.reject(new AuthError('backing_off', 'Later.', { retryAtMs: 5 })),
    }
    const { client, clock } = setup([], { connection })
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ name: 'AuthError', code: 'backing_off' })
    expect(ms).toBe(0)
  })

  it('never repeats with maxRetries 0', async () => {
    const { client, fetch, clock } = setup([failed(503)], { retry: { maxRetries: 0 } })
    expect((await elapse(clock, client.GET('/books'))).ms).toBe(0)
    fetch.assertDone()
  })

  it('adds jitter of at most the given share', async () => {
    const { client, clock } = setup([failed(503), shelf()], { retry: { jitter: 0.5 }, random: () => 0.5 })
    const { ms } = await elapse(clock, client.GET('/books'))
    expect(ms).toBe(1250)
  })

  it('waits at least as long as the API asked for', async () => {
    const { client, clock } = setup([failed(429, { 'retry-after': '5' }), shelf()])
    const { ms } = await elapse(clock, client.GET('/books'))
    expect(ms).toBe(5000)
  })

  it('reads a Retry-After date by the wall clock', async () => {
    const { client, clock } = setup([failed(503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:09 GMT' }), shelf()])
    expect((await elapse(clock, client.GET('/books'))).ms).toBe(9000)
  })

  it.each(['-1', 'soon', ''])('ignores the Retry-After %j', async (value) => {
    const { client, clock } = setup([failed(503, { 'retry-after': value }), shelf()])
    expect((await elapse(clock, client.GET('/books'))).ms).toBe(1000)
  })

  it('ends at once when the API asks for longer than the call may last', async () => {
    const { client, clock } = setup([failed(429, { 'retry-after': '31536000' })])
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ response: { status: 429 } })
    expect(() => unwrap(outcome as Parameters<typeof unwrap>[0])).toThrow(
      expect.objectContaining({ code: 'SOME_CODE', retryAfterMs: 31_536_000_000 }),
    )
    expect(ms).toBe(0)
  })

  it('ends when what is left of the call is too short for the next wait', async () => {
    const hang = () => new Promise<Response>(() => undefined)
    const { client, fetch, clock } = setup([hang, hang], { attemptTimeoutMs: 14_000 })
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ code: 'timeout', message: expect.stringContaining('in one attempt') })
    expect(ms).toBe(29_000)
    fetch.assertDone()
  })

  it('lets go of the answers it does not give', async () => {
    const cancel = vi.fn<() => void>()
    const pull = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(16 * 1024))
    const dropped = new Response(new ReadableStream({ pull, cancel }), { status: 503 })
    const { client, clock } = setup([dropped, shelf()])
    await elapse(clock, client.GET('/books'))
    expect(cancel).toHaveBeenCalledOnce()
  })

  it('asks for a token at each attempt', async () => {
    const tokens = ['one', 'two']
    const connection = { ...stubConnection(), accessToken: async () => ({ value: tokens.shift() ?? '', scopes: [] }) }
    const { client, fetch, clock } = setup([failed(503), shelf()], { connection })
    await elapse(clock, client.GET('/books'))
    expect(fetch.requests.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer one', 'Bearer two'])
  })

  it('repeats a GET whose successful answer breaks off', async () => {
    const { client, fetch, clock } = setup([cut(), failed(503), cut(), shelf()])
    const { outcome, ms } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ data: { items: [] } })
    expect(ms).toBe(7000)
    fetch.assertDone()
  })

  it('throws a coded error for a POST whose successful answer breaks off', async () => {
    const body = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) })
    const { client, clock } = setup([new Response(body, { status: 201 })])
    const { outcome } = await elapse(clock, client.POST('/books', { body: book }))
    expect(outcome).toMatchObject({ code: 'network', retryable: false })
  })
})
