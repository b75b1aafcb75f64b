import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { setup, stubConnection } from '../test/setup.ts'
import { definition, type paths } from '../test/shelf.ts'
import { createApiClient, isApiError } from './index.ts'

const answer = () => Response.json({ items: [] })
const account = { query: { accountKey: '99' } }

describe('parameters given once', () => {
  it('go into the query or the path of the operations that take them, and into no other', async () => {
    const { client, fetch } = setup([answer(), answer(), answer()])
    await client.GET('/books')
    await client.GET('/accounts/{accountKey}')
    await client.GET('/books/{bookId}', { params: { path: { bookId: '7' } } })
    expect(fetch.requests.map(({ url }) => url.slice(definition.baseUrl.length))).toEqual([
      '/books?accountKey=1234567890',
      '/accounts/1234567890',
      '/books/7',
    ])
  })

  it('give way to what the call says', async () => {
    const { client, fetch } = setup([answer(), answer()])
    await client.GET('/books', { params: account })
    await client.GET('/accounts/{accountKey}', { params: { path: { accountKey: '98' } } })
    expect(fetch.requests.map(({ url }) => url.slice(definition.baseUrl.length))).toEqual([
      '/books?accountKey=99',
      '/accounts/98',
    ])
  })

  it('do not give way to undefined, and leave the arguments as they were', async () => {
    const { client, fetch } = setup([answer()])
    const init = Object.freeze({
      params: Object.freeze({ query: Object.freeze({ accountKey: undefined, author: 'A' }) }),
    })
    await client.GET('/books', init as never)
    expect(new URL(fetch.requests[0]?.url ?? '').search).toBe('?accountKey=1234567890&author=A')
  })

  it('are nowhere when none were given', async () => {
    const fetch = setup([answer()]).fetch
    const client = createApiClient<paths>(definition, { connection: stubConnection(), fetch })
    await client.GET('/books', { params: account })
    expect(fetch.requests[0]?.url).toBe('https://api.example.com/shelf/v1/books?accountKey=99')
  })
})

const get = (bookId: unknown) => {
  const { client, fetch } = setup([answer()])
  const call = client.GET('/books/{bookId}', { params: { path: { bookId } } } as never)
  return { call, fetch }
}

describe('path parameters', () => {
  it.each([
    ['a/b', '/books/a%2Fb'],
    ['a?b=c', '/books/a%3Fb%3Dc'],
    ['a#b', '/books/a%23b'],
    ['../x', '/books/..%2Fx'],
    ['%2e%2e', '/books/%252e%252e'],
    ['a b', '/books/a%20b'],
    ['Zoë 東', '/books/Zo%C3%AB%20%E6%9D%B1'],
    ['{bookId}', '/books/%7BbookId%7D'],
    ['$&', '/books/%24%26'],
    ['a\\b', '/books/a%5Cb'],
    ['...', '/books/...'],
    [42, '/books/42'],
  ])('fill one segment: %j', async (bookId, path) => {
    const { call, fetch } = get(bookId)
    await call
    expect(fetch.requests[0]?.url).toBe(`${definition.baseUrl}${path}`)
  })

  it.each([undefined, null, '', '.', '..', Number.NaN, {}, ['a'], true, '\uD800'])(
    'are refused before anything is sent: %j',
    async (bookId) => {
      const { call, fetch } = get(bookId)
      await expect(call).rejects.toMatchObject({ code: 'invalid_path_parameter', operationId: 'getBook' })
      expect(fetch.requests).toEqual([])
    },
  )

  it('are refused when no parameters are given at all', async () => {
    const { client } = setup([])
    await expect(client.GET('/books/{bookId}', {} as never)).rejects.toThrow(
      'shelf getBook: path parameter "bookId" is missing. Nothing was sent.',
    )
  })

  it('never leave their segment, whatever the text', async () => {
    const urls: string[] = []
    const { client } = setup([], {
      fetch: async (...request) => {
        urls.push(new Request(...request).url)
        return answer()
      },
    })
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (bookId) => {
        const code = await client.GET('/books/{bookId}', { params: { path: { bookId } } }).then(
          () => undefined,
          (error: unknown) => isApiError(error) && error.code,
        )
        const url = urls.pop()
        const segments = url && new URL(url).pathname.split('/').map((segment) => decodeURIComponent(segment))
        const fits = !['', '.', '..'].includes(bookId) && bookId.isWellFormed()
        const sent = { code: undefined, segments: ['', 'shelf', 'v1', 'books', bookId] }
        expect({ code, segments }).toEqual(fits ? sent : { code: 'invalid_path_parameter', segments: undefined })
      }),
    )
  })
})

describe('a path outside the definition', () => {
  it('is called with the same layers', async () => {
    const { client, fetch } = setup([answer()])
    const { data } = await client.request('get', '/authors')
    expect(data).toEqual({ items: [] })
    expect(fetch.requests[0]?.url).toBe(`${definition.baseUrl}/authors`)
  })

  it.each([
    'books',
    '',
    '.evil.example/x',
    '@evil.example',
    '/../admin',
    '/a/%2E%2e/b',
    '/a\\..\\b',
    '/a?b',
    '/a#b',
    5,
  ])('is refused when it could leave the base URL: %j', async (path) => {
    const { client, fetch } = setup([])
    await expect(client.GET(path as '/books')).rejects.toMatchObject({ code: 'invalid_request' })
    expect(fetch.requests).toEqual([])
  })
})
