import { expectTypeOf, test } from 'vitest'
import {
  createAuthClient,
  defineProvider,
  type AuthClientOptions,
  type Provider,
  type ProviderData,
  type Store,
} from './index.ts'

declare const data: ProviderData
declare const store: Store

test('plain data is no provider: it has to be checked first', () => {
  expectTypeOf(data).not.toExtend<Provider>()
  expectTypeOf(defineProvider(data)).toExtend<Provider>()
  // @ts-expect-error unchecked data
  createAuthClient({ provider: data, clientId: 'x', store })
  // @ts-expect-error a checked provider with a member replaced is unchecked data again
  const forged: Provider = { ...data, issuer: 'https://evil.example.com' }
  void forged
})

test('a checked provider cannot be changed', () => {
  const provider = defineProvider(data)
  expectTypeOf<Provider['audience']>().not.toExtend<string[]>()
  // @ts-expect-error frozen
  provider.issuer = 'https://evil.example.com'
  // @ts-expect-error frozen
  provider.endpoints.token = 'https://evil.example.com'
  // @ts-expect-error frozen
  provider.audience.push('https://evil.example.com')
})

test('there is no way to ask for another PKCE method, another response type or the password grant', () => {
  expectTypeOf<Extract<keyof ProviderData, 'responseType' | 'password'>>().toBeNever()
  expectTypeOf<NonNullable<ProviderData['pkce']>>().toEqualTypeOf<'S256' | 'none'>()
  // @ts-expect-error not an option
  void ({ pkce: 'plain' } satisfies Partial<ProviderData>)
  // @ts-expect-error not an option
  void ({ codeChallengeMethod: 'plain' } satisfies Partial<ProviderData>)
  // @ts-expect-error not an option
  void ({ responseType: 'token' } satisfies Partial<ProviderData>)
  // @ts-expect-error whoever knows the client secret could sign
  void ({ idTokenAlgorithms: ['HS256'] } satisfies Partial<ProviderData>)
  // @ts-expect-error whoever likes could write it
  void ({ idTokenAlgorithms: ['none'] } satisfies Partial<ProviderData>)
  // @ts-expect-error a client secret is no method of its own kind
  void ({ clientAuthentication: ['client_secret_jwt'] } satisfies Partial<ProviderData>)
})

test('an audience and a way of client authentication are demanded', () => {
  expectTypeOf<readonly []>().not.toExtend<ProviderData['audience']>()
  // @ts-expect-error empty
  void ({ audience: [] } satisfies Partial<ProviderData>)
  // @ts-expect-error empty
  void ({ clientAuthentication: [] } satisfies Partial<ProviderData>)
  // @ts-expect-error no such profile
  void ({ rotation: 'sometimes' } satisfies Partial<ProviderData>)
})

test('the options have no index: a key that does not exist is a compile error', () => {
  expectTypeOf<Extract<keyof AuthClientOptions, 'clientID'>>().toBeNever()
  // @ts-expect-error misspelt
  void ({ provider: defineProvider(data), clientID: 'x', clientId: 'x', store } satisfies AuthClientOptions)
})
