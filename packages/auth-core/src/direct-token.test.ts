import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { exampleProvider, rejection } from '../test/bench.ts'
import { directToken } from './direct-token.ts'
import type { Provider } from './index.ts'
import { assertNoSecret, scriptedFetch } from './testing/index.ts'

const token = 'canary-direct-token'
const provider = exampleProvider()
const [origin] = provider.audience

describe('a token from elsewhere', () => {
  it('goes to the audience of the provider as it is, and nowhere else', async () => {
    const fetch = scriptedFetch([Response.json({})])
    const connection = directToken(provider, token, { account: 'ada', fetch })
    expect(connection.account).toBe('ada')
    expect((await connection.fetch(`${origin}/things`)).status).toBe(200)
    expect(fetch.requests[0]?.headers.get('authorization')).toBe(`Bearer ${token}`)
    expect(await rejection(connection.fetch('https://elsewhere.example.com'))).toMatchObject({
      code: 'origin_not_allowed',
    })
    fetch.assertDone()
  })

  it('is said to be connected, without an end, and exported on demand', async () => {
    const connection = directToken(provider, token)
    expect(await connection.status()).toEqual({
      state: 'active',
      generation: 1,
      uncertain: false,
      unsaved: false,
      scopes: [],
    })
    expect((await connection.exportTokens()).accessToken).toBe(token)
    expect((await connection.accessToken()).value).toBe(token)
  })

  it('that an API refuses is an error that says what to do, for that call and for a refresh', async () => {
    const connection = directToken(provider, token, { fetch: scriptedFetch([new Response('', { status: 401 })]) })
    const advice = { code: 'renewal_not_supplied', action: 'fix-config', retryable: false, account: 'default' }
    expect(await rejection(connection.fetch(`${origin}/things`))).toMatchObject(advice)
    expect(await rejection(connection.refresh())).toMatchObject(advice)
    expect((await connection.accessToken()).value).toBe(token)
  })

  it('is forgotten by disconnecting, and whoever listens is told', async () => {
    const connection = directToken(provider, token)
    const states: string[] = []
    const stop = connection.onChange(({ state }) => states.push(state))
    expect(await connection.disconnect()).toEqual({ erased: true, revoked: false })
    stop()
    await connection.disconnect()
    expect(states).toEqual(['closed'])
    expect(await connection.status()).toMatchObject({ state: 'closed' })
    for (const call of [connection.accessToken(), connection.exportTokens(), connection.refresh()]) {
      expect(await rejection(call)).toMatchObject({ code: 'not_connected', action: 'reconnect' })
    }
  })

  it.each<[string, () => unknown]>([
    ['an empty text', () => directToken(provider, '')],
    ['a text that no header can carry', () => directToken(provider, `${token}\n`)],
    ['no text', () => directToken(provider, undefined as unknown as string)],
    ['data that nobody checked', () => directToken({ ...provider } as Provider, token)],
    ['an option that does not exist', () => directToken(provider, token, { acount: 'ada' } as object)],
  ])('is not made of %s', (_what, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    try {
      make()
    } catch (error) {
      assertNoSecret(error, { token }, { inspect })
    }
  })

  it('shows in nothing that is printed', async () => {
    const connection = directToken(provider, token, { fetch: scriptedFetch([new Response('', { status: 401 })]) })
    const seen: unknown[] = [connection, await connection.accessToken(), await connection.exportTokens()]
    seen.push(await connection.status(), await rejection(connection.fetch(`${origin}/`)))
    seen.push(await rejection(connection.refresh()))
    expect(() =>
      assertNoSecret(seen, { token }, { inspect: (value) => inspect(value, { depth: 9, showHidden: false }) }),
    ).not.toThrow()
  })
})
