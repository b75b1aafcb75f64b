import { inspect } from 'node:util'
import { isAuthError, type Connection } from '@grantkit/auth-core'
import { directToken } from '@grantkit/auth-core/direct-token'
import { assertNoSecret } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { carthooks, carthooksAt, createCarthooks, isApiError, unwrap, type CarthooksOptions } from '../src/index.ts'
import { envelope, play, token } from './play.ts'

const failed = (error: unknown, status = 200) => Response.json({ error, trace_id: 'trace-7' }, { status })

function codeOf(make: () => unknown): unknown {
  try {
    return make()
  } catch (error) {
    return (error as { code?: unknown }).code
  }
}

async function rejection(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => new Error('it worked'),
    (error: unknown) => error,
  )
}

describe('a call', () => {
  it('gives the parts of the envelope, and carries the token', async () => {
    const { api, fetch } = play([envelope({ user_id: 1, tenant_id: 2 }, { meta: { a: 1 } })])
    const { success, data, error, meta, traceId, response } = await api.GET('/v1/me')
    expect([success, data, error, meta, traceId]).toEqual([
      true,
      { user_id: 1, tenant_id: 2 },
      undefined,
      { a: 1 },
      'trace-1',
    ])
    expect(response.status).toBe(200)
    expect(fetch.requests[0]?.headers.get('authorization')).toBe(`Bearer ${token}`)
  })

  it.each([200, 404])('that failed with %i is an error with the trace id, for unwrap too', async (status) => {
    const { api } = play([failed({ key: 'NOT_FOUND', message: 'There is none.', type: 'user' }, status)])
    const result = await api.GET('/v1/users/{userId}', { params: { path: { userId: 1 } } })
    expect(result).toMatchObject({ success: false, error: { key: 'NOT_FOUND' }, traceId: 'trace-7' })
    const error = codeOf(() => unwrap(result))
    expect(error).toBe('NOT_FOUND')
    expect(await rejection((async () => unwrap(result))())).toMatchObject({
      api: 'carthooks',
      operationId: 'getUser',
      status,
      requestId: 'trace-7',
      message: `carthooks getUser answered ${status} NOT_FOUND.`,
    })
  })

  it('that meets a proxy says so', async () => {
    const { api } = play([new Response('<html>', { status: 502, headers: { 'content-type': 'text/html' } })], {
      retry: { maxRetries: 0 },
    })
    const { success, error } = await api.GET('/v1/me')
    expect(success).toBe(false)
    expect(isApiError(error, 'unexpected_answer')).toBe(true)
  })

  it('writes filters, pages, order and fields as the SDKs do', async () => {
    const { api, requests } = play([envelope([])])
    await api.GET('/v1/apps/{appId}/collections/{collectionId}/items', {
      params: {
        path: { appId: 1, collectionId: 2 },
        query: {
          filters: { f_1001: { $eq: 'a&b' } },
          pagination: { start: 0, limit: 20 },
          sort: ['created_at:desc'],
          fields: ['title', 'f_1001'],
        },
      },
    })
    expect(requests()).toEqual([
      'GET https://api.carthooks.com/v1/apps/1/collections/2/items?filters[f_1001][$eq]=a&b' +
        '&pagination[start]=0&pagination[limit]=20&sort=created_at:desc&fields=title,f_1001',
    ])
  })

  it('that a query cannot hold is refused before it is sent', async () => {
    const { api, fetch } = play([])
    const query = { filters: { created_at: { $gt: new Date(0) as never } } }
    const call = api.GET('/v1/apps/{appId}/collections/{collectionId}/items', {
      params: { path: { appId: 1, collectionId: 2 }, query },
    })
    expect(await rejection(call)).toMatchObject({ code: 'invalid_request', operationId: 'listItems' })
    expect(fetch.requests).toEqual([])
  })

  it('of the token endpoint is a form without a token', async () => {
    const { api, fetch } = play([envelope({ access_token: 'at' })])
    await api.POST('/oauth/token', {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: { grant_type: 'refresh_token', client_id: 'dvc-1', client_secret: 's', refresh_token: 'rt' },
    })
    expect(fetch.requests[0]?.headers.has('authorization')).toBe(false)
    expect(fetch.requests[0]?.body).toBe('grant_type=refresh_token&client_id=dvc-1&client_secret=s&refresh_token=rt')
  })

  it('that a token from elsewhere is refused says what to do, and shows it nowhere', async () => {
    const { api } = play([failed({ key: 'auth', message: 'no' }, 401)])
    const error = await rejection(api.GET('/v1/me'))
    expect(isAuthError(error, 'renewal_not_supplied')).toBe(true)
    expect(() => assertNoSecret([error, api], { token }, { inspect })).not.toThrow()
  })
})

describe('the API is called', () => {
  const connectionAt = (address: string): Connection => directToken(carthooksAt(address), token)

  it.each<[string, Omit<CarthooksOptions, 'connection'> & { at: string }, string]>([
    ['at the vendor’s host', { at: 'https://api.carthooks.com' }, 'https://api.carthooks.com/v1/me'],
    [
      'at an instance, below /open/api',
      { at: 'https://acme.carthooks.com' },
      'https://acme.carthooks.com/open/api/v1/me',
    ],
    ['at a server of one’s own', { at: 'http://localhost:9000/open/api' }, 'http://localhost:9000/open/api/v1/me'],
    [
      'where the options say, without a path',
      { at: 'https://acme.carthooks.com', baseUrl: 'https://acme.carthooks.com/' },
      'https://acme.carthooks.com/open/api/v1/me',
    ],
    [
      'where the options say, with a path',
      { at: 'https://acme.carthooks.com', baseUrl: 'https://acme.carthooks.com/proxy/api/' },
      'https://acme.carthooks.com/proxy/api/v1/me',
    ],
  ])('%s', async (_what, { at, ...options }, url) => {
    const { api, fetch } = play([envelope({})], { ...options, connection: connectionAt(at) })
    await api.GET('/v1/me')
    expect(fetch.requests[0]?.url).toBe(url)
  })

  it('where the connection says, unless the options do', async () => {
    const apiDefaults = { baseUrl: 'https://acme.carthooks.com/behind/proxy' }
    const connection = { ...connectionAt('https://acme.carthooks.com'), apiDefaults }
    const { api, fetch } = play([envelope({})], { connection })
    await api.GET('/v1/me')
    expect(fetch.requests[0]?.url).toBe('https://acme.carthooks.com/behind/proxy/v1/me')
  })

  it.each<[string, object, string]>([
    ['no connection', { connection: undefined }, 'invalid_option'],
    ['an option that does not exist', { clientId: 'dvc-1' }, 'invalid_option'],
    ['what is no address', { baseUrl: 'acme' }, 'invalid_base_url'],
    ['plain http', { baseUrl: 'http://acme.carthooks.com' }, 'invalid_base_url'],
    ['an origin the token may not go to', { baseUrl: 'https://acme.carthooks.com' }, 'invalid_base_url'],
    ['an authorize-code URL that is none', { authorizeCodeUrl: '/oauth/get-authorize-code' }, 'invalid_base_url'],
    ['an authorize-code URL of another end', { authorizeCodeUrl: 'https://api.carthooks.com/' }, 'invalid_base_url'],
  ])('never with %s', (_what, options, code) => {
    const connection = directToken(carthooks, token)
    expect(codeOf(() => createCarthooks({ connection, ...options }))).toBe(code)
  })
})
