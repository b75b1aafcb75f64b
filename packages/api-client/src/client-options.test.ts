import { describe, expect, it } from 'vitest'
import { elapse, setup, stubConnection } from '../test/setup.ts'
import { definition, type paths } from '../test/shelf.ts'
import { createApiClient, isApiError } from './index.ts'

const connection = stubConnection()
const create = (options: object) => () => createApiClient<paths>(definition, { connection, ...options })
const codeOf = (make: () => unknown): unknown => {
  try {
    return make()
  } catch (error) {
    return isApiError(error) ? error.code : error
  }
}
const urlOf = async (options: object, audience?: string[]) => {
  const { client, fetch } = setup([Response.json({})], { ...options, connection: stubConnection(audience) })
  await client.GET('/books/{bookId}', { params: { path: { bookId: '1' } } })
  return fetch.requests[0]?.url
}

describe('options', () => {
  it.each([
    ['an unknown key', { timeout: 5 }],
    ['an unknown retry key', { retry: { retries: 5 } }],
    ['retry that is no object', { retry: false }],
    ['no connection', { connection: undefined }],
    ['a connection without a token', { connection: { audience: [] } }],
    ['a total of 0', { timeoutMs: 0 }],
    ['a total that is no number', { timeoutMs: '30' }],
    ['a total longer than timers hold', { timeoutMs: 2 ** 31 }],
    ['an endless attempt', { attemptTimeoutMs: Infinity }],
    ['half a repeat', { retry: { maxRetries: 1.5 } }],
    ['negative repeats', { retry: { maxRetries: -1 } }],
    ['a base delay that is none', { retry: { baseDelayMs: Number.NaN } }],
    ['too much jitter', { retry: { jitter: 2 } }],
    ['a rate limit that is none', { rateLimit: true }],
    ['a rate limit of nothing', { rateLimit: { requests: 0, windowMs: 1000 } }],
    ['a rate limit of parts', { rateLimit: { requests: 1.5, windowMs: 1000 } }],
    ['a rate limit without a window', { rateLimit: { requests: 1 } }],
    ['a transport without a fetch', { transport: {} }],
    ['a transport beside a fetch', { transport: { fetch }, fetch }],
    ['an empty default parameter', { accountKey: '' }],
    ['a default parameter that is undefined', { accountKey: undefined }],
    ['a default parameter that is a number', { accountKey: 1234567890 }],
  ])('refuse %s', (_, options) => {
    expect(codeOf(create(options))).toBe('invalid_option')
  })

  it('name the known keys in the error', () => {
    expect(create({ accountkey: '1' })).toThrow('there is no option "accountkey". Known: connection, baseUrl, ')
  })
})

describe('the limit of a call', () => {
  const limitWith = async (options: object) => {
    const { client, clock } = setup([() => new Promise<Response>(() => undefined)], {
      attemptTimeoutMs: 100_000,
      retry: { maxRetries: 0 },
      ...options,
    })
    const { outcome } = await elapse(clock, client.GET('/books'))
    return outcome instanceof Error ? outcome.message : outcome
  }

  it('is the one of the connection, where the options say nothing', async () => {
    const patient = { ...stubConnection(), apiDefaults: { timeoutMs: 7000 } }
    expect(await limitWith({ connection: patient })).toContain('within 7000 ms')
    expect(await limitWith({ connection: patient, timeoutMs: 50 })).toContain('within 50 ms')
    expect(await limitWith({})).toContain('within 30000 ms')
  })

  it('must be a time there too', () => {
    const broken = { ...connection, apiDefaults: { timeoutMs: -1 } }
    expect(codeOf(create({ connection: broken }))).toBe('invalid_option')
  })
})

describe('the base URL', () => {
  it('is the one of the definition', async () => {
    expect(await urlOf({})).toBe('https://api.example.com/shelf/v1/books/1')
  })

  it('is the one of the connection, where the call of the program says nothing', async () => {
    const apiDefaults = { baseUrl: 'https://api.example.com/elsewhere' }
    const urlWith = async (options: object) => {
      const { client, fetch } = setup([Response.json({})], {
        connection: { ...stubConnection(), apiDefaults },
        ...options,
      })
      await client.GET('/books/{bookId}', { params: { path: { bookId: '1' } } })
      return fetch.requests[0]?.url
    }
    expect(await urlWith({})).toBe('https://api.example.com/elsewhere/books/1')
    expect(await urlWith({ baseUrl: undefined })).toBe('https://api.example.com/elsewhere/books/1')
    expect(await urlWith({ baseUrl: 'https://api.example.com/v0' })).toBe('https://api.example.com/v0/books/1')
  })

  it('can be another one the token may go to', async () => {
    const audience = ['https://api.example.com', 'https://old.example.com']
    expect(await urlOf({ baseUrl: 'https://old.example.com/v0' }, audience)).toBe('https://old.example.com/v0/books/1')
  })

  it('moves to the only origin the token may go to, with the path of the definition', async () => {
    const url = await urlOf({}, ['http://127.0.0.1:8421'])
    expect(url).toBe('http://127.0.0.1:8421/shelf/v1/books/1')
  })

  it('stays when the token may go to several other origins, which is an error', () => {
    const elsewhere = stubConnection(['https://one.example.com', 'https://two.example.com'])
    expect(codeOf(create({ connection: elsewhere }))).toBe('invalid_base_url')
    expect(codeOf(create({ connection: stubConnection([]) }))).toBe('invalid_base_url')
  })

  it.each([
    '',
    'api.example.com',
    '/shelf/v1',
    'https://',
    'ftp://api.example.com',
    'http://api.example.com',
    'http://10.0.0.1',
    'http://127.0.0.1.example.com',
    'https://api.example.com/',
    'https://api.example.com/shelf/v1/',
    'https://api.example.com/shelf//',
    'https://api.example.com/shelf?x=1',
    'https://api.example.com/shelf#x',
    'https://user:pass@api.example.com',
    'https://api.example.com/a/../b',
    'HTTPS://api.example.com',
    'https://api.example.com.evil.example',
    'https://other.example.com/shelf/v1',
  ])('is refused when it is %j', (baseUrl) => {
    expect(codeOf(create({ baseUrl }))).toBe('invalid_base_url')
  })

  it('says how to write it', () => {
    expect(create({ baseUrl: 'https://api.example.com/v1/' })).toThrow('write it as "https://api.example.com/v1"')
  })

  it('does not repeat credentials in its error', () => {
    expect(create({ baseUrl: 'https://user:hunter2@api.example.com' })).not.toThrow('hunter2')
  })
})
