import type { AuthorizationRequest, Connection } from '@grantkit/auth-core'
import { expectTypeOf, test } from 'vitest'
import { apiKeyConnection } from './api-key-connection.ts'
import {
  createCarthooks,
  paginate,
  unwrap,
  type App,
  type Carthooks,
  type CarthooksError,
  type CurrentUser,
  type Item,
  type Pagination,
} from './index.ts'
import { uploadFile } from './upload-file.ts'

declare const connection: Connection
declare const request: AuthorizationRequest
const api = createCarthooks({ connection })
const collection = { appId: 1, collectionId: 2 }
const item = { params: { path: { ...collection, itemId: 3 } } }
const list = '/v1/apps/{appId}/collections/{collectionId}/items'

test('options are checked', () => {
  expectTypeOf(api).toEqualTypeOf<Carthooks>()
  createCarthooks({ connection: apiKeyConnection({ key: 'k', secret: 's' }), authorizeCodeUrl: 'https://x' })
  // @ts-expect-error there is no such option
  createCarthooks({ connection, baseURL: 'https://acme.carthooks.com' })
  // @ts-expect-error a connection is missing
  createCarthooks({})
})

test('a wrong path, parameter or body is a compile error', () => {
  expectTypeOf(api.GET).toBeFunction()
  // @ts-expect-error there is no such path
  void api.GET('/v1/item')
  // @ts-expect-error there is no such method
  void api.PATCH
  // @ts-expect-error tenants cannot be made
  void api.POST('/v1/tenants')
  // @ts-expect-error the ids are missing
  void api.GET(list)
  // @ts-expect-error ids are numbers
  void api.GET(list, { params: { path: { appId: '1', collectionId: 2 } } })
  // @ts-expect-error the operator was never seen
  void api.GET(list, { params: { path: collection, query: { filters: { f_1: { $in: ['a'] } } } } })
  // @ts-expect-error data is missing
  void api.POST(list, { params: { path: collection }, body: { title: 'Order' } })
  // @ts-expect-error the address of this call is known to getAuthorizeCode alone
  void api.POST('/oauth/get-authorize-code', { body: { client_id: '1', redirect_uri: 'x', state: 's' } })
  // @ts-expect-error results are JSON
  void api.GET('/v1/me', { parseAs: 'text' })
  void api.GET(list, {
    params: { path: collection, query: { filters: { f_1: { $eq: 'a' } }, pagination: { page: 2 }, sort: ['f_1:asc'] } },
  })
})

test('success decides between data and error', async () => {
  const result = await api.GET('/v1/me')
  expectTypeOf(result.traceId).toEqualTypeOf<string | undefined>()
  if (result.success) {
    expectTypeOf(result.data).toEqualTypeOf<CurrentUser>()
    expectTypeOf(result.error).toEqualTypeOf<undefined>()
  } else {
    expectTypeOf(result.data).toEqualTypeOf<undefined>()
    expectTypeOf(result.error).toEqualTypeOf<CarthooksError>()
    expectTypeOf(result.error.message).toEqualTypeOf<string>()
  }
  const { data, error } = await api.GET('/v1/apps')
  if (error) expectTypeOf(error).not.toBeAny()
  else expectTypeOf(data).toEqualTypeOf<App[]>()
})

test('data is what the envelope holds', async () => {
  expectTypeOf(unwrap(await api.GET('/v1/me'))).toEqualTypeOf<CurrentUser>()
  const itemPath = '/v1/apps/{appId}/collections/{collectionId}/items/{itemId}'
  expectTypeOf(unwrap(await api.GET(itemPath, item))).toEqualTypeOf<Item>()
  expectTypeOf(unwrap(await api.PUT(itemPath, { ...item, body: { data: { f_1: 1 } } }))).toEqualTypeOf<
    Item | undefined
  >()
  expectTypeOf(unwrap(await api.DELETE(itemPath, item))).toBeUnknown()
  const { meta } = await api.GET(list, { params: { path: collection } })
  expectTypeOf(meta?.pagination).toEqualTypeOf<Pagination | undefined>()
})

test('lists can be walked, and nothing else', () => {
  expectTypeOf(paginate(api, list, { params: { path: collection } })).toEqualTypeOf<AsyncGenerator<Item, void, void>>()
  expectTypeOf(paginate(api, '/v1/apps')).toEqualTypeOf<AsyncGenerator<App, void, void>>()
  // @ts-expect-error a person is no list
  void paginate(api, '/v1/me')
  // @ts-expect-error what tenants look like is not known
  void paginate(api, '/v1/tenants')
})

test('what auth-core asks with fits the authorize-code call', async () => {
  expectTypeOf(unwrap(await api.getAuthorizeCode(request)).redirect_url).toEqualTypeOf<string>()
  // @ts-expect-error a state is missing
  void api.getAuthorizeCode({ clientId: 'dvc-1', redirectUri: 'https://app.example.com/callback' })
  expectTypeOf(uploadFile).returns.resolves.toEqualTypeOf<{ readonly upload_id: string; readonly file: string }>()
})
