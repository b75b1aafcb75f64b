import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type JWK } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { authenticateByJwt, type JwtOptions } from './jwt.ts'

const issuer = 'https://login.example.com'
const audience = 'https://scheduler.example.com'
const jwksUrl = `${issuer}/.well-known/jwks.json`
const nowMs = Date.UTC(2026, 10, 1)
const clock = { wallMs: () => nowMs }
const seconds = nowMs / 1000
const secret = 'a shared secret of more than thirty-two bytes'

let key: CryptoKey
let publicKey: JWK
let strange: CryptoKey

beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true })
  key = pair.privateKey
  publicKey = { ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' }
  strange = (await generateKeyPair('RS256')).privateKey
})

type Keys = () => Response | Promise<Response>

function byKeys(changes: Partial<JwtOptions> = {}, answer: Keys = () => Response.json({ keys: [publicKey] })) {
  const asked: string[] = []
  const fetch = async (input: Request | URL | string): Promise<Response> => {
    asked.push(String(input))
    return await answer()
  }
  const options = { jwksUrl, issuer, audience, algorithms: ['RS256'], fetch, clock, ...changes } as JwtOptions
  return { authenticate: authenticateByJwt(options), asked }
}

function bySecret(changes: Partial<JwtOptions> = {}) {
  return authenticateByJwt({ secret, issuer, audience, algorithms: ['HS256'], clock, ...changes } as JwtOptions)
}

const claims = { iss: issuer, aud: audience, sub: 'ada', exp: seconds + 60 }

async function sign(changes: Record<string, unknown> = {}, { by = key, kid = 'k1' } = {}): Promise<string> {
  return await new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg: 'RS256', kid }).sign(by)
}

async function signShared(changes: Record<string, unknown> = {}, alg = 'HS256', by = secret): Promise<string> {
  return await new SignJWT({ ...claims, ...changes }).setProtectedHeader({ alg }).sign(new TextEncoder().encode(by))
}

function bearing(token: string): Request {
  return new Request(`${audience}/status`, { headers: { authorization: `Bearer ${token}` } })
}

/** Status and challenge of a refusal. */
function refusal(answer: string | Response | undefined): string {
  if (!(answer instanceof Response)) throw new Error(`It was let in as ${answer}.`)
  return `${answer.status} ${answer.headers.get('www-authenticate') ?? 'without a challenge'}`
}

const invalid = `401 Bearer error="invalid_token", error_description="The token is not valid here."`

test('whoever has a good token is its subject', async () => {
  const { authenticate, asked } = byKeys()
  expect(await authenticate(bearing(await sign()))).toBe('ada')
  expect(await authenticate(bearing(await sign({ sub: 'bob' })))).toBe('bob')
  expect(asked).toEqual([jwksUrl])
  expect(await bySecret()(bearing(await signShared()))).toBe('ada')
})

test('a claim of the app’s own may name the user, also as a number', async () => {
  const authenticate = bySecret({ userClaim: 'user_id' })
  expect(await authenticate(bearing(await signShared({ user_id: 17 })))).toBe('17')
  expect(refusal(await authenticate(bearing(await signShared())))).toContain("The token names no user as 'user_id'.")
})

test.each([
  ['none', {}],
  ['another scheme', { authorization: 'Basic YWRhOmE=' }],
  ['no token', { authorization: 'Bearer' }],
  ['two tokens', { authorization: 'Bearer a b' }],
])('with %s, a token is asked for', async (_name, headers) => {
  const { authenticate, asked } = byKeys()
  expect(refusal(await authenticate(new Request(audience, { headers: headers as Record<string, string> })))).toBe(
    '401 Bearer',
  )
  expect(asked).toEqual([])
})

