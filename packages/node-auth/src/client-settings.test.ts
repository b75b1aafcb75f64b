import { defineProvider, isAuthError, noClientSecret, type ClientAuthenticationMethod } from '@grantkit/auth-core'
import { expect, test } from 'vitest'
import { readClientSettings } from './client-settings.ts'
import { readEnvironment, type Variables } from './environment.ts'

function provider(method: ClientAuthenticationMethod) {
  return defineProvider({
    id: 'acme-crm',
    issuer: 'https://login.example.com',
    endpoints: { authorization: 'https://login.example.com/a', token: 'https://login.example.com/t' },
    clientAuthentication: [method, ...(method === 'none' ? [] : (['none'] as const))],
    audience: ['https://api.example.com'],
    rotation: 'strict',
  })
}

function environment(env: Variables) {
  return readEnvironment({ env, envFile: false })
}

test('derives the names from the id of the provider, and options win', () => {
  const env = environment({
    ACME_CRM_CLIENT_ID: 'from env',
    ACME_CRM_CLIENT_SECRET: 's',
    ACME_CRM_REDIRECT_URI: 'http://127.0.0.1:1/cb',
  })
  const settings = readClientSettings(provider('client_secret_basic'), {}, env)
  expect(settings).toMatchObject({ clientId: 'from env', redirect: { uri: 'http://127.0.0.1:1/cb' } })
  const options = { clientId: 'given', redirectUri: 'http://127.0.0.1:2/cb' }
  expect(readClientSettings(provider('client_secret_basic'), options, env)).toMatchObject({
    clientId: 'given',
    redirect: { port: 2 },
  })
})

test.each<[ClientAuthenticationMethod, string | undefined]>([
  ['client_secret_basic', 's'],
  ['client_secret_post', 's'],
  ['none', undefined],
])('proves the client by %s where the provider prefers that', (method, secret) => {
  const env = environment({ ACME_CRM_CLIENT_ID: 'i', ACME_CRM_CLIENT_SECRET: secret })
  expect(readClientSettings(provider(method), {}, env).authentication.method).toBe(method)
})

test('a public client needs no secret when it says so, but not both', () => {
  const env = environment({ ACME_CRM_CLIENT_ID: 'i' })
  const authentication = noClientSecret()
  const basic = provider('client_secret_basic')
  expect(readClientSettings(basic, { authentication }, env).authentication).toBe(authentication)
  expect(() => readClientSettings(basic, { authentication, clientSecret: 's' }, env)).toThrow(
    expect.toSatisfy((error: unknown) => isAuthError(error, 'invalid_option')),
  )
})

test('a secret may be fetched by a function', async () => {
  const env = environment({ ACME_CRM_CLIENT_ID: 'i' })
  const settings = readClientSettings(provider('client_secret_basic'), { clientSecret: async () => 'fetched' }, env)
  expect((await settings.authentication.prepare()).secrets).toEqual(['fetched'])
})

test('a sandbox plays the provider on one origin, with the client it knows unless another is set', () => {
  const sandbox = { GRANTKIT_SANDBOX: 'http://127.0.0.1:4455' }
  const settings = readClientSettings(provider('client_secret_basic'), {}, environment(sandbox))
  expect(settings).toMatchObject({ clientId: 'sandbox-client', provider: { audience: ['http://127.0.0.1:4455'] } })
  const mine = environment({ ...sandbox, ACME_CRM_CLIENT_ID: 'mine' })
  expect(readClientSettings(provider('client_secret_basic'), {}, mine).clientId).toBe('mine')
})
