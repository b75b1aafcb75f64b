import {
  defineProvider,
  isAuthError,
  noClientSecret,
  type ClientAuthenticationMethod,
  type Provider,
} from '@grantkit/auth-core'
import { expect, test } from 'vitest'
import { readClientSettings, type ClientSettings, type ClientSettingsOptions } from './client-settings.ts'
import { readEnvironment, type Environment, type Variables } from './environment.ts'
import { readProviderPlace } from './provider-place.ts'

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

function settingsOf(of: Provider, options: ClientSettingsOptions, around: Environment): ClientSettings {
  return readClientSettings(readProviderPlace(of, around), options, around)
}

test('derives the names from the id of the provider, and options win', () => {
  const env = environment({
    ACME_CRM_CLIENT_ID: 'from env',
    ACME_CRM_CLIENT_SECRET: 's',
    ACME_CRM_REDIRECT_URI: 'http://127.0.0.1:1/cb',
  })
  const settings = settingsOf(provider('client_secret_basic'), {}, env)
  expect(settings).toMatchObject({ clientId: 'from env', redirect: { uri: 'http://127.0.0.1:1/cb' } })
  const options = { clientId: 'given', redirectUri: 'http://127.0.0.1:2/cb' }
  expect(settingsOf(provider('client_secret_basic'), options, env)).toMatchObject({
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
  expect(settingsOf(provider(method), {}, env).authentication.method).toBe(method)
})

test('a public client needs no secret when it says so, but not both', () => {
  const env = environment({ ACME_CRM_CLIENT_ID: 'i' })
  const authentication = noClientSecret()
  const basic = provider('client_secret_basic')
  expect(settingsOf(basic, { authentication }, env).authentication).toBe(authentication)
  expect(() => settingsOf(basic, { authentication, clientSecret: 's' }, env)).toThrow(
    expect.toSatisfy((error: unknown) => isAuthError(error, 'invalid_option')),
  )
})

test('a secret may be fetched by a function', async () => {
  const env = environment({ ACME_CRM_CLIENT_ID: 'i' })
  const settings = settingsOf(provider('client_secret_basic'), { clientSecret: async () => 'fetched' }, env)
  expect((await settings.authentication.prepare()).secrets).toEqual(['fetched'])
})

test('a sandbox plays the provider on one origin, with the client it knows unless another is set', () => {
  const sandbox = { GRANTKIT_SANDBOX: 'http://127.0.0.1:4455' }
  const basic = provider('client_secret_basic')
  expect(settingsOf(basic, {}, environment(sandbox)).clientId).toBe('sandbox-client')
  expect(readProviderPlace(basic, environment(sandbox))).toMatchObject({
    sandbox: { port: '4455' },
    provider: { audience: ['http://127.0.0.1:4455'] },
  })
  const mine = environment({ ...sandbox, ACME_CRM_CLIENT_ID: 'mine' })
  expect(settingsOf(provider('client_secret_basic'), {}, mine).clientId).toBe('mine')
})

test('the redirect URI of a provider where nobody is asked belongs to the program, whatever it is', () => {
  const silent = defineProvider({
    id: 'acme-crm',
    issuer: 'https://login.example.com',
    endpoints: { token: 'https://login.example.com/t' },
    clientAuthentication: ['client_secret_post'],
    audience: ['https://api.example.com'],
    rotation: 'strict',
  })
  const env = environment({
    ACME_CRM_CLIENT_ID: 'i',
    ACME_CRM_CLIENT_SECRET: 's',
    ACME_CRM_REDIRECT_URI: 'https://app.example.com/callback',
  })
  expect(settingsOf(silent, {}, env).sources.map(({ setting }) => setting)).toEqual(['clientId', 'clientSecret'])
  expect(() => settingsOf(provider('client_secret_post'), {}, env)).toThrow(
    expect.toSatisfy((error: unknown) => isAuthError(error, 'invalid_redirect_uri')),
  )
})
