import { isAuthError, oneShotBody, type Fetch } from '@grantkit/auth-core'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { elapse, secret, setup } from '../test/setup.ts'

const answer = () => Response.json({ items: [] })
const quoting: Fetch = async (...request) => {
  throw new Error(`could not send ${new Request(...request).headers.get('authorization')}`)
}
const book = { accountKey: '1', title: 'Emma' }

describe('a call', () => {
  it('carries the token, JSON and no following of redirects', async () => {
    const { client, fetch } = setup([Response.json({ id: '1' }, { status: 201 })])
    const { data } = await client.POST('/books', { body: book })
    expect(data).toEqual({ id: '1' })
    const [request] = fetch.requests
    expect(request).toMatchObject({ method: 'POST', redirect: 'manual', body: JSON.stringify(book) })
    expect(request?.headers.get('authorization')).toBe(`Bearer ${secret}`)
    expect(request?.headers.get('content-type')).toBe('application/json')
  })

  it('cannot be told to follow redirects', async () => {
    const { client, fetch } = setup([answer()])
    await client.GET('/books', { redirect: 'follow' } as object)
    expect(fetch.requests[0]?.redirect).toBe('manual')
  })

  it('is repeated once with a newer token after a 401', async () => {
    const { client, fetch } = setup([new Response('{}', { status: 401 }), answer()])
    await client.POST('/books', { body: book })
    expect(fetch.requests.map(({ headers }) => headers.get('authorization'))).toEqual([
      `Bearer ${secret}`,
      `Bearer ${secret}-2`,
    ])
    expect(fetch.requests.map(({ body }) => body)).toEqual([JSON.stringify(book), JSON.stringify(book)])
  })

  it('sends the token to no other origin, even if the call names one', async () => {
    const { client, fetch } = setup([])
    const call = client.GET('/books', { baseUrl: 'https://evil.example' })
    const error: unknown = await call.catch((failure: unknown) => failure)
    expect(isAuthError(error, 'origin_not_allowed')).toBe(true)
    expect(fetch.requests).toEqual([])
  })

  it('may bring its own fetch', async () => {
    const { client } = setup([])
    const { data } = await client.GET('/books', { fetch: () => Promise.resolve(answer()) })
    expect(data).toEqual({ items: [] })
  })

  it('sends a stream once, marked so that no layer repeats it', async () => {
    const marks: unknown[] = []
    const fetch: Fetch = async (request) => {
      marks.push((request as { [oneShotBody]?: boolean })[oneShotBody], await (request as Request).text())
      return new Response('{}', { status: 401 })
    }
    const { client } = setup([], { fetch })
    const body = new Blob(['once']).stream() as never
    await expect(client.POST('/books', { body })).rejects.toMatchObject({ code: 'body_not_replayable' })
    await expect(
      client.POST('/books', { body: book, bodySerializer: () => new Blob(['again']).stream() }),
    ).rejects.toMatchObject({ code: 'body_not_replayable' })
    expect(marks).toEqual([true, 'once', true, 'again'])
  })

  it('sends binary data as it is', async () => {
    const { client, fetch } = setup([answer(), answer()])
    await client.POST('/books', { body: new TextEncoder().encode('bytes') as never })
    await client.POST('/books', { body: new Blob(['blob']) as never })
    expect(fetch.requests.map(({ body }) => body)).toEqual(['bytes', 'blob'])
  })

  it.each([
    ['a body that holds itself', () => ({ body: circular() })],
    ['a body with a BigInt', () => ({ body: { title: 1n } })],
    ['a header that is none', () => ({ body: book, headers: { 'x-note': `${secret}\n.` } })],
    ['a query with deep values', () => ({ body: book, params: { query: { a: [{ b: { c: 1 } }] } } })],
    ['a query that is not Unicode', () => ({ body: book, params: { query: { a: '\uD800' } } })],
  ])('is refused before anything is sent: %s', async (_, init) => {
    const { client, fetch } = setup([])
    const error: unknown = await client.POST('/books', init() as never).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ name: 'ApiError', code: 'invalid_request', operationId: 'addBook' })
    expect(inspect(error, { depth: 9 })).not.toContain(secret)
    expect(fetch.requests).toEqual([])
  })

  it('shows no token in the error of a fetch that quotes its request', async () => {
    const { client, clock } = setup([], { fetch: quoting })
    const { outcome } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ code: 'network', cause: { name: 'Error' } })
    expect(inspect(outcome, { depth: 9 })).not.toContain(secret)
  })

  it('is sent by the transport, if one is given', async () => {
    const { client } = setup([], { fetch: undefined as never, transport: { fetch: () => Promise.resolve(answer()) } })
    expect((await client.GET('/books')).data).toEqual({ items: [] })
  })

  it('finds the platform fetch when it is made, not when the client is', async () => {
    const { client } = setup([], { fetch: undefined as never })
    const original = globalThis.fetch
    globalThis.fetch = async () => answer()
    try {
      expect((await client.GET('/books')).data).toEqual({ items: [] })
    } finally {
      globalThis.fetch = original
    }
  })
})

describe('middleware of openapi-fetch', () => {
  it('works as there: once a call, around all attempts', async () => {
    const seen: string[] = []
    const { client, fetch, clock } = setup([new Response('', { status: 503 }), answer()])
    client.use({
      onRequest({ request, schemaPath }) {
        seen.push(schemaPath)
        request.headers.set('x-note', 'here')
      },
      onResponse({ response }) {
        seen.push(String(response.status))
        return Response.json({ items: [], changed: true })
      },
    })
    const { outcome } = await elapse(clock, client.GET('/books'))
    expect(outcome).toMatchObject({ data: { changed: true } })
    expect(seen).toEqual(['/books', '200'])
    expect(fetch.requests.map(({ headers }) => headers.get('x-note'))).toEqual(['here', 'here'])
  })

  it('may replace the request', async () => {
    const { client, fetch, clock } = setup([new Response('', { status: 429 }), answer()])
    client.use({
      onRequest: ({ request }) => new Request(request.url, { method: 'POST', body: '{"title":"Persuasion"}' }),
    })
    await elapse(clock, client.POST('/books', { body: book }))
    expect(fetch.requests.map(({ body }) => body)).toEqual(['{"title":"Persuasion"}', '{"title":"Persuasion"}'])
  })

  it('must read a copy of the body, and is told so', async () => {
    const { client, fetch } = setup([answer(), answer()])
    const reading = { onResponse: async ({ response }: { response: Response }) => void (await response.text()) }
    client.use(reading)
    await expect(client.GET('/books')).rejects.toThrow('response.clone()')
    client.eject(reading)
    client.use({ onResponse: async ({ response }) => void (await response.clone().text()) })
    expect((await client.GET('/books')).data).toEqual({ items: [] })
    fetch.assertDone()
  })

  it('throws its own errors through', async () => {
    class Own extends Error {}
    const { client } = setup([answer(), answer()])
    const middleware = {
      onRequest: () => {
        throw new Own('mine')
      },
    }
    client.use(middleware)
    await expect(client.GET('/books')).rejects.toBeInstanceOf(Own)
    client.eject(middleware)
    const later = { onResponse: () => Promise.reject(new TypeError('mine too')) }
    client.use(later)
    await expect(client.GET('/books')).rejects.toThrow(/^mine too$/)
    client.eject(later)
    expect((await client.GET('/books')).data).toEqual({ items: [] })
  })
})

function circular(): object {
  const self: { self?: object } = {}
  self.self = self
  return self
}
