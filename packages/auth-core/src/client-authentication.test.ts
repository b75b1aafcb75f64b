import { describe, expect, it } from 'vitest'
import { createBench, oauthError, rejection, rotated, tokenAnswer } from '../test/bench.ts'
import { decodeJwt } from '../test/jwt.ts'
import { clientCredentials, refreshToken, type KeySource } from './index.ts'
import { privateKeyJwt } from './private-key-jwt.ts'

const provider = { clientAuthentication: ['private_key_jwt'] } as const

async function keyPair(name: 'ECDSA' | 'Ed25519' | 'RSA-PSS' | 'RSASSA-PKCS1-v1_5', bits = 2048) {
  const rsa = { modulusLength: bits, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }
  const usages: KeyUsage[] = ['sign', 'verify']
  return crypto.subtle.generateKey({ name, namedCurve: 'P-256', ...rsa }, false, usages) as Promise<CryptoKeyPair>
}

/** What the bench's clients were refreshed with. */
function assertionsOf(bench: { fetch: { requests: readonly { body: string }[] } }) {
  return bench.fetch.requests.map(({ body }) => new URLSearchParams(body).get('client_assertion') ?? '')
}

describe('privateKeyJwt', () => {
  it('signs for the issuer, for 60 s of the given clock, with an id of its own each time', async () => {
    const { privateKey, publicKey } = await keyPair('ECDSA')
    const authentication = privateKeyJwt({ key: privateKey, kid: 'key-1' })
    const bench = createBench([rotated(1), rotated(2)], { provider, options: { authentication } })
    await bench.client.connect('ada', refreshToken('rt-0'))
    await bench.connection.accessToken()
    await bench.clock.advance(3_600_000)
    await bench.connection.accessToken()
    const tokens = await Promise.all(assertionsOf(bench).map((jwt) => decodeJwt(jwt, publicKey)))
    const nowSeconds = Math.round(bench.clock.wallMs() / 1000)
    expect(tokens[1]?.header).toEqual({ alg: 'ES256', kid: 'key-1' })
    expect(tokens[1]?.claims).toMatchObject({ iss: 'client-1', sub: 'client-1', aud: 'https://auth.example.com' })
    const { iat = 0, exp = 0 } = (tokens[1]?.claims ?? {}) as { iat?: number; exp?: number }
    expect(exp - iat).toBe(60)
    expect(Math.abs(iat - nowSeconds)).toBeLessThanOrEqual(1)
    expect(tokens.map(({ signed }) => signed)).toEqual([true, true])
    expect(new Set(tokens.map(({ claims }) => claims['jti'])).size).toBe(2)
    const sent = new URLSearchParams(bench.fetch.requests[0]?.body)
    expect(sent.get('client_assertion_type')).toBe('urn:ietf:params:oauth:client-assertion-type:jwt-bearer')
    expect([sent.get('client_id'), sent.has('client_secret')]).toEqual(['client-1', false])
    expect(bench.fetch.requests[0]?.headers.has('authorization')).toBe(false)
  })

  it.each([
    ['RSASSA-PKCS1-v1_5', 'RS256'],
    ['RSA-PSS', 'PS256'],
    ['Ed25519', 'Ed25519'],
  ] as const)('signs with %s as %s', async (name, alg) => {
    const { privateKey, publicKey } = await keyPair(name)
    const options = { authentication: privateKeyJwt(privateKey) }
    const bench = createBench([tokenAnswer()], { provider, options })
    await bench.client.connect('ada', clientCredentials())
    await bench.connection.accessToken()
    expect(await decodeJwt(assertionsOf(bench)[0] ?? '', publicKey)).toMatchObject({ header: { alg }, signed: true })
  })

  it('asks a function for the key at each request, so that a new key is used at once', async () => {
    const [first, second] = [await keyPair('ECDSA'), await keyPair('ECDSA')]
    const keys = [first.privateKey, second.privateKey]
    const authentication = privateKeyJwt(async () => keys.shift() ?? second.privateKey)
    const bench = createBench([rotated(1), rotated(2)], { provider, options: { authentication } })
    await bench.client.connect('ada', refreshToken('rt-0'))
    await bench.connection.accessToken()
    await bench.clock.advance(3_600_000)
    await bench.connection.accessToken()
    const [one = '', two = ''] = assertionsOf(bench)
    expect([await decodeJwt(one, first.publicKey), await decodeJwt(two, second.publicKey)]).toMatchObject([
      { signed: true },
      { signed: true },
    ])
  })

  it('sends nothing when the function fails, and shows nothing of its error', async () => {
    const authentication = privateKeyJwt(() => Promise.reject(new Error('vault token s.12345')))
    const bench = createBench([], { provider, options: { authentication } })
    await bench.client.connect('ada', clientCredentials())
    const error = await rejection(bench.connection.accessToken())
    expect(error).toMatchObject({ code: 'client_secret_unavailable', retryable: true })
    expect(JSON.stringify(error) + String(error)).not.toContain('s.12345')
    expect((await bench.record()).failures).toBe(0)
  })

  it('takes its assertion out of what the server sends back', async () => {
    const { privateKey } = await keyPair('ECDSA')
    const echo = (request: { body: string }) =>
      oauthError(401, 'invalid_client', `refused ${new URLSearchParams(request.body).get('client_assertion')}`)
    const options = { authentication: privateKeyJwt(privateKey) }
    const bench = createBench([echo], { provider, options })
    await bench.client.connect('ada', clientCredentials())
    const error = await rejection(bench.connection.accessToken())
    expect(error).toMatchObject({ code: 'client_rejected', message: expect.stringContaining('[redacted]') })
    expect(String(error)).not.toContain(assertionsOf(bench)[0]?.slice(0, 30))
  })

  it('refuses a key that cannot sign, when it is given and when a function gives it', async () => {
    const pair = await keyPair('ECDSA')
    const hmac = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    const short = await keyPair('RSA-PSS', 1024)
    const wrong = [undefined, null, 'pem', {}, pair.publicKey, hmac, short.privateKey, { key: pair.publicKey }]
    const sources = [...wrong, { key: pair.privateKey, kid: '' }, { key: pair.privateKey, kid: 7 }] as KeySource[]
    for (const source of sources) {
      expect(() => privateKeyJwt(source)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
      const fetched = privateKeyJwt(() => source as CryptoKey)
      expect(await rejection(fetched.prepare())).toMatchObject({ code: 'invalid_option' })
    }
  })
})
