import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { elapse, secret, setup } from '../test/setup.ts'
import type { Book } from '../test/shelf.ts'
import { isApiError, unwrap, type Result } from './index.ts'

const html = '<!doctype html><title>502 Bad Gateway</title>'
const page = (status: number) => new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })

/** One answer to a GET that is not repeated. */
async function answer(response: Response) {
  const { client, clock } = setup([response], { retry: { maxRetries: 0 } })
  const { outcome } = await elapse(clock, client.GET('/books'))
  return outcome as Result<{ items: Book[] }, { errorCode: string }>
}

async function thrown(response: Response): Promise<unknown> {
  const result = await answer(response)
  try {
    return unwrap(result)
  } catch (error) {
    return error
  }
}

describe('a failed answer', () => {
  it('is a value with the parsed error', async () => {
    const result = await answer(Response.json({ errorCode: 'NOT_FOUND', reference: 'ref-7' }, { status: 404 }))
    expect(result.error).toEqual({ errorCode: 'NOT_FOUND', reference: 'ref-7' })
    expect(result.data).toBeUndefined()
    expect(result.response.status).toBe(404)
    expect(result.response.url).toBe('')
  })

  it('is thrown by unwrap with the code, the status and the ids of the API', async () => {
    const body = { errorCode: 'TOO_MANY_REQUESTS', reference: 'ref-7' }
    const error = await thrown(Response.json(body, { status: 429, headers: { 'retry-after': '60' } }))
    expect(isApiError(error, 'TOO_MANY_REQUESTS')).toBe(true)
    expect(error).toMatchObject({
      name: 'ApiError',
      message: 'shelf listBooks answered 429 TOO_MANY_REQUESTS.',
      api: 'shelf',
      operationId: 'listBooks',
      status: 429,
      requestId: 'ref-7',
      retryAfterMs: 60_000,
      retryable: true,
      body,
    })
  })

  it('names the status where the API names no code', async () => {
    expect(await thrown(Response.json({ hint: 'none' }, { status: 400 }))).toMatchObject({
      code: 'http_400',
      message: 'shelf listBooks answered 400.',
      retryable: false,
    })
  })

  it.each([5, null, { nested: true }, 'spaces in a code', `${secret}\n`, 'x'.repeat(201)])(
    'takes no code or id that does not look like one: %j',
    async (value) => {
      const error = await thrown(Response.json({ errorCode: value, reference: value }, { status: 400 }))
      expect(error).toMatchObject({ code: 'http_400' })
      expect(error).not.toHaveProperty('requestId', value)
    },
  )

  it('always has an error, also for HTML of a proxy', async () => {
    const result = await answer(page(502))
    expect(isApiError(result.error, 'unexpected_answer')).toBe(true)
    expect(result.error).toMatchObject({
      message: 'shelf listBooks answered 502 with a body that is not JSON (text/html).',
      status: 502,
      retryable: true,
      body: html,
    })
  })

  it.each([
    ['an empty body', new Response('', { status: 500 })],
    ['no body', new Response(null, { status: 500 })],
    ['an empty body of stated length', new Response('', { status: 500, headers: { 'content-length': '0' } })],
    ['a JSON string', Response.json('no', { status: 500 })],
    ['JSON null', Response.json(null, { status: 500 })],
  ])('always has an error, also for %s', async (_, response) => {
    expect(isApiError((await answer(response)).error, 'unexpected_answer')).toBe(true)
  })

  it('is read up to 64 KiB: a 10 MB error page costs no more', async () => {
    let sent = 0
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1
        if (sent > 640) controller.close()
        else controller.enqueue(new Uint8Array(16 * 1024).fill(120))
      },
    })
    const { error } = await answer(new Response(body, { status: 500 }))
    expect(error).toMatchObject({ code: 'unexpected_answer', body: 'x'.repeat(64 * 1024) })
    expect(sent).toBeLessThan(10)
  })

  it('counts as far as it came when its body breaks off', async () => {
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new TextEncoder().encode('{"errorCode":'))
        controller.error(new TypeError('terminated'))
      },
    })
    const { error, response } = await answer(new Response(body, { status: 404 }))
    expect(response.status).toBe(404)
    expect(error).toMatchObject({ code: 'unexpected_answer' })
  })

  it('keeps the headers, without those about the length and coding of the body', async () => {
    const headers = { 'content-length': '2', 'content-encoding': 'identity', 'x-request-id': 'r-1' }
    const { response } = await answer(new Response('{}', { status: 400, headers }))
    expect([...response.headers.keys()].toSorted()).toEqual(['content-type', 'x-request-id'])
  })

  it('says that a 304 holds nothing newer', async () => {
    const { error, data } = await answer(new Response(null, { status: 304 }))
    expect(isApiError(error, 'not_modified')).toBe(true)
    expect(data).toBeUndefined()
  })

  it.each([301, 302, 303, 307, 308])('never follows a %i, and says so', async (status) => {
    const response = new Response(null, { status, headers: { location: 'https://elsewhere.example.com/' } })
    const { client, fetch, clock } = setup([response])
    const { outcome } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ error: { code: 'redirect_refused', status } })
    expect(fetch.requests.map(({ redirect }) => redirect)).toEqual(['manual'])
    fetch.assertDone()
  })

  it('keeps the body out of logs', async () => {
    const error = await thrown(Response.json({ errorCode: 'BAD_REQUEST', message: secret }, { status: 400 }))
    expect(`${inspect(error, { depth: 9 })}${JSON.stringify(error)}${String(error)}`).not.toContain(secret)
    expect(error).toMatchObject({ body: { message: secret } })
  })
})

describe('a successful answer', () => {
  it.each([
    ['204', new Response(null, { status: 204 })],
    ['an empty 200', new Response('')],
    ['an empty 200 of stated length', new Response('', { headers: { 'content-length': '0' } })],
  ])('without a body is data without a value: %s', async (_, response) => {
    const result = await answer(response)
    expect(result.error).toBeUndefined()
    expect(unwrap(result)).toBeUndefined()
  })

  it('that is HTML of a proxy is an error, without quoting it', async () => {
    const { error, data } = await answer(page(200))
    expect(data).toBeUndefined()
    expect(error).toMatchObject({
      code: 'unexpected_answer',
      message: 'shelf listBooks answered 200 with a body that is not JSON (text/html).',
      status: 200,
      body: html,
    })
  })

  it('passes values and members through that the types do not know', async () => {
    const items = [{ id: '1', title: 'Emma', shape: 'ROUND', extra: { deep: [1] } }]
    expect(unwrap(await answer(Response.json({ items })))).toEqual({ items })
  })

  it('is handed over unread as a stream on demand', async () => {
    const { client } = setup([new Response('raw')])
    const { data } = await client.GET('/books', { parseAs: 'stream' })
    expect(await new Response(data).text()).toBe('raw')
  })

  it.each(['text', 'blob', 'arrayBuffer'] as const)('is read as %s on demand', async (parseAs) => {
    const { client } = setup([new Response('raw')])
    const { data } = await client.GET('/books', { parseAs })
    expect(await new Response(data as BodyInit).text()).toBe('raw')
  })
})

describe('unwrap', () => {
  it('also takes results of a client that is not ours', () => {
    const response = Response.json({}, { status: 418 })
    expect(() => unwrap({ error: { any: 1 }, response })).toThrow('The API answered 418.')
    // openapi-fetch gives no error for a failed answer without a body.
    expect(() => unwrap({ data: undefined, response })).toThrow('The API answered 418.')
  })
})
