import { isAuthError } from '@grantkit/auth-core'
import { expect, test } from 'vitest'
import { atPort, defaultRedirectUri, parseRedirectUri } from './redirect-uri.ts'

test('takes port, host and path from the value, and binds both families of the name localhost', () => {
  expect(defaultRedirectUri).toBe('http://localhost:8080/callback')
  expect(parseRedirectUri(defaultRedirectUri)).toEqual({
    uri: 'http://localhost:8080/callback',
    host: 'localhost:8080',
    port: 8080,
    path: '/callback',
    addresses: ['127.0.0.1', '::1'],
  })
  expect(parseRedirectUri('http://127.0.0.1:9000/a/b')).toMatchObject({ addresses: ['127.0.0.1'], path: '/a/b' })
  expect(parseRedirectUri('http://[::1]:9000/cb')).toMatchObject({ addresses: ['::1'], host: '[::1]:9000' })
  expect(parseRedirectUri('http://localhost/cb')).toMatchObject({ port: 80, host: 'localhost' })
})

test.each([
  ['not a URL', 'callback'],
  ['a web callback', 'http://app.example.com/callback'],
  ['https', 'https://localhost:8080/callback'],
  ['another scheme', 'myapp://localhost/callback'],
  ['no path', 'http://localhost:8080'],
  ['the root path', 'http://localhost:8080/'],
  ['a query', 'http://localhost:8080/callback?a=1'],
  ['a fragment', 'http://localhost:8080/callback#a'],
  ['port 0', 'http://localhost:0/callback'],
  ['all addresses', 'http://0.0.0.0:8080/callback'],
  ['a near miss', 'http://localhost.example.com:8080/callback'],
  ['a member every object has', 'http://constructor:8080/callback'],
])('refuses %s and names the fix', (_, uri) => {
  expect(() => parseRedirectUri(uri)).toThrow(
    expect.toSatisfy(
      (error: unknown) => isAuthError(error, 'invalid_redirect_uri') && error.message.includes(defaultRedirectUri),
    ),
  )
})

test('does not repeat credentials', () => {
  expect(() => parseRedirectUri('http://ada:hunter2@localhost:8080/callback')).toThrow(
    expect.toSatisfy((error: Error) => !error.message.includes('hunter2')),
  )
})

test('where the provider takes any port, one that is not named is any that is free, on an address literal', () => {
  const anyPort = { anyPort: true }
  expect(parseRedirectUri(undefined, anyPort)).toMatchObject({ port: 0, addresses: ['127.0.0.1'], path: '/callback' })
  expect(parseRedirectUri('http://[::1]:0/cb', anyPort)).toMatchObject({ port: 0, addresses: ['::1'] })
  expect(parseRedirectUri('http://localhost/cb', anyPort)).toMatchObject({ port: 0, addresses: ['127.0.0.1', '::1'] })
  expect(parseRedirectUri('http://127.0.0.1:9000/cb', anyPort)).toMatchObject({ port: 9000 })
  expect(parseRedirectUri(undefined)).toMatchObject({ uri: defaultRedirectUri })
})

test('a free port becomes part of the address and of the host', () => {
  const redirect = parseRedirectUri('http://[::1]/cb', { anyPort: true })
  expect(atPort(redirect, 4711)).toEqual({
    uri: 'http://[::1]:4711/cb',
    host: '[::1]:4711',
    port: 4711,
    path: '/cb',
    addresses: ['::1'],
  })
})
