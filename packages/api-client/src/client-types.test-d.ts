import { expectTypeOf, test } from 'vitest'
import { stubConnection } from '../test/setup.ts'
import { definition, type Book, type paths } from '../test/shelf.ts'
import { createApiClient, paginate, unwrap, type ApiClient, type ApiError } from './index.ts'

const connection = stubConnection()
const plain = createApiClient<paths>(definition, { connection })
const given = createApiClient<paths, 'accountKey'>(definition, { connection, accountKey: '1' })
const aBook = { params: { path: { bookId: '1' } } }

test('a parameter that was not given at creation is required in each call', () => {
  expectTypeOf(plain).toEqualTypeOf<ApiClient<paths>>()
  // @ts-expect-error accountKey is missing
  void plain.GET('/books')
  // @ts-expect-error accountKey is missing
  void plain.GET('/books', { params: { query: { pageSize: 5 } } })
  // @ts-expect-error accountKey is missing
  void plain.GET('/accounts/{accountKey}')
  // @ts-expect-error accountKey is missing
  void paginate(plain, '/books')
  void plain.GET('/books', { params: { query: { accountKey: '1' } } })
  void plain.GET('/accounts/{accountKey}', { params: { path: { accountKey: '1' } } })
  void paginate(plain, '/books', { params: { query: { accountKey: '1' } } })
})

test('a parameter given at creation is optional in each call', () => {
  expectTypeOf(given).not.toEqualTypeOf(plain)
  void given.GET('/books')
  void given.GET('/books', { params: { query: { pageSize: 5 } } })
  void given.GET('/books', { params: { query: { accountKey: '2' } } })
  void given.GET('/accounts/{accountKey}')
  void given.GET('/accounts/{accountKey}', { params: { path: { accountKey: '2' } } })
  void paginate(given, '/books')
  void paginate(given, '/books', { params: { query: { pageSize: 5 } }, signal: new AbortController().signal })
})

test('a parameter named as given must be given', () => {
  expectTypeOf(createApiClient).toBeFunction()
  // @ts-expect-error accountKey is missing
  createApiClient<paths, 'accountKey'>(definition, { connection })
  // @ts-expect-error there is no such option
  createApiClient<paths>(definition, { connection, timeout: 5 })
})

test('other parameters and bodies are checked as before', () => {
  expectTypeOf(given.GET).toBeFunction()
  // @ts-expect-error there is no such path
  void given.GET('/book')
  // @ts-expect-error the path has no such method
  void given.POST('/books/{bookId}', aBook)
  // @ts-expect-error bookId is missing
  void given.GET('/books/{bookId}')
  // @ts-expect-error bookId is a string
  void given.GET('/books/{bookId}', { params: { path: { bookId: 1 } } })
  // @ts-expect-error pageSize is a number
  void given.GET('/books', { params: { query: { pageSize: '5' } } })
  // @ts-expect-error accountKey is a string
  void given.GET('/books', { params: { query: { accountKey: 5 } } })
  // @ts-expect-error title is missing
  void given.POST('/books', { body: { accountKey: '1' } })
  // @ts-expect-error accountKey in a body is not a parameter
  void given.POST('/books', { body: { title: 'Emma' } })
  // @ts-expect-error there is no such query parameter
  void given.GET('/books', { params: { query: { pageSize: 5, pagesize: 5 } } })
  // @ts-expect-error there is no such path parameter
  void given.GET('/books/{bookId}', { params: { path: { bookId: '1', id: '1' } } })
  // @ts-expect-error query belongs into params
  void given.GET('/books', { query: { pageSize: 5 } })
  // @ts-expect-error there is no such body member
  void given.PUT('/books/{bookId}', { ...aBook, body: { title: 'Emma', year: 1815 } })
  // @ts-expect-error a GET has no body
  void given.GET('/books', { body: {} })
  // @ts-expect-error redirects are never followed
  void given.GET('/books', { redirect: 'follow' })
  // @ts-expect-error title is a string
  void given.PUT('/books/{bookId}', { ...aBook, body: { title: 5 } })
})

test('data and error are typed', async () => {
  const result = await given.GET('/books/{bookId}', aBook)
  if (result.error) {
    expectTypeOf(result.error.errorCode).toEqualTypeOf<string>()
    expectTypeOf(result.data).toEqualTypeOf<undefined>()
  } else {
    expectTypeOf(result.data).toEqualTypeOf<Book>()
    expectTypeOf(result.data).not.toBeAny()
  }
})

test('data is typed by what it is read as', async () => {
  expectTypeOf(unwrap(await given.GET('/books', { parseAs: 'text' }))).toEqualTypeOf<string | undefined>()
  expectTypeOf(unwrap(await given.GET('/books', { parseAs: 'blob' }))).toEqualTypeOf<Blob | undefined>()
  expectTypeOf(unwrap(await given.GET('/books', { parseAs: 'json' })).items).toEqualTypeOf<Book[]>()
})

test('an open enumeration stays a string', async () => {
  expectTypeOf(unwrap(await given.GET('/books')).items[0]?.binding).toEqualTypeOf<'CLOTH' | (string & {}) | undefined>()
})

test('a failure that is not documented is there nevertheless', async () => {
  const { error } = await given.GET('/ping')
  expectTypeOf(error).toEqualTypeOf<{} | undefined>()
})

test('unwrap gives the data', async () => {
  const data = unwrap(await given.GET('/books'))
  expectTypeOf(data).not.toBeAny()
  expectTypeOf(data.items).toEqualTypeOf<Book[]>()
  expectTypeOf(unwrap(await given.DELETE('/books/{bookId}', aBook))).toEqualTypeOf<undefined>()
  expectTypeOf(unwrap(await given.POST('/books', { body: { accountKey: '1', title: 'E' } }))).toEqualTypeOf<Book>()
})

test('paginate takes lists only and yields their items', async () => {
  for await (const book of paginate(given, '/books')) {
    expectTypeOf(book).not.toBeAny()
    expectTypeOf(book).toEqualTypeOf<Book>()
  }
  for await (const author of paginate(given, '/authors')) expectTypeOf(author).toEqualTypeOf<string>()
  // @ts-expect-error an empty answer is no list
  void paginate(given, '/ping')
  // @ts-expect-error one book is no list
  void paginate(given, '/books/{bookId}', aBook)
  // @ts-expect-error there is no such path
  void paginate(given, '/book')
  // @ts-expect-error pageSize is a number
  void paginate(given, '/books', { params: { query: { pageSize: '5' } } })
})

test('error codes of the library are known and those of an API are allowed', () => {
  expectTypeOf<'timeout'>().toExtend<ApiError['code']>()
  expectTypeOf<'NUMBER_EXISTS'>().toExtend<ApiError['code']>()
})
