import { describe, expect, it } from 'vitest'
import { exampleProvider } from '../test/bench.ts'
import { defineProvider, isAuthError, providerAt, providerWith, type ProviderData } from './index.ts'
import { goto } from './providers/goto.ts'

const data: ProviderData = {
  id: 'example',
  issuer: 'https://auth.example.com',
  endpoints: { token: 'https://auth.example.com/token' },
  clientAuthentication: ['none'],
  audience: ['https://api.example.com'],
  rotation: 'strict',
}

function codeOf(change: object): string | undefined {
  try {
    defineProvider({ ...data, ...change } as ProviderData)
    return undefined
  } catch (error) {
    return isAuthError(error) ? error.code : String(error)
  }
}

describe('defineProvider', () => {
  it('freezes what it is given, deeply, and leaves the original alone', () => {
    const given = structuredClone(data)
    const provider = defineProvider(given)
    expect(provider).toMatchObject(data)
    expect(Object.isFrozen(provider)).toBe(true)
    expect(Object.isFrozen(provider.endpoints) && Object.isFrozen(provider.audience)).toBe(true)
    expect(Object.isFrozen(given)).toBe(false)
  })

  it.each([
    ['the issuer', { issuer: 'http://auth.example.com' }],
    ['the token endpoint', { endpoints: { token: 'http://auth.example.com/token' } }],
    ['the revocation endpoint', { endpoints: { ...data.endpoints, revocation: 'http://auth.example.com/r' } }],
    ['an audience', { audience: ['https://api.example.com', 'http://api.example.com'] }],
    ['a loopback address without the switch', { issuer: 'http://127.0.0.1:8080' }],
    ['a private address with the switch', { issuer: 'http://10.0.0.1', allowLoopbackHttp: true }],
    ['every address with the switch', { issuer: 'http://0.0.0.0', allowLoopbackHttp: true }],
    ['a name that begins like loopback', { issuer: 'http://127.0.0.1.example.net', allowLoopbackHttp: true }],
    ['a name that ends like loopback', { issuer: 'http://example.localhost', allowLoopbackHttp: true }],
    ['another scheme', { issuer: 'ftp://auth.example.com' }],
    ['a script', { issuer: 'javascript:alert(1)' }],
  ])('refuses plain http for %s', (_what, change) => {
    expect(codeOf(change)).toBe('insecure_endpoint')
  })

  it.each(['http://127.0.0.1:8080', 'http://127.1:8080', 'http://[::1]:8080', 'http://localhost:8080'])(
    'takes plain http for %s with the switch',
    (issuer) => {
      expect(codeOf({ issuer, allowLoopbackHttp: true })).toBeUndefined()
    },
  )

  it.each([
    ['an unknown key', { isuer: 'x' }],
    ['an unknown endpoint', { endpoints: { ...data.endpoints, tokens: 'https://auth.example.com' } }],
    ['an id with capitals', { id: 'Example' }],
    ['an id with a slash', { id: 'a/b' }],
    ['an empty id', { id: '' }],
    ['no id', { id: undefined }],
    ['no token endpoint', { endpoints: {} }],
    ['no issuer', { issuer: undefined }],
    ['an issuer that is no address', { issuer: 'auth.example.com' }],
    ['an address with credentials', { issuer: 'https://user:pass@auth.example.com' }],
    ['no audience', { audience: [] }],
    ['an audience with a path', { audience: ['https://api.example.com/v1'] }],
    ['an audience with a slash', { audience: ['https://api.example.com/'] }],
    ['a subject that is not kept', { subject: 'sub' }],
    ['pushed requests without their endpoint', { requiresPushedAuthorizationRequest: true }],
    ['plain as code challenge', { pkce: 'plain' }],
    ['ID tokens without a signature', { idTokenAlgorithms: ['none'] }],
    ['ID tokens that a client secret signs', { idTokenAlgorithms: ['HS256'] }],
    ['ID tokens of no algorithm', { idTokenAlgorithms: [] }],
  ])('refuses %s', (_what, change) => {
    expect(codeOf(change)).toBe('invalid_option')
  })
})

describe('providerWith', () => {
  it('changes what it is given, and keeps the rest of endpoints and lifetimes', () => {
    const changed = providerWith(goto, {
      lifetimes: { refreshTokenSeconds: 7 },
      endpoints: { jwks: 'https://identity.goto.com/oauth/jwks.json' },
      rotation: 'strict',
    })
    expect(changed).toEqual({
      ...goto,
      rotation: 'strict',
      lifetimes: { accessTokenSeconds: 3600, refreshTokenSeconds: 7 },
      endpoints: { ...goto.endpoints, jwks: 'https://identity.goto.com/oauth/jwks.json' },
    })
    expect(providerWith(exampleProvider(), {})).toEqual(exampleProvider())
  })

  it('checks the result', () => {
    expect(() => providerWith(goto, { issuer: 'http://identity.goto.com' })).toThrow(
      expect.objectContaining({ code: 'insecure_endpoint' }),
    )
    expect(() => providerWith(goto, { isuer: 'x' } as never)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
  })
})

describe('providerAt', () => {
  it('moves every endpoint and the audience to one origin, and nothing else', () => {
    const moved = providerAt(goto, 'http://127.0.0.1:4444')
    expect(moved).toMatchObject({
      id: 'goto',
      issuer: 'http://127.0.0.1:4444',
      endpoints: {
        authorization: 'http://127.0.0.1:4444/oauth/authorize',
        token: 'http://127.0.0.1:4444/oauth/token',
        revocation: 'http://127.0.0.1:4444/oauth/revoke',
        introspection: 'http://127.0.0.1:4444/oauth/introspect',
      },
      audience: ['http://127.0.0.1:4444'],
      allowLoopbackHttp: true,
      rotation: goto.rotation,
      subject: 'principal',
    })
    expect(providerAt(exampleProvider(), 'https://proxy.example.net').allowLoopbackHttp).toBe(false)
  })

  it.each(['http://proxy.example.net', 'http://10.0.0.1'])('refuses %s', (origin) => {
    expect(() => providerAt(goto, origin)).toThrow(expect.objectContaining({ code: 'insecure_endpoint' }))
  })

  it.each(['not an address', 'https://user:pass@proxy.example.net'])('refuses %s as an option', (origin) => {
    expect(() => providerAt(goto, origin)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })
})
