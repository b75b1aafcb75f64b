import { beforeAll, describe, expect, it } from 'vitest'
import { createBench, rejection, rotated, type Bench, type BenchOptions } from '../test/bench.ts'
import { signJwt } from '../test/jwt.ts'
import { verifyIdTokens } from './id-token.ts'
import { refreshToken, type ProviderData } from './index.ts'
import type { ScriptedAnswer } from './testing/index.ts'

const redirectUri = 'https://app.example.com/callback'
const session = 'browser-session'
const hourMs = 3_600_000
const provider: Partial<ProviderData> = {
  endpoints: {
    authorization: 'https://auth.example.com/authorize',
    token: 'https://auth.example.com/token',
    jwks: 'https://auth.example.com/keys',
  },
  idTokenAlgorithms: ['ES256', 'RS256'],
}

let own: CryptoKeyPair
let other: CryptoKeyPair

function generate(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
}

beforeAll(async () => {
  own = await generate()
  other = await generate()
})

async function jwk({ publicKey }: CryptoKeyPair, members: object = {}): Promise<object> {
  return { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'k1', use: 'sig', key_ops: undefined, ...members }
}

/** The server's keys, fetched when they are asked for. */
function keys(...list: readonly object[]): ScriptedAnswer {
  return async () => Response.json({ keys: list.length === 0 ? [await jwk(own)] : await Promise.all(list) })
}

interface Wrong {
  readonly header?: Record<string, unknown>
  readonly claims?: Record<string, unknown>
  readonly key?: () => CryptoKey | undefined
}

interface Subject extends Bench {
  nonce: string
  signIn(): Promise<unknown>
  url(): Promise<URL>
}

/** A bench whose server answers with ID tokens that are right but for what a test says. */
function idBench(script: (make: (n: number, wrong?: Wrong) => ScriptedAnswer) => readonly ScriptedAnswer[]): Subject {
  const make = (n: number, { header, claims, key = () => own.privateKey }: Wrong = {}): ScriptedAnswer => {
    return async () => {
      const iat = Math.round(bench.clock.wallMs() / 1000)
      const id = await signJwt(
        { alg: 'ES256', kid: 'k1', ...header },
        {
          iss: 'https://auth.example.com',
          aud: 'client-1',
          sub: 'ada-id',
          iat,
          exp: iat + 600,
          ...(n === 1 ? { nonce: bench.nonce } : {}),
          ...claims,
        },
        key(),
      )
      return rotated(n, { id_token: id })
    }
  }
  const options: BenchOptions = { provider, options: { idToken: verifyIdTokens() } }
  const plain = createBench(script(make), options)
  const bench: Subject = {
    ...plain,
    nonce: '',
    async url() {
      const scopes = ['openid', 'read']
      const { url } = await plain.client.beginAuthorization('ada', { redirectUri, session, scopes })
      bench.nonce = url.searchParams.get('nonce') ?? ''
      return url
    },
    async signIn() {
      const state = (await bench.url()).searchParams.get('state') ?? ''
      return plain.client.completeAuthorization(new URL(`${redirectUri}?code=c&state=${state}`), { session })
    },
  }
  return bench
}

async function atHash(accessToken: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken))
  return Buffer.from(digest.slice(0, 16)).toString('base64url')
}

