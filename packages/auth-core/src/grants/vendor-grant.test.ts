import { describe, expect, it } from 'vitest'
import { createBench, oauthError, rejection, rotated, tokenAnswer, type Bench } from '../../test/bench.ts'
import { vendorGrant, type VendorToken } from './vendor-grant.ts'

const hourMs = 3_600_000

function grant(token: VendorToken) {
  return vendorGrant({ name: 'badge', grantType: 'urn:example:badge', parameter: 'badge', token })
}

function grantTypes(bench: Bench): string[] {
  return bench.fetch.requests.map(({ body }) => {
    const sent = new URLSearchParams(body)
    return `${sent.get('grant_type')}:${sent.get('badge') ?? sent.get('refresh_token')}`
  })
}

describe('vendorGrant', () => {
  it('exchanges the token once for all processes, and renews by the refresh token that came', async () => {
    const bench = createBench([rotated(1), rotated(2)])
    const other = bench.another()
    for (const { client } of [bench, other]) await client.connect('ada', grant('badge-one'))
    const calls = [bench, other].flatMap(({ connection }) => Array.from({ length: 50 }, () => connection.accessToken()))
    expect(new Set((await bench.run(Promise.all(calls))).map(({ value }) => value))).toEqual(new Set(['at-1']))
    await bench.clock.advance(hourMs)
    expect((await bench.run(bench.another().connection.accessToken())).value).toBe('at-2')
    expect(grantTypes(bench)).toEqual(['urn:example:badge:badge-one', 'refresh_token:rt-1'])
    bench.fetch.assertDone()
  })

  it('changes nothing when it is connected with the same token again, and starts anew with another', async () => {
    const bench = createBench([rotated(1), rotated(5)])
    await bench.client.connect('ada', grant('badge-one'))
    await bench.run(bench.connection.accessToken())
    const before = await bench.record()
    await bench.client.connect('ada', grant('badge-one'))
    expect(await bench.record()).toEqual(before)
    expect(JSON.stringify(before)).not.toContain('badge-one')
    await bench.client.connect('ada', grant('badge-two'))
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-5')
  })

  it('exchanges again where no refresh token came', async () => {
    const bench = createBench([tokenAnswer(), tokenAnswer({ access_token: 'at-2' })])
    await bench.client.connect('ada', grant('badge-one'))
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(hourMs)
    expect(await rejection(bench.run(bench.another().connection.accessToken()))).toMatchObject({
      code: 'renewal_not_supplied',
    })
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(grantTypes(bench)).toEqual(['urn:example:badge:badge-one', 'urn:example:badge:badge-one'])
  })

  it('is not renewed with another token than it came from, as an older deployment would have', async () => {
    const bench = createBench([tokenAnswer(), tokenAnswer({ access_token: 'at-2' })])
    const older = bench.another()
    await older.client.connect('ada', grant('badge-one'))
    await bench.client.connect('ada', grant('badge-two'))
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(hourMs)
    expect(await rejection(bench.run(older.connection.accessToken()))).toMatchObject({ code: 'renewal_not_supplied' })
    await bench.run(bench.connection.accessToken())
    expect(grantTypes(bench)).toEqual(['urn:example:badge:badge-two', 'urn:example:badge:badge-two'])
  })

  it('exchanges again, in the same call, when the refresh token is refused', async () => {
    let current = 'badge-one'
    const bench = createBench([rotated(1), oauthError(400, 'invalid_grant'), rotated(2), rotated(3)])
    await bench.client.connect(
      'ada',
      grant(() => current),
    )
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(hourMs)
    current = 'badge-two'
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    await bench.clock.advance(hourMs)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-3')
    expect(grantTypes(bench)).toEqual([
      'urn:example:badge:badge-one',
      'refresh_token:rt-1',
      'urn:example:badge:badge-two',
      'refresh_token:rt-2',
    ])
  })

  it('asks for a person when the refresh token is refused in a process that has no token', async () => {
    const bench = createBench([rotated(1), oauthError(400, 'invalid_grant')])
    await bench.client.connect('ada', grant('badge-one'))
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(hourMs)
    const { connection } = bench.another()
    expect(await rejection(bench.run(connection.accessToken()))).toMatchObject({ code: 'reconnect' })
    expect((await connection.status()).state).toBe('reauth')
  })

  it('asks for a person when the app has none, sending nothing', async () => {
    const bench = createBench([tokenAnswer()])
    const tokens = ['badge-one']
    await bench.client.connect(
      'ada',
      grant(() => tokens.shift()),
    )
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(hourMs)
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'reconnect' })
    bench.fetch.assertDone()
  })

  it('asks for a person when the token is refused, and does not hammer', async () => {
    const bench = createBench([oauthError(400, 'invalid_grant', 'badge-one is over'), rotated(1)])
    await bench.client.connect('ada', grant('badge-one'))
    const error = await rejection(bench.run(bench.connection.accessToken()))
    expect(error).toMatchObject({ code: 'reconnect', action: 'reconnect' })
    expect(String(error)).toContain('[redacted] is over')
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'backing_off' })
    expect(bench.fetch.requests).toHaveLength(1)
  })

  it('claims nothing when the function fails, and shows nothing of its error', async () => {
    const bench = createBench([])
    await bench.client.connect(
      'ada',
      grant(() => Promise.reject(new Error('session s.12345'))),
    )
    const error = await rejection(bench.run(bench.connection.accessToken()))
    expect(error).toMatchObject({ code: 'client_secret_unavailable' })
    expect(String(error)).not.toContain('s.12345')
    expect(await bench.record()).toMatchObject({ state: 'active', failures: 0 })
  })

  it('is over with a disconnect, also where the token is still known', async () => {
    const bench = createBench([rotated(1), new Response(), new Response()])
    await bench.client.connect('ada', grant('badge-one'))
    await bench.run(bench.connection.accessToken())
    await bench.run(bench.connection.disconnect())
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'not_connected' })
  })

  it.each([
    ['an empty token', { token: '' }],
    ['no token', { token: undefined }],
    ['no name', { name: '' }],
    ['no parameter', { parameter: undefined }],
    ['a function as grant type', { grantType: () => 'x' }],
    ['an option that does not exist', { scope: 'x' }],
  ])('refuses %s, and prints without its token', (_what, change) => {
    const options = { name: 'badge', grantType: 'x', parameter: 'badge', token: 'badge-one', ...change }
    expect(() => vendorGrant(options as never)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
    expect(JSON.stringify(grant('badge-one'))).toBe('{}')
  })
})
