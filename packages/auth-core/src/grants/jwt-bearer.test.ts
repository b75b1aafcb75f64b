import { describe, expect, it } from 'vitest'
import { createBench, oauthError, rejection, tokenAnswer, type Bench } from '../../test/bench.ts'
import { decodeJwt } from '../../test/jwt.ts'
import { clientSecretPost, isAuthError, noClientSecret } from '../index.ts'
import { jwtBearer, type JwtBearerOptions } from './jwt-bearer.ts'

const { privateKey, publicKey } = (await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
  'sign',
  'verify',
])) as CryptoKeyPair

const robot: JwtBearerOptions = { key: { key: privateKey, kid: 'k1' }, issuer: 'robot@example.com' }
const options = { authentication: noClientSecret() }
const hourMs = 3_600_000

function sentBy(bench: Bench, at = 0): URLSearchParams {
  return new URLSearchParams(bench.fetch.requests[at]?.body)
}

async function assertionOf(bench: Bench, at = 0) {
  return decodeJwt(sentBy(bench, at).get('assertion') ?? '', publicKey)
}

describe('jwtBearer', () => {
  it('signs one short assertion for the token endpoint, and none before a token is needed', async () => {
    const bench = createBench([tokenAnswer()], { options })
    await bench.client.connect('ada', jwtBearer({ ...robot, subject: 'ada@example.com', scopes: ['read', 'write'] }))
    expect(bench.fetch.requests).toEqual([])
    const tokens = await Promise.all(Array.from({ length: 100 }, () => bench.connection.accessToken()))
    expect(new Set(tokens.map(({ value }) => value))).toEqual(new Set(['at-1']))
    expect(tokens[0]?.scopes).toEqual(['read', 'write'])
    const sent = sentBy(bench)
    expect([...sent.keys()].toSorted()).toEqual(['assertion', 'grant_type', 'scope'])
    expect(sent.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
    expect(sent.get('scope')).toBe('read write')
    const { header, claims, signed } = await assertionOf(bench)
    expect([signed, header]).toEqual([true, { alg: 'ES256', kid: 'k1' }])
    const iat = Math.round(bench.clock.wallMs() / 1000)
    expect(claims).toEqual({
      iss: 'robot@example.com',
      sub: 'ada@example.com',
      aud: 'https://auth.example.com/token',
      iat: expect.closeTo(iat, -1),
      exp: Number(claims['iat']) + 300,
      jti: expect.any(String),
    })
    bench.fetch.assertDone()
  })

  it('puts the scopes into the assertion where the server wants them there, and takes another audience', async () => {
    const bench = createBench([tokenAnswer()], { options })
    const more = { scopes: ['read'], scopeIn: 'assertion', audience: 'https://other.example.com' } as const
    await bench.client.connect('ada', jwtBearer({ ...robot, ...more }))
    await bench.connection.accessToken()
    expect(sentBy(bench).has('scope')).toBe(false)
    const { claims } = await assertionOf(bench)
    expect(claims).toMatchObject({ scope: 'read', aud: 'https://other.example.com' })
    expect('sub' in claims).toBe(false)
  })

  it('authenticates the client too where it has a secret', async () => {
    const bench = createBench([tokenAnswer()], { options: { authentication: clientSecretPost('s') } })
    await bench.client.connect('ada', jwtBearer(robot))
    await bench.connection.accessToken()
    expect(sentBy(bench).get('client_secret')).toBe('s')
  })

  it('signs anew for each renewal, in a process that connected it, with what is stored', async () => {
    const bench = createBench([tokenAnswer(), tokenAnswer({ access_token: 'at-2' })], { options })
    await bench.client.connect('ada', jwtBearer({ ...robot, scopes: ['read'] }))
    await bench.connection.accessToken()
    const before = await bench.record()
    const other = bench.another()
    await other.client.connect('ada', jwtBearer({ ...robot, scopes: ['read'] }))
    expect(await bench.record()).toEqual(before)
    await bench.clock.advance(hourMs)
    expect((await other.connection.accessToken()).value).toBe('at-2')
    const [first, second] = await Promise.all([assertionOf(bench, 0), assertionOf(bench, 1)])
    expect(first?.claims['jti']).not.toBe(second?.claims['jti'])
    expect(JSON.stringify(before)).not.toContain('k1')
  })

  it('serves a process without the key while the token lives, then says what is missing', async () => {
    const bench = createBench([tokenAnswer(), tokenAnswer({ access_token: 'at-2' })], { options })
    await bench.client.connect('ada', jwtBearer(robot))
    await bench.connection.accessToken()
    let prepared = 0
    const prepare = () => {
      prepared += 1
      return noClientSecret().prepare()
    }
    const other = bench.another({ authentication: { method: 'none', prepare } })
    await bench.clock.advance(hourMs - 1_000)
    for (let call = 0; call < 3; call += 1) expect((await other.connection.accessToken()).value).toBe('at-1')
    await bench.clock.advance(0)
    // Due, but not its to refresh: nothing is tried, and nothing reported.
    expect([other.events, prepared]).toEqual([[], 0])
    await bench.clock.advance(1_000)
    expect(await rejection(other.connection.accessToken())).toMatchObject({
      code: 'renewal_not_supplied',
      action: 'fix-config',
      account: 'ada',
    })
    expect(await rejection(other.connection.refresh())).toMatchObject({ code: 'renewal_not_supplied' })
    expect(await bench.record()).toMatchObject({ state: 'active', failures: 0 })
    await other.client.connect('ada', jwtBearer({ ...robot, issuer: 'another@example.com' }))
    await bench.client.connect('ada', jwtBearer(robot))
    expect(await rejection(other.connection.accessToken())).toMatchObject({ code: 'renewal_not_supplied' })
    expect((await bench.connection.accessToken()).value).toBe('at-2')
  })

  it('starts anew with another subject or other scopes', async () => {
    const bench = createBench([tokenAnswer(), tokenAnswer(), tokenAnswer()], { options })
    const changes: Partial<JwtBearerOptions>[] = [{}, { subject: 'bob@example.com' }, { scopes: ['x'] }]
    for (const change of changes) {
      await bench.client.connect('ada', jwtBearer({ ...robot, ...change }))
      await bench.connection.accessToken()
    }
    bench.fetch.assertDone()
  })

  it('takes a refused assertion for a matter of configuration, and waits before the next', async () => {
    const bench = createBench([oauthError(400, 'invalid_grant', 'Invalid email or User ID'), tokenAnswer()], {
      options,
    })
    await bench.client.connect('ada', jwtBearer(robot))
    expect(await rejection(bench.connection.accessToken())).toMatchObject({
      code: 'grant_rejected',
      action: 'fix-config',
      oauthError: 'invalid_grant',
    })
    expect(await rejection(bench.connection.accessToken())).toMatchObject({ code: 'backing_off' })
    expect((await bench.connection.status()).state).toBe('active')
    await bench.clock.advance(30_000)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
  })

  it('claims nothing when the function that gives the key fails', async () => {
    const bench = createBench([], { options })
    const key = () => Promise.reject(new Error('vault token s.12345'))
    await bench.client.connect('ada', jwtBearer({ ...robot, key }))
    const error = await rejection(bench.connection.accessToken())
    expect(error).toMatchObject({ code: 'client_secret_unavailable' })
    expect(String(error)).not.toContain('s.12345')
    expect(await bench.record()).toMatchObject({ state: 'active', failures: 0, generation: 1 })
  })

  it('shows neither key nor assertion', async () => {
    const grant = jwtBearer(robot)
    expect(JSON.stringify(grant)).toBe('{}')
    const echo = (request: { body: string }) =>
      oauthError(400, 'invalid_grant', `bad ${new URLSearchParams(request.body).get('assertion')}`)
    const bench = createBench([echo], { options })
    await bench.client.connect('ada', grant)
    const error = await rejection(bench.connection.accessToken())
    expect(isAuthError(error) && error.message).toContain('[redacted]')
  })

  it.each([
    ['no issuer', { issuer: '' }],
    ['a public key', { key: publicKey }],
    ['an option that does not exist', { sub: 'x' }],
  ])('refuses %s', (_what, change) => {
    expect(() => jwtBearer({ ...robot, ...change })).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })
})
