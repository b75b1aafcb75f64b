import { inspect } from 'node:util'
import { systemClock } from '@grantkit/auth-core'
import { assertNoSecret } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { apiKeyConnection } from '../src/api-key-connection.ts'
import { envelope, play } from './play.ts'

const keys = { key: 'canary-api-key', secret: 'canary-api-secret' }

describe('a key and a secret', () => {
  it('stand in their headers, in place of a token, with every request', async () => {
    const { api, fetch } = play([new Response('', { status: 503 }), envelope({})], {
      connection: apiKeyConnection(keys),
      retry: { baseDelayMs: 0 },
      clock: systemClock,
    })
    expect(await api.GET('/v1/me')).toMatchObject({ success: true })
    for (const { headers } of fetch.requests) {
      expect(headers.get('x-api-key')).toBe(keys.key)
      expect(headers.get('x-api-secret')).toBe(keys.secret)
      expect(headers.has('authorization')).toBe(false)
    }
    expect(fetch.requests).toHaveLength(2)
  })

  it('go to the instance they are for, and to no other origin', async () => {
    const connection = apiKeyConnection({ ...keys, baseUrl: 'https://acme.carthooks.com' })
    const { api, fetch } = play([envelope({})], { connection })
    await api.GET('/v1/me')
    expect(fetch.requests[0]?.url).toBe('https://acme.carthooks.com/open/api/v1/me')
    const elsewhere = api.GET('/v1/me', { baseUrl: 'https://api.carthooks.com' })
    await expect(elsewhere).rejects.toMatchObject({ code: 'origin_not_allowed' })
    expect(fetch.requests).toHaveLength(1)
  })

  it('that are refused give the answer of the API', async () => {
    const refusal = Response.json({ error: { message: 'no such key' }, trace_id: 't' }, { status: 401 })
    const { api, fetch } = play([refusal], { connection: apiKeyConnection(keys) })
    expect(await api.GET('/v1/me')).toMatchObject({ success: false, error: { message: 'no such key', traceId: 't' } })
    expect(fetch.requests).toHaveLength(1)
  })

  it.each([
    ['an empty key', { ...keys, key: '' }],
    ['a secret that no header can carry', { ...keys, secret: `${keys.secret}\n` }],
    ['no secret', { key: keys.key } as typeof keys],
  ])('are not made of %s', (_what, options) => {
    const make = () => apiKeyConnection(options)
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    expect(make).not.toThrow(/canary/)
  })

  it('show nowhere', async () => {
    const connection = apiKeyConnection(keys)
    const { api } = play(
      [new TypeError(`cannot send "${keys.secret}"`), Response.json({ error: 'no' }, { status: 500 })],
      {
        connection,
        retry: { maxRetries: 0 },
      },
    )
    const thrown: unknown = await api.GET('/v1/me').catch((error: unknown) => error)
    const seen = [connection, await connection.accessToken(), api, thrown, await api.GET('/v1/me')]
    expect(() => assertNoSecret(seen, keys, { inspect: (value) => inspect(value, { depth: 9 }) })).not.toThrow()
  })
})
