import { describe, expect, it } from 'vitest'
import { setup, stubConnection } from '../test/setup.ts'
import { definition, type paths } from '../test/shelf.ts'
import { createFakeClock, scriptedFetch } from '@grantkit/auth-core/testing'
import { createApiClient, type ApiDefinition, type UntypedInit } from './index.ts'

const strict: ApiDefinition = {
  ...definition,
  operations: {
    ...definition.operations,
    listBooks: { ...definition.operations.listBooks, required: ['accountKey', 'author'] },
    addBook: { ...definition.operations.addBook, body: 'required' },
  },
}

/** A client of an API that says what it requires, called as from JavaScript. */
function untyped(given: { accountKey?: string } = {}) {
  const fetch = scriptedFetch([Response.json({}), Response.json({})])
  const options = { connection: stubConnection(), fetch, clock: createFakeClock(), ...given }
  const client = createApiClient<paths>(strict, options)
  const request = (method: string, path: string, init?: object) => client.request(method, path, init as UntypedInit)
  return { request, fetch }
}

describe('what an operation requires', () => {
  it.each([
    [
      'a query parameter',
      'GET',
      '/books',
      { params: { query: { author: 'Austen' } } },
      'query parameter "accountKey" is missing. Give it in params.query, or once to the client. Nothing was sent.',
    ],
    [
      'a query parameter that is null',
      'GET',
      '/books',
      { params: { query: { accountKey: '1', author: null } } },
      'query parameter "author" is missing. Give it in params.query. Nothing was sent.',
    ],
    [
      'every parameter',
      'GET',
      '/books',
      undefined,
      'query parameter "accountKey" is missing. Give it in params.query, or once to the client. Nothing was sent.',
    ],
    ['a body', 'POST', '/books', {}, 'the body is missing. Give it in body. Nothing was sent.'],
  ])('is asked for before anything is sent: %s', async (_, method, path, init, problem) => {
    const { request, fetch } = untyped()
    const operationId = method === 'GET' ? 'listBooks' : 'addBook'
    await expect(request(method, path, init)).rejects.toMatchObject({
      code: 'invalid_request',
      message: `shelf ${operationId}: ${problem}`,
      operationId,
    })
    expect(fetch.requests).toEqual([])
  })

  it('may come from the client, and may be empty or 0', async () => {
    const { request, fetch } = untyped({ accountKey: '1' })
    await request('GET', '/books', { params: { query: { author: '' } } })
    await request('POST', '/books', { body: 0 })
    expect(fetch.requests.map(({ url, body }) => [new URL(url).search, body])).toEqual([
      ['?author=&accountKey=1', ''],
      ['', '0'],
    ])
  })
})

describe('a value that cannot be sent', () => {
  it.each([
    [
      'a date that does not exist in the query',
      { params: { query: { since: new Date('soon') } } },
      'Invalid time value',
    ],
    ['a number that is none in the query', { params: { query: { pageSize: Number.NaN } } }, 'pageSize is NaN.'],
    ['one of several in the query', { params: { query: { id: [1, Infinity] } } }, 'id is Infinity.'],
    [
      'a date that does not exist in the body',
      { body: { at: { day: new Date('soon') } } },
      'day is a date that does not exist.',
    ],
    ['a number that is none in the body', { body: { prices: [1, { net: Number.NaN }] } }, 'net is NaN.'],
  ])('is refused instead of getting lost: %s', async (_, init, problem) => {
    const { client, fetch } = setup([])
    await expect(client.request('POST', '/books', init)).rejects.toMatchObject({
      code: 'invalid_request',
      message: `shelf addBook cannot be turned into a request: ${problem} Nothing was sent.`.replace(
        'value N',
        'value N',
      ),
    })
    expect(fetch.requests).toEqual([])
  })

  it('is not a null, a date or a word that looks like one', async () => {
    const { client, fetch } = setup([Response.json({}), Response.json({})])
    const at = new Date(0)
    await client.request('POST', '/books', { body: { at, none: null, word: 'null', items: [null] } })
    await client.request('GET', '/books', { params: { query: { at, all: [at, 1], none: null } } })
    const [posted, got] = fetch.requests
    expect(posted?.body).toBe('{"at":"1970-01-01T00:00:00.000Z","none":null,"word":"null","items":[null]}')
    expect(new URL(got?.url ?? '').searchParams.getAll('all')).toEqual(['1970-01-01T00:00:00.000Z', '1'])
  })
})

describe('what the types do not know', () => {
  it('is passed through: unknown parameters, members and integers beyond the safe ones as numbers', async () => {
    const { client, fetch } = setup([new Response('{"id":9007199254740993,"shape":"ROUND","at":"not a date"}')])
    const { data } = await client.request('GET', '/books', { params: { query: { shade: 'dark' } } })
    expect(data).toEqual({ id: 9007199254740992, shape: 'ROUND', at: 'not a date' })
    expect(new URL(fetch.requests[0]?.url ?? '').searchParams.get('shade')).toBe('dark')
  })

  it('goes through the same layers by any method, with the path as it is', async () => {
    const { client, fetch, clock } = setup([new Response('', { status: 503 }), Response.json({ ok: true })])
    const call = client.request('patch', '/shelves/7', { body: { name: 'A' }, idempotent: true })
    await clock.advance(1000)
    expect(await call).toMatchObject({ data: { ok: true } })
    expect(fetch.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      `PATCH ${definition.baseUrl}/shelves/7`,
      `PATCH ${definition.baseUrl}/shelves/7`,
    ])
  })

  it.each(['TRACE', 'CONNECT', 'GE T', ''])('has no method %j', async (method) => {
    const { client, fetch } = setup([])
    await expect(client.request(method, '/books')).rejects.toMatchObject({ code: 'invalid_request' })
    expect(fetch.requests).toEqual([])
  })
})

describe('an idempotency key', () => {
  const keyed: ApiDefinition = {
    ...definition,
    operations: { addBook: { method: 'POST', path: '/books', idempotent: false, idempotencyKey: 'Idempotency-Key' } },
  }
  const body = { accountKey: '1', title: 'Emma' }

  /** Posts where the first answer is a 503, and tells which keys the API saw. */
  async function keysOf(init: object = {}): Promise<unknown[]> {
    const fetch = scriptedFetch([() => new Response('', { status: 503 }), () => Response.json({ id: '1' })])
    const clock = createFakeClock()
    const options = { connection: stubConnection(), fetch, clock, retry: { jitter: 0 } }
    const call = createApiClient<paths>(keyed, options).POST('/books', { body, ...init })
    await clock.advance(1000)
    await call
    return fetch.requests.map(({ headers }) => headers.get('idempotency-key'))
  }

  it('is the same for all attempts of a call, and another for the next', async () => {
    const [first, second] = [await keysOf(), await keysOf()]
    expect(first).toEqual([expect.stringMatching(/^[\da-f-]{36}$/), first[0]])
    expect(second).toEqual([expect.not.stringMatching(String(first[0])), second[0]])
  })

  it('may be the caller’s own', async () => {
    expect(await keysOf({ headers: { 'idempotency-key': 'mine' } })).toEqual(['mine', 'mine'])
  })
})
