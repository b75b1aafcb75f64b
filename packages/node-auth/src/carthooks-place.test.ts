import { isAuthError, providerWith, type AuthErrorCode } from '@grantkit/auth-core'
import { carthooks, carthooksAt } from '@grantkit/auth-core/providers/carthooks'
import { goto } from '@grantkit/auth-core/providers/goto'
import { describe, expect, it } from 'vitest'
import { readEnvironment, type Variables } from './environment.ts'
import { readProviderPlace, type ProviderPlace } from './provider-place.ts'

function placeWith(env: Variables, provider = carthooks): ProviderPlace {
  return readProviderPlace(provider, readEnvironment({ env, envFile: false }))
}

function fails(code: AuthErrorCode, ...parts: string[]): unknown {
  return expect.toSatisfy(
    (error: unknown) => isAuthError(error, code) && parts.every((part) => error.message.includes(part)),
  )
}

describe('CARTHOOKS_API_URL', () => {
  it.each([
    ['https://acme.carthooks.com', 'https://acme.carthooks.com/open/api'],
    ['https://acme.carthooks.com/', 'https://acme.carthooks.com/open/api'],
    ['https://acme.carthooks.com/open/api', 'https://acme.carthooks.com/open/api'],
    ['https://gateway.example.com/carthooks/', 'https://gateway.example.com/carthooks'],
    ['https://api.carthooks.com', 'https://api.carthooks.com'],
    ['http://localhost:9000/open/api', 'http://localhost:9000/open/api'],
  ])('%s leads to %s, for tokens and for calls', (address, base) => {
    const { provider, apiDefaults, sources } = placeWith({ CARTHOOKS_API_URL: address })
    expect(provider.endpoints.token).toBe(`${base}/oauth/token`)
    expect(provider.audience).toEqual([new URL(base).origin])
    expect(apiDefaults).toEqual({ baseUrl: base })
    expect(sources).toEqual([{ setting: 'apiUrl', from: 'environment', variable: 'CARTHOOKS_API_URL' }])
  })

  it('keeps what a program changed of the provider besides', () => {
    const changed = providerWith(carthooks, { lifetimes: { accessTokenSeconds: 60 } })
    const { provider } = placeWith({ CARTHOOKS_API_URL: 'https://acme.carthooks.com' }, changed)
    expect(provider).toMatchObject({ lifetimes: { accessTokenSeconds: 60 }, audience: ['https://acme.carthooks.com'] })
  })

  it('gives way to an instance that the program names, and to a sandbox', () => {
    const env = { CARTHOOKS_API_URL: 'https://acme.carthooks.com' }
    const named = placeWith(env, carthooksAt('https://other.carthooks.com'))
    expect(named.provider.audience).toEqual(['https://other.carthooks.com'])
    expect(named.apiDefaults).toEqual({})
    const played = placeWith({ ...env, GRANTKIT_SANDBOX: 'http://127.0.0.1:4455' })
    expect(played.provider.endpoints.token).toBe('http://127.0.0.1:4455/open/api/oauth/token')
    expect(played.apiDefaults).toEqual({ baseUrl: 'http://127.0.0.1:4455/open/api' })
  })

  it.each<[string, AuthErrorCode]>([
    ['acme.carthooks.com', 'invalid_option'],
    ['https://acme.carthooks.com?x=1', 'invalid_option'],
    ['http://acme.carthooks.com', 'insecure_endpoint'],
    ['ftp://acme.carthooks.com', 'insecure_endpoint'],
  ])('%s is an error that names it', (address, code) => {
    expect(() => placeWith({ CARTHOOKS_API_URL: address })).toThrow(fails(code, 'CARTHOOKS_API_URL'))
  })
})

describe('CARTHOOKS_TIMEOUT', () => {
  it.each([
    ['30', 30_000],
    [' 0.5 ', 500],
    ['30.0', 30_000],
    ['2147483', 2_147_483_000],
  ])('%s is that many seconds', (text, timeoutMs) => {
    expect(placeWith({ CARTHOOKS_TIMEOUT: text }).apiDefaults).toEqual({ timeoutMs })
  })

  it.each(['30s', '0', '-1', '1e3', 'NaN', '1,5', '2147484'])('%s is an error that names it', (text) => {
    expect(() => placeWith({ CARTHOOKS_TIMEOUT: text })).toThrow(
      fails('invalid_option', 'CARTHOOKS_TIMEOUT', JSON.stringify(text)),
    )
  })
})

it('variables that are empty say nothing, and other providers have none of them', () => {
  const empty = { CARTHOOKS_API_URL: '', CARTHOOKS_TIMEOUT: ' ', CARTHOOKS_ACCESS_TOKEN: '' }
  expect(placeWith(empty)).toEqual({
    provider: carthooks,
    apiDefaults: {},
    accessTokenVariable: 'CARTHOOKS_ACCESS_TOKEN',
    sources: [],
  })
  expect(placeWith({ CARTHOOKS_TIMEOUT: 'x', GOTO_TIMEOUT: 'x', GOTO_ACCESS_TOKEN: 'x' }, goto)).toEqual({
    provider: goto,
    sources: [],
  })
})