describe('an ID token at sign-in', () => {
  it('that is right connects the account, and its nonce is a new one each time', async () => {
    const bench = idBench((make) => [make(1), keys()])
    const first = (await bench.url()).searchParams.get('nonce')
    await bench.signIn()
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(bench.nonce).not.toBe(first)
    expect((await bench.connection.accessToken()).value).toBe('at-1')
    expect((await bench.record()).tokens.subject).toBe('ada-id')
    expect(bench.fetch.requests[1]).toMatchObject({ url: 'https://auth.example.com/keys', redirect: 'manual' })
    expect(JSON.stringify(await bench.record())).not.toContain('eyJ')
  })

  const weekAgo = Date.UTC(2026, 0, 1) / 1000 - 7 * 24 * 3600
  it.each<[string, Wrong]>([
    ['a wrong issuer', { claims: { iss: 'https://evil.example.com' } }],
    ['no issuer', { claims: { iss: undefined } }],
    ['a wrong audience', { claims: { aud: 'client-2' } }],
    ['no audience', { claims: { aud: undefined } }],
    ['an extra audience', { claims: { aud: ['client-1', 'client-2'] } }],
    ['an extra audience that it is for', { claims: { aud: ['client-1', 'client-2'], azp: 'client-2' } }],
    ['an end that is over', { claims: { exp: weekAgo + 600 } }],
    ['no end', { claims: { exp: undefined } }],
    ['an issue time a week ago', { claims: { iat: weekAgo } }],
    ['no issue time', { claims: { iat: undefined } }],
    ['no subject', { claims: { sub: undefined } }],
    ['a wrong nonce', { claims: { nonce: 'other' } }],
    ['no nonce', { claims: { nonce: undefined } }],
    ['no signature', { header: { alg: 'none' }, key: () => undefined }],
    ['an empty signature', { key: () => undefined }],
    ['a wrong key', { key: () => other.privateKey }],
    ['another algorithm than it was signed with', { header: { alg: 'RS256' } }],
    ['an algorithm outside the list', { header: { alg: 'PS256' } }],
    ['an algorithm of shared secrets', { header: { alg: 'HS256' } }],
    ['a key id that nobody knows', { header: { kid: 'k9' } }],
    ['the hash of another access token', { claims: { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' } }],
  ])('with %s connects nobody', async (_what, wrong) => {
    const bench = idBench((make) => [make(1, wrong), keys()])
    const error = await rejection(bench.signIn())
    expect(error).toMatchObject({ code: 'id_token_invalid', action: 'reconnect', retryable: false })
    expect((await bench.connection.status()).state).toBe('absent')
    expect(String(error)).not.toMatch(/eyJ|at-1/)
  })

  it('may name itself as the one of several audiences, and may carry the hash of its access token', async () => {
    const claims = { aud: ['client-1', 'client-2'], azp: 'client-1', at_hash: await atHash('at-1') }
    const bench = idBench((make) => [make(1, { claims }), keys()])
    await bench.signIn()
    bench.fetch.assertDone()
  })

  it('without a key id is checked with the only key, and refused where there are several', async () => {
    const wrong = { header: { kid: undefined } }
    const one = idBench((make) => [make(1, wrong), keys()])
    await one.signIn()
    const several = idBench((make) => [make(1, wrong), keys(jwk(own), jwk(other, { kid: 'k2' }))])
    expect(await rejection(several.signIn())).toMatchObject({ code: 'id_token_invalid' })
  })

  it('is demanded where it was asked for, and is no number', async () => {
    for (const members of [{}, { id_token: 7 }, { id_token: '' }, { id_token: 'x.y' }, { id_token: 'a.b.c' }]) {
      const bench = idBench(() => [rotated(1, members), keys()])
      expect(await rejection(bench.signIn())).toMatchObject({ code: 'id_token_invalid' })
    }
  })

  it.each<[string, ScriptedAnswer]>([
    ['do not come', new TypeError('fetch failed')],
    ['are redirected', Response.redirect('https://evil.example.com/', 302)],
    ['are answered with an error', new Response('', { status: 503 })],
    ['come with an error', async () => Response.json({ keys: [await jwk(own)] }, { status: 500 })],
    ['are a page', new Response('<html>')],
    ['are 5 MB', Response.json({ keys: [], pad: 'x'.repeat(5_000_000) })],
  ])('whose keys %s connects nobody, and may be tried again', async (_what, answer) => {
    const bench = idBench((make) => [make(1), answer])
    expect(await rejection(bench.signIn())).toMatchObject({ code: 'provider_no_answer', retryable: true })
    expect((await bench.connection.status()).state).toBe('absent')
    bench.fetch.assertDone()
  })

  it('of somebody else leaves the stored grant as it was', async () => {
    const bench = idBench((make) => [make(1), keys(), make(1, { claims: { sub: 'eve-id' } })])
    await bench.signIn()
    expect(await rejection(bench.signIn())).toMatchObject({ code: 'account_mismatch' })
    expect((await bench.record()).tokens.subject).toBe('ada-id')
    // The keys were kept from the first time.
    bench.fetch.assertDone()
  })

  it('is not looked at unless the app says so', async () => {
    const bench = createBench([rotated(1, { id_token: 'nonsense' })], { provider })
    const { url } = await bench.client.beginAuthorization('ada', { redirectUri, session, scopes: ['openid'] })
    expect(url.searchParams.has('nonce')).toBe(false)
    const state = url.searchParams.get('state') ?? ''
    await bench.client.completeAuthorization(new URL(`${redirectUri}?code=c&state=${state}`), { session })
    expect(JSON.stringify(await bench.record())).not.toContain('nonsense')
  })

  it('needs the address of the keys', async () => {
    const bench = createBench([rotated(1, { id_token: 'a.b.c' })], { options: { idToken: verifyIdTokens() } })
    await bench.client.connect('ada', refreshToken('rt-0'))
    expect(await rejection(bench.connection.accessToken())).toMatchObject({ code: 'unsupported_by_provider' })
  })
})

describe('an ID token at a refresh', () => {
  async function refreshed(wrong: Wrong | undefined, answers: readonly ScriptedAnswer[] = []): Promise<Subject> {
    const bench = idBench((make) => [make(1), keys(), make(2, wrong), ...answers])
    await bench.signIn()
    await bench.clock.advance(hourMs)
    return bench
  }

  it('of the same person lets the tokens be used', async () => {
    const bench = await refreshed(undefined)
    expect((await bench.connection.accessToken()).value).toBe('at-2')
  })

  it.each<[string, Wrong]>([
    ['of another person', { claims: { sub: 'eve-id' } }],
    ['of another issuer', { claims: { iss: 'https://evil.example.com' } }],
    ['of another client', { claims: { aud: 'client-2' } }],
    ['of last week', { claims: { iat: 1 } }],
    ['with a wrong key', { key: () => other.privateKey }],
  ])('%s takes its access token out of use, while the new refresh token is kept', async (_what, wrong) => {
    const bench = await refreshed(wrong, [rotated(3)])
    expect(await rejection(bench.connection.accessToken())).toMatchObject({ code: 'id_token_invalid' })
    expect(await bench.record()).toMatchObject({ state: 'active', generation: 2, refused: true })
    expect((await bench.connection.exportTokens()).refreshToken).toBe('rt-2')
    expect(await rejection(bench.connection.accessToken())).toMatchObject({ code: 'backing_off' })
    expect(await rejection(bench.another().connection.accessToken())).toMatchObject({ code: 'backing_off' })
    await bench.clock.advance(1_000)
    expect((await bench.connection.accessToken()).value).toBe('at-3')
    expect(new URLSearchParams(bench.fetch.requests[3]?.body).get('refresh_token')).toBe('rt-2')
  })

  it('whose keys cannot be fetched costs no grant: the next refresh sends the new token', async () => {
    const bench = idBench((make) => [make(2), new TypeError('fetch failed'), make(3), keys()])
    await bench.client.connect('ada', refreshToken('rt-0'))
    expect(await rejection(bench.connection.accessToken())).toMatchObject({ code: 'provider_no_answer' })
    await bench.clock.advance(1_000)
    expect((await bench.connection.accessToken()).value).toBe('at-3')
    expect(new URLSearchParams(bench.fetch.requests[2]?.body).get('refresh_token')).toBe('rt-2')
  })

  it('that never gets right is tried less and less often', async () => {
    const wrong = { claims: { sub: 'eve-id' } }
    const bench = idBench((make) => [make(1), keys(), ...[2, 3, 4, 5].map((n) => make(n, wrong))])
    await bench.signIn()
    await bench.clock.advance(hourMs)
    const waitsMs: number[] = []
    for (let round = 0; round < 4; round += 1) {
      await rejection(bench.connection.accessToken())
      waitsMs.push((await bench.record()).retryAtMs - bench.clock.wallMs())
      await bench.clock.advance(waitsMs.at(-1) ?? 0)
    }
    expect(waitsMs).toEqual([1_000, 2_000, 4_000, 8_000])
  })
})
