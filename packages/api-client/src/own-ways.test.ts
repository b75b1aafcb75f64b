import { createFakeClock, scriptedFetch, type ScriptedAnswer } from '@grantkit/auth-core/testing'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { collect, setup, stubConnection } from '../test/setup.ts'
import { definition, type Book, type paths } from '../test/shelf.ts'
import {
  createApiClient,
  isApiError,
  paginate,
  unwrap,
  type ApiClient,
  type ApiDefinition,
  type CallEvent,
  type CallResult,
} from './index.ts'

/** An API that wraps its answers, says errors with 200, nests its query and counts pages. */
const wrapping = {
  ...definition,
  operations: {
    ...definition.operations,
    listAuthors: { method: 'GET', path: '/authors', idempotent: true },
    ping: { method: 'GET', path: '/ping', idempotent: true, anonymous: true },
  },
  errors: { code: ['key'] },
  conform: ({ data, error, response }: CallResult, operationId: string | undefined): CallResult => {
    const body = (data ?? error) as { value?: unknown; wrong?: { key: string } }
    const told = { operationId, response }
    return body.wrong === undefined ? { ...told, data: body.value } : { ...told, error: body.wrong }
  },
  serializeQuery: (query: Record<string, unknown>) => {
    if ('author' in query) throw new Error('canary: no authors')
    return `q=${encodeURIComponent(JSON.stringify(query))}`
  },
  paging: {
    style: 'own',
    items: 'items',
    parameter: 'pageMarker',
    read: ({ data }: CallResult, at: unknown) => {
      const page = Number(at ?? 1)
      return { items: data, ...(page < 3 ? { next: page + 1 } : {}) }
    },
  },
} as const satisfies ApiDefinition

function wrapped(script: readonly ScriptedAnswer[], observe?: (event: CallEvent) => void) {
  const fetch = scriptedFetch(script)
  const options = { connection: stubConnection(), accountKey: '1', fetch, clock: createFakeClock() }
  const client = createApiClient<paths, 'accountKey'>(wrapping, { ...options, ...(observe && { observe }) })
  return { client, fetch }
}

const bookOne = { params: { path: { bookId: '1' } } }

describe('an API with answers of its own', () => {
  it('has its parts taken out of them, and the operation is told', async () => {
    const { client } = wrapped([Response.json({ value: { id: '1' } })])
    const result = await client.GET('/books/{bookId}', bookOne)
    expect(result).toMatchObject({ data: { id: '1' }, operationId: 'getBook', response: { status: 200 } })
    expect(unwrap(result)).toEqual({ id: '1' })
  })

  it('may say an error with 200, which everybody takes for one', async () => {
    const events: CallEvent[] = []
    const { client } = wrapped([Response.json({ wrong: { key: 'NO_BOOK' } })], (event) => events.push(event))
    const result = await client.GET('/books/{bookId}', bookOne)
    expect(result.error).toEqual({ key: 'NO_BOOK' })
    expect(events).toMatchObject([{ level: 'error', status: 200 }])
    const error = await (async () => unwrap(result))().catch((reason: unknown) => reason)
    expect(isApiError(error, 'NO_BOOK')).toBe(true)
    expect(error).toMatchObject({ status: 200, operationId: 'getBook', message: 'shelf getBook answered 200 NO_BOOK.' })
  })

  it('has its errors of other statuses repaired too, with what was known of them', async () => {
    const headers = { 'retry-after': '3' }
    const { client } = wrapped([Response.json({ wrong: { key: 'GONE' } }, { status: 404, headers })])
    const error = await client
      .GET('/books/{bookId}', bookOne)
      .then(unwrap)
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 'GONE', status: 404, retryAfterMs: 3000 })
  })
})

describe('an API with a query of its own', () => {
  it('is asked in it, with and without middleware', async () => {
    const { client, fetch } = wrapped([Response.json({ value: [] }), Response.json({ value: [] })])
    await client.GET('/books')
    client.use({ onRequest: () => undefined })
    await client.GET('/books')
    const query = `?q=${encodeURIComponent('{"accountKey":"1"}')}`
    expect(fetch.requests.map(({ url }) => new URL(url).search)).toEqual([query, query])
  })

  it('is not asked what the query cannot hold', async () => {
    const { client, fetch } = wrapped([])
    const call = client.GET('/books', { params: { query: { author: 'Ada' } } })
    await expect(call).rejects.toMatchObject({ code: 'invalid_request', operationId: 'listBooks' })
    expect(fetch.requests).toEqual([])
  })
})

it('an API with pages of its own is walked by them', async () => {
  const pages = [[{ id: 'a' }, { id: 'b' }], [{ id: 'c' }], []]
  const { client, fetch } = wrapped(pages.map((value) => Response.json({ value })))
  const books = await collect(paginate(client, '/books'))
  expectTypeOf(books).toEqualTypeOf<Book[]>()
  expect(books.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  expect(fetch.requests.map(({ url }) => /pageMarker[^,}]*/.exec(decodeURIComponent(url))?.[0])).toEqual([
    undefined,
    'pageMarker":2',
    'pageMarker":3',
  ])
})

it('a list that takes no page is one page', async () => {
  const { client, fetch } = wrapped([Response.json({ value: ['Ada'] })])
  expect(await collect(paginate(client, '/authors'))).toEqual(['Ada'])
  expect(fetch.requests).toHaveLength(1)
})

it('an API that gives one page for ever is found out', async () => {
  const read = ({ data }: CallResult) => ({ items: data, next: { page: 2 } })
  const looping = { ...wrapping, paging: { ...wrapping.paging, read } }
  const fetch = scriptedFetch([Response.json({ value: ['a'] }), Response.json({ value: ['a'] })])
  const client = createApiClient<paths, 'accountKey'>(looping, { connection: stubConnection(), accountKey: '1', fetch })
  await expect(collect(paginate(client, '/books'))).rejects.toMatchObject({ code: 'paging_loop' })
})

it('an operation that asks for no token is sent none', async () => {
  const { client, fetch } = wrapped([Response.json({}), Response.json({})])
  await client.GET('/ping')
  await client.GET('/books/{bookId}', bookOne)
  expect(fetch.requests.map(({ headers }) => headers.has('authorization'))).toEqual([false, true])
})

it('a client with more methods can be walked as well', () => {
  interface Library extends ApiClient<paths> {
    lend(): void
  }
  const { client } = setup([])
  expectTypeOf(paginate<paths, 'items', '/books'>).toBeCallableWith(client as unknown as Library, '/books', {
    params: { query: { accountKey: '1' } },
  })
  expect(client.definition.id).toBe('shelf')
})
