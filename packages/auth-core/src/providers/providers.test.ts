import { describe, expect, it } from 'vitest'
import { createBench, oauthError, rejection, rotated, tokenAnswer, type Bench } from '../../test/bench.ts'
import { decodeJwt } from '../../test/jwt.ts'
import {
  clientSecretBasic,
  clientSecretPost,
  createAuthClient,
  noClientSecret,
  refreshToken,
  type Connection,
  type Grant,
  type Provider,
} from '../index.ts'
import type { ClientAuthentication } from '../client-authentication.ts'
import { deviceCode, type DevicePrompt } from '../grants/device-code.ts'
import type { ScriptedAnswer } from '../testing/index.ts'
import { carthooks, carthooksAt, carthooksBaseUrl, userAccessToken } from './carthooks.ts'
import { google, serviceAccount } from './google.ts'
import { goto, personalAccessToken } from './goto.ts'

const session = 'browser-session'
const redirectUri = 'https://app.example.com/callback'

interface VendorBench extends Bench {
  connect(grant: Grant): Promise<Connection>
  sent(at: number): Record<string, string>
}

function vendorBench(
  provider: Provider,
  script: readonly ScriptedAnswer[],
  authentication: ClientAuthentication = clientSecretPost('s'),
): VendorBench {
  const bench = createBench(script)
  const { fetch, clock, store, events } = bench
  const make = () =>
    createAuthClient({
      provider,
      clientId: 'client-1',
      authentication,
      store,
      volatile: 'accept',
      fetch,
      clock,
      onEvent: (event) => void events.push(event),
    })
  const client = make()
  return {
    ...bench,
    client,
    connection: client.connection('ada'),
    connect: (grant) => client.connect('ada', grant),
    sent: (at) => Object.fromEntries(new URLSearchParams(fetch.requests[at]?.body)),
  }
}

describe('google', () => {
  it('asks for offline access and consent, or else no refresh token comes', async () => {
    const { url } = await vendorBench(google, []).client.beginAuthorization('ada', { redirectUri, session })
    expect(url.origin + url.pathname).toBe('https://accounts.google.com/o/oauth2/v2/auth')
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      access_type: 'offline',
      prompt: 'consent',
      code_challenge_method: 'S256',
    })
  })

  it('keeps its refresh token and asks again after a lost answer without a quiet time', async () => {
    const bench = vendorBench(google, [
      tokenAnswer(),
      new TypeError('fetch failed'),
      tokenAnswer({ access_token: 'at-2' }),
    ])
    await bench.connect(refreshToken('rt-0'))
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(3_600_000)
    expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'provider_no_answer' })
    await bench.clock.advance(1_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.sent(2)).toMatchObject({ refresh_token: 'rt-0', client_secret: 's' })
  })

  it('connects a service account that acts for a person, by claims alone', async () => {
    const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }
    const pair = await crypto.subtle.generateKey({ ...algorithm, hash: 'SHA-256' }, false, ['sign', 'verify'])
    const scopes = ['https://www.googleapis.com/auth/calendar.events']
    const email = 'robot@project.example.com'
    const bench = vendorBench(google, [tokenAnswer()], noClientSecret())
    await bench.connect(serviceAccount({ email, key: pair.privateKey, subject: 'ada@example.com', scopes }))
    // Signing leaves the event loop: time must not run meanwhile.
    expect((await bench.connection.accessToken()).scopes).toEqual(scopes)
    expect(Object.keys(bench.sent(0)).toSorted()).toEqual(['assertion', 'grant_type'])
    const { header, claims, signed } = await decodeJwt(bench.sent(0)['assertion'] ?? '', pair.publicKey)
    expect([signed, header['alg']]).toEqual([true, 'RS256'])
    expect(claims).toMatchObject({
      iss: email,
      sub: 'ada@example.com',
      scope: scopes[0],
      aud: 'https://oauth2.googleapis.com/token',
    })
    expect(Number(claims['exp']) - Number(claims['iat'])).toBeLessThanOrEqual(3600)
  })

  it('understands the names and statuses of its device endpoint', async () => {
    const answer = { device_code: 'd', user_code: 'U', verification_url: 'https://www.google.com/device' }
    const bench = vendorBench(google, [
      Response.json({ ...answer, expires_in: 1800, interval: 5 }),
      oauthError(428, 'authorization_pending'),
      oauthError(403, 'slow_down'),
      rotated(1),
    ])
    const prompts: DevicePrompt[] = []
    await bench.run(bench.connect(deviceCode({ onPrompt: (prompt) => void prompts.push(prompt) })))
    expect(prompts[0]?.verificationUri).toBe('https://www.google.com/device')
    expect(bench.sent(3)).toMatchObject({ client_secret: 's' })
  })
})

