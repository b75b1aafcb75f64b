import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  clientCredentials,
  clientSecretBasic,
  clientSecretPost,
  createAuthClient,
  noClientSecret,
  refreshToken,
  systemClock,
  type AuthClient,
  type AuthClientOptions,
  type AuthEvent,
  type Clock,
  type Connection,
  type Fetch,
  type Store,
} from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { browse } from './browser.ts'
import { basicClient, nativeClient, postClient, startOidcServer, type OidcServer } from './oidc-server.ts'

const session = 'browser-session'
const callbackUri = 'https://app.example.com/callback'

let server: OidcServer

beforeAll(async () => {
  server = await startOidcServer()
})

afterAll(() => server.close())

/** The system clock, put forward by hand. */
function shiftableClock(): Clock & { forward(ms: number): void } {
  let aheadMs = 0
  return {
    ...systemClock,
    wallMs: () => systemClock.wallMs() + aheadMs,
    monotonicMs: () => systemClock.monotonicMs() + aheadMs,
    forward(ms) {
      aheadMs += ms
    },
  }
}

interface Bench {
  readonly client: AuthClient
  readonly store: Store
  readonly events: AuthEvent[]
  readonly clock: ReturnType<typeof shiftableClock>
  another(): AuthClient
  outcomes(): string[]
}

/** Clients of one registration on one store. */
function createBench(more: Partial<AuthClientOptions> = {}): Bench {
  const clock = shiftableClock()
  const store = createMemoryStore({ clock })
  const events: AuthEvent[] = []
  const another = () =>
    createAuthClient({
      provider: server.profile(),
      clientId: basicClient.id,
      authentication: clientSecretBasic(basicClient.secret),
      store,
      volatile: 'accept',
      clock,
      onEvent: (event) => void events.push(event),
      ...more,
    })
  const outcomes = () => events.flatMap((event) => (event.type === 'refresh' ? [event.outcome] : []))
  return { client: another(), store, events, clock, another, outcomes }
}

async function signIn(client: AuthClient, redirectUri = callbackUri, account = 'ada'): Promise<Connection> {
  const { url } = await client.beginAuthorization(account, { redirectUri, session })
  return client.completeAuthorization(await browse(url), { session })
}

/** Asks the server directly, as the confidential client. */
async function post(
  path: string,
  parameters: Record<string, string>,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const body = new URLSearchParams({ client_id: postClient.id, client_secret: postClient.secret, ...parameters })
  const response = await fetch(`${server.origin}${path}`, { method: 'POST', body })
  const text = await response.text()
  return { status: response.status, body: text === '' ? {} : JSON.parse(text) }
}

async function isActive(token: string | undefined): Promise<unknown> {
  return (await post('/token/introspection', { token: token ?? '' })).body['active']
}

/** Redeems a code behind the back of auth-core. */
async function redeemByHand(parameters: { code: string; code_verifier: string }): ReturnType<typeof post> {
  return post('/token', { grant_type: 'authorization_code', redirect_uri: callbackUri, ...parameters })
}

/** Presents a refresh token behind the back of auth-core. */
async function presentByHand(token: string | undefined): ReturnType<typeof post> {
  return post('/token', { grant_type: 'refresh_token', refresh_token: token ?? '' })
}

const postOptions = { clientId: postClient.id, authentication: clientSecretPost(postClient.secret) }