describe('a token is refused that', () => {
  test.each<[string, Record<string, unknown>]>([
    ['is of another issuer', { iss: 'https://evil.example.com' }],
    ['is for somebody else', { aud: 'https://other.example.com' }],
    ['is not valid yet', { nbf: seconds + 10 }],
    ['never ends', { exp: undefined }],
    ['has an issuer that only begins alike', { iss: `${issuer}/` }],
  ])('%s', async (_name, changes) => {
    expect(refusal(await byKeys().authenticate(bearing(await sign(changes))))).toBe(invalid)
  })

  test('has expired, which is said; a tolerance is allowed for', async () => {
    const late = await sign({ exp: seconds - 5 })
    expect(refusal(await byKeys().authenticate(bearing(late)))).toContain('The token has expired.')
    expect(await byKeys({ clockToleranceSeconds: 10 }).authenticate(bearing(late))).toBe('ada')
  })

  test('somebody else signed', async () => {
    expect(refusal(await byKeys().authenticate(bearing(await sign({}, { by: strange }))))).toBe(invalid)
    expect(refusal(await byKeys().authenticate(bearing(await sign({}, { kid: 'k2' }))))).toBe(invalid)
    expect(refusal(await bySecret()(bearing(await signShared({}, 'HS256', 'x'.repeat(40)))))).toBe(invalid)
  })

  test('is signed by nobody, or in a way that was not named', async () => {
    const unsigned = new UnsecuredJWT(claims).encode()
    expect(refusal(await byKeys().authenticate(bearing(unsigned)))).toBe(invalid)
    expect(refusal(await bySecret()(bearing(await signShared({}, 'HS512', secret.repeat(2)))))).toBe(invalid)
  })

  test('is signed with the public key as if it were a shared secret', async () => {
    const forged = await signShared({}, 'HS256', JSON.stringify(publicKey))
    expect(refusal(await byKeys().authenticate(bearing(forged)))).toBe(invalid)
  })

  test('is no token', async () => {
    for (const token of ['a', 'a.b.c', 'a.b.c.d.e'])
      expect(refusal(await byKeys().authenticate(bearing(token)))).toBe(invalid)
  })

  test('names nobody', async () => {
    for (const sub of ['', undefined]) {
      expect(refusal(await byKeys().authenticate(bearing(await sign({ sub }))))).toContain('names no user')
    }
  })
})

test.each<[string, Keys]>([
  ['do not answer', () => Promise.reject(new TypeError('fetch failed'))],
  ['are in trouble', () => new Response('', { status: 503 })],
  ['are no keys', () => Response.json({ keys: 7 })],
  ['lead elsewhere', () => Response.redirect('https://evil.example.com/keys', 302)],
])('keys that %s are nobody’s fault: 503, and no challenge', async (_name, answer) => {
  expect(refusal(await byKeys({}, answer).authenticate(bearing(await sign())))).toBe('503 without a challenge')
})

test('a refusal holds nothing of the token', async () => {
  const token = await sign({ iss: 'https://evil.example.com', sub: 'canary-subject' })
  const answer = await byKeys().authenticate(bearing(token))
  const text = answer instanceof Response ? refusal(answer) + (await answer.text()) : ''
  expect(text).not.toContain(token.split('.')[1])
  expect(text).not.toContain('canary')
})

test.each<[string, Record<string, unknown>]>([
  ['no issuer', { issuer: '' }],
  ['no audience', { audience: undefined }],
  ['no algorithm', { algorithms: [] }],
  ['keys and a secret', { secret }],
  ['neither', { jwksUrl: undefined }],
  ['a shared algorithm with public keys', { algorithms: ['RS256', 'HS256'] }],
  ['a public algorithm with a secret', { jwksUrl: undefined, secret }],
  ['a secret that is too short', { jwksUrl: undefined, algorithms: ['HS256'], secret: 'short' }],
  ['keys over plain http', { jwksUrl: 'http://login.example.com/keys' }],
  ['an address that is none', { jwksUrl: 'keys' }],
])('options with %s are refused at once', (_name, change) => {
  expect(() => byKeys(change)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
})