describe('goto', () => {
  it('exchanges a personal access token with Basic, then renews by refresh token', async () => {
    const bench = vendorBench(
      goto,
      [rotated(1, { principal: 'ada@example.com' }), tokenAnswer()],
      clientSecretBasic('s'),
    )
    await bench.connect(personalAccessToken('pat-secret'))
    await bench.run(bench.connection.accessToken())
    expect(bench.sent(0)).toEqual({ grant_type: 'personal_access_token', pat: 'pat-secret' })
    expect(bench.fetch.requests[0]?.headers.get('authorization')).toMatch(/^Basic /)
    expect(bench.fetch.requests[0]?.url).toBe('https://identity.goto.com/oauth/token')
    await bench.clock.advance(3_600_000)
    await bench.run(bench.connection.accessToken())
    expect(bench.sent(1)).toEqual({ grant_type: 'refresh_token', refresh_token: 'rt-1' })
  })
})

describe('carthooks', () => {
  const envelope = (data: object) => Response.json({ data, trace_id: 't' })
  const tokens = (n: number) => ({ access_token: `at-${n}`, token_type: 'Bearer', refresh_token: `rt-${n}` })
  const failed = (error: unknown, status = 200) => Response.json({ error, trace_id: 't' }, { status })

  it.each([
    ['https://api.carthooks.com', 'https://api.carthooks.com/oauth/token'],
    ['https://api.carthooks.com/', 'https://api.carthooks.com/oauth/token'],
    ['https://acme.carthooks.com', 'https://acme.carthooks.com/open/api/oauth/token'],
    ['https://acme.carthooks.com/open/api/', 'https://acme.carthooks.com/open/api/oauth/token'],
    ['http://localhost:9000/open/api', 'http://localhost:9000/open/api/oauth/token'],
  ])('at %s asks %s', async (baseUrl, tokenEndpoint) => {
    const provider = carthooksAt(baseUrl)
    expect(provider.endpoints).toEqual({ token: tokenEndpoint })
    expect(provider.audience).toEqual([new URL(baseUrl).origin])
    expect(`${carthooksBaseUrl(baseUrl)}/oauth/token`).toBe(tokenEndpoint)
  })

  it.each([
    ['http://acme.carthooks.com', 'insecure_endpoint'],
    ['acme.carthooks.com', 'invalid_option'],
    ['https://acme.carthooks.com?x=1', 'invalid_option'],
    ['https://user:canary@example.com', 'invalid_option'],
  ])('refuses %s', (baseUrl, code) => {
    expect(() => carthooksAt(baseUrl)).toThrow(expect.objectContaining({ code }))
  })

  it('exchanges a user token with the secret in the form, and takes the tokens out of the envelope', async () => {
    const bench = vendorBench(carthooks, [envelope(tokens(1)), envelope(tokens(2))])
    await bench.connect(userAccessToken('user-token'))
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-1')
    expect(bench.sent(0)).toEqual({
      grant_type: 'client_credentials',
      user_access_token: 'user-token',
      client_id: 'client-1',
      client_secret: 's',
    })
    const { accessTokenExpiresAtMs = 0, refreshTokenExpiresAtMs = 0 } = await bench.connection.status()
    expect(accessTokenExpiresAtMs - bench.clock.wallMs()).toBe(24 * 3_600_000)
    expect(refreshTokenExpiresAtMs - bench.clock.wallMs()).toBe(365 * 24 * 3_600_000)
    await bench.clock.advance(24 * 3_600_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.sent(1)).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'rt-1' })
  })

  it.each([
    ['a key with 200', failed({ key: 'invalid_refresh_token', message: 'x', type: 'user' })],
    ['a message with 401', failed({ key: 'auth', message: 'oops: invalid_refresh_token' }, 401)],
    ['plain text', failed('invalid_refresh_token', 400)],
  ])(
    'asks for a person when the refresh token is refused by %s, and there is no other token',
    async (_what, answer) => {
      const bench = vendorBench(carthooks, [answer])
      await bench.connect(refreshToken('rt-0'))
      expect(await rejection(bench.run(bench.connection.accessToken()))).toMatchObject({ code: 'reconnect' })
    },
  )

  it('exchanges the current user token when the refresh token is refused', async () => {
    const user = ['user-1', 'user-2']
    const bench = vendorBench(carthooks, [
      envelope(tokens(1)),
      failed({ key: 'invalid_refresh_token' }),
      envelope(tokens(2)),
    ])
    await bench.connect(userAccessToken(() => user.shift()))
    await bench.run(bench.connection.accessToken())
    await bench.clock.advance(24 * 3_600_000)
    expect((await bench.run(bench.connection.accessToken())).value).toBe('at-2')
    expect(bench.sent(2)['user_access_token']).toBe('user-2')
  })

  it.each([
    ['another error', failed({ key: 'internal', message: 'x' })],
    ['an error without texts', failed({ code: 7 }, 500)],
    ['a server error that names the token', failed({ key: 'invalid_refresh_token' }, 503)],
  ])('leaves the grant alone for %s', async (_what, answer) => {
    const bench = vendorBench(carthooks, [answer])
    await bench.connect(refreshToken('rt-0'))
    await rejection(bench.run(bench.connection.accessToken()))
    expect((await bench.connection.status()).state).toBe('active')
    expect((await bench.connection.exportTokens()).refreshToken).toBe('rt-0')
  })
})