describe('signing in with a code and PKCE', () => {
  it('works for a native client without a secret, on any loopback port', async () => {
    for (const port of [49_152, 50_007]) {
      const { client } = createBench({ clientId: nativeClient, authentication: noClientSecret() })
      const connection = await signIn(client, `http://127.0.0.1:${port}/callback`)
      const token = await connection.accessToken()
      expect(await isActive(token.value)).toBe(true)
      expect(await connection.status()).toMatchObject({ state: 'active', scopes: ['api:read'], generation: 1 })
    }
  })

  it.each([
    ['client_secret_basic', { clientId: basicClient.id, authentication: clientSecretBasic(basicClient.secret) }],
    ['client_secret_post', postOptions],
  ])('works for a confidential client by %s, with odd characters in id and secret', async (_method, options) => {
    const { client } = createBench(options)
    const connection = await signIn(client)
    const { accessToken, refreshToken: stored } = await connection.exportTokens()
    expect([await isActive(accessToken), await isActive(stored)]).toEqual([true, true])
  })

  it('is refused for a callback that is used again, and one of another session', async () => {
    const { client } = createBench()
    const { url } = await client.beginAuthorization('ada', { redirectUri: callbackUri, session })
    const callback = await browse(url)
    expect(callback.searchParams.get('iss')).toBe(server.origin)
    await expect(client.completeAuthorization(callback, { session: 'other' })).rejects.toMatchObject({
      code: 'session_mismatch',
    })
    await client.completeAuthorization(callback, { session })
    await expect(client.completeAuthorization(callback, { session })).rejects.toMatchObject({ code: 'state_unknown' })
  })

  it('gives nothing to who stole the code without the verifier, and still works for its owner', async () => {
    const { client } = createBench(postOptions)
    const { url } = await client.beginAuthorization('ada', { redirectUri: callbackUri, session })
    const callback = await browse(url)
    const stolen = { code: callback.searchParams.get('code') ?? '', code_verifier: 'x'.repeat(43) }
    expect(await redeemByHand(stolen)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    const connection = await client.completeAuthorization(callback, { session })
    expect(await isActive((await connection.accessToken()).value)).toBe(true)
  })

  it('ends with code_rejected when the code was redeemed before', async () => {
    const { client, store } = createBench(postOptions)
    const { url } = await client.beginAuthorization('ada', { redirectUri: callbackUri, session })
    const callback = await browse(url)
    const [key = ''] = (await store.list('attempt/')).keys
    const { verifier } = JSON.parse((await store.read(key)).entry?.value ?? '{}')
    const code = callback.searchParams.get('code') ?? ''
    expect(await redeemByHand({ code, code_verifier: verifier })).toMatchObject({ status: 200 })
    await expect(client.completeAuthorization(callback, { session })).rejects.toMatchObject({
      code: 'code_rejected',
      oauthError: 'invalid_grant',
    })
    expect((await client.connection('ada').status()).state).toBe('absent')
  })
})

describe('client credentials', () => {
  it('fetch one token for a thousand callers, and a new one after its end', async () => {
    const bench = createBench()
    const before = server.count('/token')
    const connection = await bench.client.connect('own', clientCredentials({ scopes: ['api:read', 'api:write'] }))
    const tokens = await Promise.all(Array.from({ length: 1_000 }, () => connection.accessToken()))
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1)
    expect(tokens[0]?.scopes).toEqual(['api:read', 'api:write'])
    expect(server.count('/token') - before).toBe(1)
    bench.clock.forward(3_600_000)
    expect((await connection.accessToken()).value).not.toBe(tokens[0]?.value)
    expect(server.count('/token') - before).toBe(2)
  })
})

describe('refreshing with rotation', () => {
  it('walks through the generations, each with a refresh token of its own', async () => {
    const bench = createBench(postOptions)
    const connection = await signIn(bench.client)
    const seen: (string | undefined)[] = [(await connection.exportTokens()).refreshToken]
    for (let round = 0; round < 5; round += 1) {
      bench.clock.forward(3_600_000)
      const token = await connection.accessToken()
      expect(await isActive(token.value)).toBe(true)
      seen.push((await connection.exportTokens()).refreshToken)
    }
    expect(new Set(seen).size).toBe(6)
    expect(await Promise.all(seen.map(isActive))).toEqual([false, false, false, false, false, true])
    expect(bench.outcomes()).toEqual(Array.from({ length: 5 }, () => 'refreshed'))
  })

  it('asks the server once for a thousand callers of four clients whose token has ended', async () => {
    const bench = createBench()
    const first = await signIn(bench.client)
    const connections = [first, ...Array.from({ length: 3 }, () => bench.another().connection('ada'))]
    bench.clock.forward(3_600_000)
    const before = server.count('/token')
    const calls = connections.flatMap((connection) => Array.from({ length: 250 }, () => connection.accessToken()))
    const tokens = await Promise.all(calls)
    expect(tokens).toHaveLength(1_000)
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1)
    expect(server.count('/token') - before).toBe(1)
    expect(await isActive(tokens[0]?.value)).toBe(true)
  })

  it('takes over a refresh token that was obtained elsewhere, once', async () => {
    const source = createBench(postOptions)
    const { refreshToken: own } = await (await signIn(source.client)).exportTokens()
    const bench = createBench(postOptions)
    const connection = await bench.client.connect('moved', refreshToken(own ?? ''))
    await connection.accessToken()
    await bench.client.connect('moved', refreshToken(own ?? ''))
    bench.clock.forward(3_600_000)
    expect(await isActive((await connection.accessToken()).value)).toBe(true)
  })
})

describe('reuse detection', () => {
  it('that somebody else sets off ends the grant, and the person is asked to sign in', async () => {
    const bench = createBench(postOptions)
    const connection = await signIn(bench.client)
    const { refreshToken: spent } = await connection.exportTokens()
    bench.clock.forward(3_600_000)
    await connection.accessToken()
    const { refreshToken: current } = await connection.exportTokens()
    expect(await presentByHand(spent)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await isActive(current)).toBe(false)
    await expect(connection.refresh()).rejects.toMatchObject({
      code: 'reconnect',
      action: 'reconnect',
      oauthError: 'invalid_grant',
    })
    expect(await connection.status()).toMatchObject({ state: 'reauth', reason: 'invalid_grant' })
    const asked = server.count('/token')
    bench.clock.forward(3_600_000)
    await expect(connection.accessToken()).rejects.toMatchObject({ code: 'reconnect' })
    expect(server.count('/token')).toBe(asked)
    await signIn(bench.client)
    expect(await isActive((await connection.accessToken()).value)).toBe(true)
    expect(await connection.status()).toMatchObject({ state: 'active' })
  })
})

