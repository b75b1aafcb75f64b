import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  createAuthClient,
  noClientSecret,
  providerWith,
  systemClock,
  type AuthClient,
  type AuthClientOptions,
  type Clock,
  type Connection,
  type Provider,
} from '@grantkit/auth-core'
import { privateKeyJwt } from '@grantkit/auth-core/private-key-jwt'
import { discoverProvider } from '@grantkit/auth-core/discovery'
import { deviceCode, type DevicePrompt } from '@grantkit/auth-core/grants/device-code'
import { verifyIdTokens } from '@grantkit/auth-core/id-token'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { browse, submitForms } from './browser.ts'
import {
  deviceClient,
  importClientKey,
  keyClient,
  nativeClient,
  startOidcServer,
  type OidcServer,
} from './oidc-server.ts'

const session = 'browser-session'
const callbackUri = 'https://app.example.com/callback'

let server: OidcServer
let discovered: Provider

beforeAll(async () => {
  server = await startOidcServer()
  discovered = await discover('oidc')
})

afterAll(() => server.close())

function discover(algorithm: 'oauth2' | 'oidc', issuer = server.origin): Promise<Provider> {
  const audience = [server.origin] as const
  return discoverProvider(issuer, {
    algorithm,
    data: { id: 'oidc', audience, rotation: 'strict', allowLoopbackHttp: true },
  })
}

function createClient(options: Partial<AuthClientOptions> = {}): AuthClient {
  return createAuthClient({
    provider: discovered,
    clientId: nativeClient,
    authentication: noClientSecret(),
    store: createMemoryStore(),
    volatile: 'accept',
    ...options,
  })
}

async function signIn(client: AuthClient, redirectUri: string, scopes = ['openid', 'api:read']): Promise<Connection> {
  const { url } = await client.beginAuthorization('ada', { redirectUri, session, scopes })
  return client.completeAuthorization(await browse(url), { session })
}

describe('discovery', () => {
  it('finds what this server has', () => {
    expect(discovered.endpoints).toEqual({
      authorization: `${server.origin}/auth`,
      token: `${server.origin}/token`,
      revocation: `${server.origin}/token/revocation`,
      introspection: `${server.origin}/token/introspection`,
      deviceAuthorization: `${server.origin}/device/auth`,
      pushedAuthorizationRequest: `${server.origin}/request`,
      jwks: `${server.origin}/jwks`,
    })
    expect(discovered.sendsIssuerInCallback).toBe(true)
    expect(discovered.idTokenAlgorithms).toEqual(['RS256', 'PS256'])
  })

  it('refuses the same document for an issuer that is written otherwise', async () => {
    await expect(discover('oidc', `${server.origin}/`)).rejects.toMatchObject({ code: 'metadata_invalid' })
  })
})

describe('signing in with a pushed request and a checked ID token', () => {
  it('works, and the ID token of a refresh is of the same person', async () => {
    const [pushed, asked] = [server.count('/request'), server.count('/jwks')]
    const client = createClient({ idToken: verifyIdTokens() })
    const connection = await signIn(client, 'http://127.0.0.1:49200/callback')
    const before = await connection.accessToken()
    await connection.refresh()
    const after = await connection.accessToken()
    expect(after.value).not.toBe(before.value)
    expect(server.count('/request') - pushed).toBe(1)
    expect(server.count('/jwks') - asked).toBe(1)
  })

  it('connects nobody when the server signs by an algorithm that is not allowed', async () => {
    const provider = providerWith(discovered, { idTokenAlgorithms: ['ES256'] })
    const client = createClient({ idToken: verifyIdTokens(), provider })
    const signedIn = signIn(client, 'http://127.0.0.1:49201/callback')
    await expect(signedIn).rejects.toMatchObject({ code: 'id_token_invalid' })
    expect((await client.connection('ada').status()).state).toBe('absent')
  })

  it('is refused when a request_uri is used twice', async () => {
    const { url } = await createClient().beginAuthorization('ada', {
      redirectUri: 'http://127.0.0.1:49203/callback',
      session,
      scopes: ['api:read'],
    })
    expect((await browse(url)).searchParams.has('code')).toBe(true)
    expect((await browse(url)).searchParams.get('error')).toBe('invalid_request_uri')
  })
})

describe('a client that signs', () => {
  it('signs in, refreshes and disconnects, each request with an assertion of its own', async () => {
    const authentication = privateKeyJwt(async () => ({ key: await importClientKey(), kid: 'client-key' }))
    const client = createClient({ clientId: keyClient, authentication })
    const connection = await signIn(client, callbackUri, ['api:read'])
    await connection.refresh()
    await connection.refresh()
    expect(await connection.disconnect()).toEqual({ erased: true, revoked: true })
  })

  it('is refused with a key that the server does not know', async () => {
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const client = createClient({ clientId: keyClient, authentication: privateKeyJwt(pair.privateKey) })
    await expect(signIn(client, callbackUri)).rejects.toMatchObject({ code: 'client_rejected' })
  })
})

describe('a device code', () => {
  const options = { clientId: deviceClient, scopes: ['openid', 'api:read'] }

  function connect(onPrompt: (prompt: DevicePrompt) => void | Promise<void>): Promise<Connection> {
    const client = createClient({ clientId: options.clientId, idToken: verifyIdTokens(), clock: quickClock() })
    return client.connect('ada', deviceCode({ onPrompt, scopes: options.scopes }))
  }

  it('connects once the person has entered and confirmed it', async () => {
    const asked = server.count('/token')
    const connection = await connect(({ verificationUri, userCode }) =>
      submitForms(new URL(verificationUri), { user_code: userCode }),
    )
    expect((await connection.status()).scopes).toEqual(options.scopes)
    await connection.refresh()
    expect(server.count('/token') - asked).toBe(2)
  })

  it('is over when the person says no', async () => {
    const connecting = connect(({ verificationUri, userCode }) =>
      submitForms(new URL(verificationUri), { user_code: userCode, abort: 'yes' }),
    )
    await expect(connecting).rejects.toMatchObject({ code: 'access_denied' })
  })
})

/** The system clock, whose waits of seconds are over at once: the server does not mind. */
function quickClock(): Clock {
  const setTimer: Clock['setTimer'] = (run, delayMs, options) =>
    systemClock.setTimer(run, delayMs >= 5_000 && delayMs < 10_000 ? 1 : delayMs, options)
  return { ...systemClock, setTimer }
}
