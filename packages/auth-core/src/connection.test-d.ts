import { expectTypeOf, test } from 'vitest'
import {
  authorize,
  clientCredentials,
  type AccessToken,
  type AuthClient,
  type AuthEvent,
  type Connection,
  type ConnectionStatus,
  type Fetch,
  type TokenSet,
} from './index.ts'

declare const connection: Connection
declare const client: AuthClient

/** What another version of the package might give: the same shape, made of nothing of ours. */
interface ForeignConnection {
  account: string
  audience: string[]
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>
  accessToken(options?: {
    signal?: AbortSignal
    refused?: { value: string; scopes: readonly string[]; expiresAtMs?: number }
  }): Promise<{ value: string; scopes: string[]; expiresAtMs?: number; newMember: boolean }>
  refresh(): Promise<void>
  status(): Promise<ConnectionStatus & { newMember: number }>
  onChange(listener: (status: ConnectionStatus & { newMember: number }) => void): () => void
  exportTokens(): Promise<TokenSet>
  disconnect(): Promise<{ erased: true; revoked: boolean; newMember: string }>
  [Symbol.asyncDispose](): PromiseLike<void>
}

test('a connection of another version fits, and needs no more than it uses', () => {
  expectTypeOf<ForeignConnection>().toExtend<Connection>()
  expectTypeOf(authorize).toBeCallableWith({} as Pick<ForeignConnection, 'accessToken' | 'audience'>)
  expectTypeOf(authorize(connection)).toEqualTypeOf<(next: Fetch) => Fetch>()
})

test('the global fetch fits, and a connection has one', () => {
  expectTypeOf<typeof globalThis.fetch>().toExtend<Fetch>()
  expectTypeOf(connection.fetch).toEqualTypeOf<Fetch>()
})

test('nothing but naming a secret gives it', () => {
  expectTypeOf<AccessToken['value']>().toEqualTypeOf<string>()
  expectTypeOf<ConnectionStatus>().not.toHaveProperty('accessToken')
  expectTypeOf<ConnectionStatus>().not.toHaveProperty('refreshToken')
  expectTypeOf<AuthEvent>().not.toHaveProperty('tokens')
})

test('signing in has a session, a redirect URI, and no other flow', () => {
  expectTypeOf(client.beginAuthorization).parameter(1).toExtend<{ redirectUri: string; session: string }>()
  // @ts-expect-error a callback must come back to the session it began in
  void client.beginAuthorization('ada', { redirectUri: 'https://app.example.com/cb' })
  // @ts-expect-error only codes
  void client.beginAuthorization('ada', { redirectUri: 'x', session: 's', responseType: 'token' })
  // @ts-expect-error no PKCE method to choose
  void client.beginAuthorization('ada', { redirectUri: 'x', session: 's', codeChallengeMethod: 'plain' })
  // @ts-expect-error no account
  void client.connect(undefined, clientCredentials())
  // @ts-expect-error not any: a text is no callback
  void client.completeAuthorization('https://app.example.com/cb', { session: 's' })
})