describe('disconnecting', () => {
  it('leaves no live token at the server, and none in the store', async () => {
    const bench = createBench(postOptions)
    const connection = await signIn(bench.client)
    const { accessToken, refreshToken: stored } = await connection.exportTokens()
    expect(await connection.disconnect()).toEqual({ erased: true, revoked: true })
    expect([await isActive(accessToken), await isActive(stored)]).toEqual([false, false])
    await expect(connection.exportTokens()).rejects.toMatchObject({ code: 'not_connected' })
  })
})

describe('a wrong client secret', () => {
  it('is a matter of configuration: the grants are left alone and go on once it is right', async () => {
    let secret = basicClient.secret
    const bench = createBench({ authentication: clientSecretBasic(() => secret) })
    const accounts = ['ada', 'grace', 'edsger']
    for (const account of accounts) await signIn(bench.client, callbackUri, account)
    bench.clock.forward(3_600_000)
    secret = 'wrong'
    for (const account of accounts) {
      const connection = bench.client.connection(account)
      await expect(connection.accessToken()).rejects.toMatchObject({
        code: 'client_rejected',
        action: 'fix-config',
        oauthError: 'invalid_client',
      })
      expect(await connection.status()).toMatchObject({ state: 'active', uncertain: false })
    }
    secret = basicClient.secret
    bench.clock.forward(30_000)
    for (const account of accounts)
      expect(await isActive((await bench.client.connection(account).accessToken()).value)).toBe(true)
  })
})

describe('doubt after a lost answer', () => {
  /** A fetch that loses what is sent to the token endpoint, before or after the server has seen it. */
  function losing(): { fetch: Fetch; lose(when: 'before' | 'after'): void } {
    let losses: ('before' | 'after')[] = []
    return {
      lose: (when) => void losses.push(when),
      async fetch(input, init) {
        const loss = String(input).endsWith('/token') ? losses.shift() : undefined
        if (loss === 'before') throw new TypeError('fetch failed')
        const response = await fetch(input, init)
        if (loss === undefined) return response
        await response.arrayBuffer()
        throw new TypeError('fetch failed')
      },
    }
  }

  it('is resolved by asking: a request that never arrived is sent again', async () => {
    const network = losing()
    const bench = createBench({ fetch: network.fetch })
    const connection = await signIn(bench.client)
    bench.clock.forward(3_600_000)
    network.lose('before')
    await expect(connection.accessToken()).rejects.toMatchObject({ code: 'provider_no_answer' })
    expect(await connection.status()).toMatchObject({ uncertain: true })
    bench.clock.forward(60_000)
    const asked = server.count('/token/introspection')
    const token = await connection.accessToken()
    expect(server.count('/token/introspection') - asked).toBe(1)
    expect(await isActive(token.value)).toBe(true)
    expect(bench.outcomes()).toEqual(['unknown_reset', 'refreshed'])
  })

  it('is resolved by asking: a token that was rotated unseen is not presented again', async () => {
    const network = losing()
    const bench = createBench({ fetch: network.fetch })
    const connection = await signIn(bench.client)
    bench.clock.forward(3_600_000)
    network.lose('after')
    await expect(connection.accessToken()).rejects.toMatchObject({ code: 'provider_no_answer' })
    bench.clock.forward(60_000)
    const presented = server.count('/token')
    await expect(connection.accessToken()).rejects.toMatchObject({ code: 'reconnect' })
    expect(server.count('/token')).toBe(presented)
    expect(await connection.status()).toMatchObject({ state: 'reauth', reason: 'introspected_inactive' })
  })

  it('without introspection is decided by one probe after the quiet time', async () => {
    const network = losing()
    const provider = server.profile({ introspectsRefreshTokens: false })
    const bench = createBench({ fetch: network.fetch, provider })
    const connection = await signIn(bench.client)
    bench.clock.forward(3_600_000)
    network.lose('after')
    await expect(connection.accessToken()).rejects.toMatchObject({ code: 'provider_no_answer' })
    bench.clock.forward(60_000)
    await expect(connection.accessToken()).rejects.toMatchObject({ code: 'reconnect', oauthError: 'invalid_grant' })
    expect(bench.outcomes()).toEqual(['unknown_reset', 'probe_rejected'])
  })
})
