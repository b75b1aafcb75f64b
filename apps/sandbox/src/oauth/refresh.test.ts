import { describe, expect, test } from 'vitest'
import { createSandbox } from '../sandbox.ts'
import { basic, call, getCode, post, redirectUri, refresh, signIn, startMs } from '../../test/play-client.ts'

const day = 24 * 3600 * 1000
const queues = '/call-queues?accountKey=1234567890'

describe('a refresh', () => {
  test('with rotation none keeps the refresh token until it is 30 days old', async () => {
    const sandbox = createSandbox({ startMs, rotation: 'none' })
    const { refresh: token } = await signIn(sandbox)
    sandbox.control.clock.advance(30 * day - 1)
    const answer = await refresh(sandbox, token)
    expect(answer.status).toBe(200)
    expect(answer.body).not.toHaveProperty('refresh_token')
    sandbox.control.clock.advance(1)
    expect(await refresh(sandbox, token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(sandbox.control.ledger.entries({ grantType: 'refresh_token' }).at(-1)?.presented?.verdict).toBe('expired')
  })

  test('with GoTo’s rotation gives a new token from day 18 on, and the old one stops without the family', async () => {
    const sandbox = createSandbox({ startMs })
    const { refresh: first } = await signIn(sandbox)
    expect((await refresh(sandbox, first)).body).not.toHaveProperty('refresh_token')
    sandbox.control.clock.advance(18 * day)
    const { body } = await refresh(sandbox, first)
    expect(body.refresh_token).toBeTypeOf('string')
    expect(await refresh(sandbox, first)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await refresh(sandbox, String(body.refresh_token))).status).toBe(200)
    expect(sandbox.control.ledger.summary()).toMatchObject({ reuse: 1, invalidGrant: 1 })
  })

  test('with strict rotation gives a new token every time; a spent one revokes the whole family', async () => {
    const sandbox = createSandbox({ startMs, rotation: 'strict' })
    const first = await signIn(sandbox)
    const second = await refresh(sandbox, first.refresh)
    const third = await refresh(sandbox, second.refresh)
    expect(third.status).toBe(200)
    expect(await refresh(sandbox, first.refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await refresh(sandbox, third.refresh)).toMatchObject({ body: { error: 'invalid_grant' } })
    expect(await call(sandbox, third.access, 'GET', queues)).toMatchObject({ status: 401 })
    const trail = sandbox.control.ledger.entries({ grantType: 'refresh_token' }).map((entry) => entry.presented)
    expect(trail.map((each) => [each?.family, each?.generation, each?.verdict])).toEqual([
      ['family-1', 1, 'current'],
      ['family-1', 2, 'current'],
      ['family-1', 1, 'reuse'],
      ['family-1', 3, 'revoked'],
    ])
  })

  test('with grace forgives a second presentation, and both answers stay usable', async () => {
    const sandbox = createSandbox({ startMs, rotation: { grace: { seconds: 60, uses: 1 } } })
    const first = await signIn(sandbox)
    const one = await refresh(sandbox, first.refresh)
    const two = await refresh(sandbox, first.refresh)
    expect([one.status, two.status]).toEqual([200, 200])
    expect((await refresh(sandbox, one.refresh)).status).toBe(200)
    expect((await refresh(sandbox, two.refresh)).status).toBe(200)
    expect(sandbox.control.ledger.summary()).toMatchObject({ reuse: 0, spentInGrace: 1 })
    expect(await refresh(sandbox, first.refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(sandbox.control.ledger.summary()).toMatchObject({ reuse: 1 })
  })

  test('ends the access tokens before it if the server is set so', async () => {
    const sandbox = createSandbox({ startMs, refreshKillsAccessToken: true })
    const { access, refresh: token } = await signIn(sandbox)
    const { body } = await refresh(sandbox, token)
    expect(await call(sandbox, access, 'GET', queues)).toMatchObject({
      status: 401,
      body: { errorCode: 'AUTHN_INVALID_TOKEN' },
    })
    expect((await call(sandbox, String(body.access_token), 'GET', queues)).status).toBe(200)
  })

  test('leaves the access tokens before it alone otherwise', async () => {
    const sandbox = createSandbox({ startMs })
    const { access, refresh: token } = await signIn(sandbox)
    await refresh(sandbox, token)
    expect((await call(sandbox, access, 'GET', queues)).status).toBe(200)
  })

  test('may narrow the scope for one access token, never widen it', async () => {
    const sandbox = createSandbox({ startMs, rotation: 'strict' })
    const { refresh: token } = await signIn(sandbox, { scope: 'voice-admin.v1.read voice-admin.v1.write' })
    const wide = await refresh(sandbox, token, { scope: 'identity:' })
    expect(wide).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    const narrow = await refresh(sandbox, token, { scope: 'voice-admin.v1.read' })
    expect(narrow.body.scope).toBe('voice-admin.v1.read')
    expect((await refresh(sandbox, narrow.refresh)).body.scope).toBe('voice-admin.v1.read voice-admin.v1.write')
  })

  test('after the grant was revoked from outside is refused, and no other grant with it', async () => {
    const sandbox = createSandbox({ startMs })
    const [one, two] = [await signIn(sandbox), await signIn(sandbox)]
    expect(sandbox.control.revokeGrant({ family: 'family-1' })).toBe(1)
    expect(await refresh(sandbox, one.refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await refresh(sandbox, two.refresh)).status).toBe(200)
    const verdicts = sandbox.control.ledger.entries({ grantType: 'refresh_token' }).map(({ presented }) => presented)
    expect(verdicts.map((each) => each?.verdict)).toEqual(['revoked', 'current'])
  })

  test('is for the client that signed in; another one changes nothing', async () => {
    const other = { id: 'other', secret: 'o', redirectUris: [redirectUri] }
    const sandbox = createSandbox({ startMs, rotation: 'strict', clients: [other] })
    const { refresh: token } = await signIn(sandbox)
    const form = { grant_type: 'refresh_token', refresh_token: token }
    const stolen = await post(sandbox, '/oauth/token', form, basic(other))
    expect(stolen).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect((await refresh(sandbox, token)).status).toBe(200)
  })

  test('follows the client’s own settings before the sandbox’s', async () => {
    const own = {
      id: 'own',
      secret: 'o',
      redirectUris: [redirectUri],
      rotation: 'strict',
      accessTokenSeconds: 60,
    } as const
    const sandbox = createSandbox({ startMs, rotation: 'none', clients: [own] })
    const form = {
      grant_type: 'authorization_code',
      code: await getCode(sandbox, { client_id: 'own' }),
      redirect_uri: redirectUri,
    }
    const first = await post(sandbox, '/oauth/token', form, basic(own))
    expect(first.body.expires_in).toBe(60)
    const again = { grant_type: 'refresh_token', refresh_token: first.refresh }
    expect((await post(sandbox, '/oauth/token', again, basic(own))).body.refresh_token).toBeTypeOf('string')
  })
})

test('1,000 presentations at once of one token under strict rotation: one is current, all others are reuse', async () => {
  const sandbox = createSandbox({ startMs, rotation: 'strict' })
  const { refresh: token } = await signIn(sandbox)
  const answers = await Promise.all(Array.from({ length: 1000 }, () => refresh(sandbox, token)))
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
  const verdicts = sandbox.control.ledger
    .entries({ grantType: 'refresh_token' })
    .map((entry) => entry.presented?.verdict)
  expect(verdicts.filter((verdict) => verdict === 'current')).toHaveLength(1)
  expect(sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 1000, reuse: 999, invalidGrant: 999 })
})
