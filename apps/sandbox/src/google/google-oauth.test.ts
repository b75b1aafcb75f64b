import { createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  accounts,
  authorizationUrl,
  credentials,
  events,
  exchange,
  freeBusy,
  person,
  post,
  refresh,
  signIn,
  tokens,
} from '../../test/google-client.ts'
import { openPage } from '../../test/open-page.ts'
import { read, startMs } from '../../test/play-client.ts'
import { approveAuthorization } from '../approve-authorization.ts'
import { googleDesktopClient, googleWebClient } from '../oauth/clients.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

const offline = { access_type: 'offline', prompt: 'consent' }
const create = (): Sandbox => createSandbox({ startMs })
const daySeconds = 24 * 3600

describe('a refresh token of a web client', () => {
  test('comes with offline access after a shown page, and the answer says which scopes were granted', async () => {
    const answer = await signIn(create(), { ...offline, scope: `${events} ${freeBusy}` })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      access_token: answer.access,
      expires_in: 3599,
      refresh_token: answer.refresh,
      scope: `${events} ${freeBusy}`,
      token_type: 'Bearer',
    })
  })

  test('does not come online', async () => {
    expect((await signIn(create())).refresh).toBe('')
  })

  test('does not come a second time without prompt: no page is shown then', async () => {
    const sandbox = create()
    expect((await signIn(sandbox, { access_type: 'offline' })).refresh).not.toBe('')
    const again = await sandbox.fetch(authorizationUrl({ access_type: 'offline' }))
    expect(again.status).toBe(303)
    expect((await exchange(sandbox, new URL(again.headers.get('location') ?? ''))).refresh).toBe('')
    expect((await signIn(sandbox, offline)).refresh).not.toBe('')
  })

  test('stays valid at a refresh, whose answer has none', async () => {
    const sandbox = create()
    const first = await signIn(sandbox, offline)
    for (let round = 0; round < 3; round += 1) {
      const answer = await refresh(sandbox, first.refresh)
      expect(answer).toMatchObject({ status: 200, refresh: '' })
    }
    expect(sandbox.control.ledger.summary()).toMatchObject({ refreshRequests: 3, reuse: 0 })
  })

  test('dies after six months without use, and each use counts anew', async () => {
    const sandbox = create()
    const { refresh: token } = await signIn(sandbox, offline)
    sandbox.control.clock.advance(150 * daySeconds * 1000)
    expect((await refresh(sandbox, token)).status).toBe(200)
    sandbox.control.clock.advance(150 * daySeconds * 1000)
    expect((await refresh(sandbox, token)).status).toBe(200)
    sandbox.control.clock.advance(183 * daySeconds * 1000)
    expect(await refresh(sandbox, token)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test('lives 7 days, whatever its use, while the consent screen is in testing', async () => {
    const sandbox = create()
    sandbox.control.clients.add({ ...googleWebClient, testing: true })
    const first = await signIn(sandbox, offline)
    expect(first.body.refresh_token_expires_in).toBe(7 * daySeconds)
    sandbox.control.clock.advance(6 * daySeconds * 1000)
    expect((await refresh(sandbox, first.refresh)).status).toBe(200)
    sandbox.control.clock.advance(daySeconds * 1000)
    expect((await refresh(sandbox, first.refresh)).body.error).toBe('invalid_grant')
  })

  test('is the oldest to be dropped silently beyond 100 for one person and client', async () => {
    const sandbox = create()
    const all: string[] = []
    for (let round = 0; round < 101; round += 1) all.push((await signIn(sandbox, offline)).refresh)
    expect((await refresh(sandbox, all[0] ?? '')).body.error).toBe('invalid_grant')
    expect((await refresh(sandbox, all[1] ?? '')).status).toBe(200)
  })
})

describe('the page', () => {
  test('has a box for each scope, and an unticked one is not granted', async () => {
    const answer = await signIn(create(), { ...offline, scope: `${events} ${freeBusy}` }, { scopes: [events] })
    expect(answer.body.scope).toBe(events)
  })

  test('with nothing ticked is a refusal', async () => {
    const callback = await approveAuthorization(create().fetch, authorizationUrl(offline), { scopes: [] })
    expect(callback.searchParams.get('error')).toBe('access_denied')
  })

  test('lists the expected person first', async () => {
    const sandbox = create()
    sandbox.control.accounts.add({ vendor: 'google', accountKey: '42', principal: 'grace@example.com' })
    const callback = await approveAuthorization(sandbox.fetch, authorizationUrl({ login_hint: 'grace@example.com' }))
    expect((await exchange(sandbox, callback)).status).toBe(200)
    expect(sandbox.control.ledger.entries({ kind: 'token' })[0]?.account).toBe('42')
  })

  test.each([
    ['without scope', { scope: '' }, 'invalid_request'],
    ['with another kind of access', { access_type: 'forever' }, 'invalid_request'],
    ['that forbids a page where one is needed', { prompt: 'none' }, 'interaction_required'],
  ])('is not shown to a request %s', async (_, parameters, error) => {
    const response = await create().fetch(authorizationUrl(parameters))
    expect(new URL(response.headers.get('location') ?? '').searchParams.get('error')).toBe(error)
  })

  test('is not needed where all was allowed before', async () => {
    const sandbox = create()
    await signIn(sandbox)
    const silent = await sandbox.fetch(authorizationUrl({ prompt: 'none' }))
    expect(new URL(silent.headers.get('location') ?? '').searchParams.has('code')).toBe(true)
    const more = await sandbox.fetch(authorizationUrl({ prompt: 'none', scope: freeBusy }))
    expect(new URL(more.headers.get('location') ?? '').searchParams.get('error')).toBe('interaction_required')
  })
})

test('include_granted_scopes widens the new token by what was granted before', async () => {
  const sandbox = create()
  await signIn(sandbox, { scope: events })
  const wider = await signIn(sandbox, { scope: freeBusy, include_granted_scopes: 'true' })
  expect(wider.body.scope).toBe(`${freeBusy} ${events}`)
})

describe('a desktop client', () => {
  const start = (uri: string): Promise<Response> =>
    create().fetch(authorizationUrl({ client_id: googleDesktopClient.id, redirect_uri: uri }))

  test.each(['http://127.0.0.1:50123', 'http://[::1]:50123/callback', 'http://localhost:1'])(
    'comes back to %s, and always gets a refresh token',
    async (uri) => {
      const sandbox = create()
      const url = authorizationUrl({ client_id: googleDesktopClient.id, redirect_uri: uri })
      const callback = await approveAuthorization(sandbox.fetch, url)
      const answer = await exchange(sandbox, callback, uri, googleDesktopClient)
      expect(answer.refresh).not.toBe('')
    },
  )

  test.each(['https://127.0.0.1:50123', 'http://evil.example.com', 'urn:ietf:wg:oauth:2.0:oob'])(
    'does not come back to %s',
    async (uri) => {
      expect((await start(uri)).status).toBe(400)
    },
  )
})

describe('revocation', () => {
  test('of any token ends all that the person allowed any client of the project', async () => {
    const sandbox = create()
    const web = await signIn(sandbox, offline)
    const url = authorizationUrl({ client_id: googleDesktopClient.id, redirect_uri: 'http://127.0.0.1:1' })
    const callback = await approveAuthorization(sandbox.fetch, url)
    const desktop = await exchange(sandbox, callback, 'http://127.0.0.1:1', googleDesktopClient)
    expect(await post(sandbox, '/revoke', { token: web.access })).toMatchObject({ status: 200, body: {} })
    expect((await refresh(sandbox, desktop.refresh, googleDesktopClient)).body.error).toBe('invalid_grant')
    expect(await post(sandbox, '/revoke', { token: web.refresh })).toMatchObject({
      status: 400,
      body: { error: 'invalid_token' },
    })
  })

  test('leaves another vendor alone', async () => {
    const sandbox = create()
    const { access } = await signIn(sandbox, offline)
    const goto = await approveAuthorization(
      sandbox.fetch,
      'https://identity.goto.com/oauth/authorize?response_type=code&client_id=sandbox-client',
    )
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: goto.searchParams.get('code') ?? '',
      client_id: 'sandbox-client',
      client_secret: 'sandbox-secret',
    })
    const first = await read(await sandbox.fetch('https://identity.goto.com/oauth/token', { method: 'POST', body }))
    await post(sandbox, '/revoke', { token: access })
    const again = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: first.refresh,
      client_id: 'sandbox-client',
      client_secret: 'sandbox-secret',
    })
    const { status } = await sandbox.fetch('https://identity.goto.com/oauth/token', { method: 'POST', body: again })
    expect(status).toBe(200)
  })
})

describe('what tokens say', () => {
  test('an ID token is signed, and is for the client and the nonce', async () => {
    const sandbox = create()
    const { body } = await signIn(sandbox, { scope: 'openid email profile', nonce: 'n-1' })
    const [header = '', claims = '', signature = ''] = String(body.id_token).split('.')
    const { keys } = (await (await sandbox.fetch('https://www.googleapis.com/oauth2/v3/certs')).json()) as {
      keys: object[]
    }
    const key = createPublicKey({ key: keys[0] as never, format: 'jwk' })
    expect(verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'))).toBe(true)
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: accounts,
      aud: googleWebClient.id,
      sub: '100000000000000000001',
      email: person,
      email_verified: true,
      name: 'Ada Example',
      nonce: 'n-1',
      exp: startMs / 1000 + 3600,
    })
  })

  test('tokeninfo and userinfo tell whose an access token is, and refuse a dead one', async () => {
    const sandbox = create()
    const { access } = await signIn(sandbox, { scope: 'openid email' })
    const info = await read(await sandbox.fetch(`${tokens}/tokeninfo?access_token=${access}`))
    expect(info.body).toMatchObject({
      aud: googleWebClient.id,
      scope: 'openid email',
      expires_in: '3599',
      email: person,
    })
    const headers = { authorization: `Bearer ${access}` }
    const user = await read(await sandbox.fetch('https://openidconnect.googleapis.com/v1/userinfo', { headers }))
    expect(user.body).toEqual({ sub: '100000000000000000001', email: person, email_verified: true })
    sandbox.control.expireAccessTokens({ vendor: 'google' })
    expect((await sandbox.fetch(`${tokens}/tokeninfo?access_token=${access}`)).status).toBe(400)
    expect((await sandbox.fetch('https://openidconnect.googleapis.com/v1/userinfo', { headers })).status).toBe(401)
  })

  test('the ledger holds no token, not even one that came in a query', async () => {
    const sandbox = create()
    const { access } = await signIn(sandbox, { scope: 'openid' })
    await sandbox.fetch(`${tokens}/tokeninfo?access_token=${access}`)
    expect(JSON.stringify(sandbox.control.ledger.entries())).not.toContain(access)
  })

  test('the metadata names endpoints that answer', async () => {
    const sandbox = create()
    const { body } = await read(await sandbox.fetch(`${accounts}/.well-known/openid-configuration`))
    expect(body.issuer).toBe(accounts)
    expect((await sandbox.fetch(String(body.jwks_uri))).status).toBe(200)
    expect((await sandbox.fetch(String(body.token_endpoint), { method: 'POST' })).status).toBe(400)
  })
})

describe('the device flow', () => {
  const device = { vendor: 'google', id: 'tv', secret: 'tv-secret', type: 'device' } as const
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code'

  async function begin(sandbox: Sandbox) {
    sandbox.control.clients.add(device)
    const { body } = await post(sandbox, '/device/code', { client_id: device.id, scope: 'openid email' })
    const poll = () =>
      post(sandbox, '/token', { grant_type: grantType, device_code: String(body.device_code), ...credentials(device) })
    const enter = (user_code: string) =>
      openPage(sandbox, String(body.verification_url)).then((page) => page.submit({ user_code }))
    const decide = async (decision: string) =>
      (await enter(String(body.user_code))).submit({ decision, scope: 'openid' })
    return { body, poll, enter, decide }
  }

  test('answers Google’s statuses until a person allows it', async () => {
    const sandbox = create()
    const { body, poll, decide } = await begin(sandbox)
    expect(body).toMatchObject({ expires_in: 1800, interval: 5, verification_url: `${tokens}/device` })
    expect((await sandbox.fetch(String(body.verification_url))).status).toBe(200)
    expect(await poll()).toMatchObject({ status: 428, body: { error: 'authorization_pending' } })
    expect(await poll()).toMatchObject({ status: 403, body: { error: 'slow_down' } })
    expect((await decide('allow')).status).toBe(200)
    const answer = await poll()
    expect([answer.status, answer.access !== '', answer.refresh !== '']).toEqual([200, true, true])
    expect((await poll()).body.error).toBe('invalid_grant')
  })

  test('says when the person refused, and when the code is too old', async () => {
    const sandbox = create()
    const refused = await begin(sandbox)
    await refused.decide('deny')
    expect(await refused.poll()).toMatchObject({ status: 403, body: { error: 'access_denied' } })
    const late = await begin(sandbox)
    sandbox.control.clock.advance(1_800_000)
    expect((await late.poll()).body.error).toBe('expired_token')
    expect((await late.enter(String(late.body.user_code))).status).toBe(400)
  })

  test('asks the person each time, takes the code as people type it, and grants what was ticked', async () => {
    const sandbox = create()
    for (const scopes of [['openid', 'email'], ['email']]) {
      const { body, poll, enter } = await begin(sandbox)
      expect((await enter('XXXX-XXXX')).status).toBe(400)
      const page = await enter(` ${String(body.user_code).toLowerCase()} `)
      expect(page.name).toBe('consent')
      await page.submit([['decision', 'allow'], ...scopes.map((scope) => ['scope', scope] as const)])
      expect((await poll()).body.scope).toBe(scopes.join(' '))
    }
  })

  test('is not for other clients', async () => {
    const answer = await post(create(), '/device/code', { client_id: googleWebClient.id, scope: 'openid' })
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  })
})

describe('a service account', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const email = 'robot@project.iam.example.com'
  const nowSeconds = startMs / 1000

  function createWithRobot(): Sandbox {
    const sandbox = create()
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString()
    sandbox.control.google.addServiceAccount({ email, clientId: '115', publicKey, delegatedScopes: [events] })
    return sandbox
  }

  function assertion(claims: object = {}, key: KeyObject = pair.privateKey): string {
    const all = {
      iss: email,
      scope: events,
      aud: `${tokens}/token`,
      iat: nowSeconds,
      exp: nowSeconds + 3600,
      ...claims,
    }
    const signed = [{ alg: 'RS256', typ: 'JWT' }, all]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.')
    return `${signed}.${sign('sha256', Buffer.from(signed), key).toString('base64url')}`
  }

  const present = (sandbox: Sandbox, text: string) =>
    post(sandbox, '/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: text })

  test('gets an access token, as itself or for a person, and never a refresh token', async () => {
    const sandbox = createWithRobot()
    expect(await present(sandbox, assertion({ scope: freeBusy }))).toMatchObject({ status: 200, refresh: '' })
    const asPerson = await present(sandbox, assertion({ sub: person }))
    expect(asPerson.access).not.toBe('')
    expect(sandbox.control.ledger.entries({ kind: 'token' }).map((entry) => entry.account)).toEqual([
      '115',
      '100000000000000000001',
    ])
  })

  test.each([
    ['of an unknown account', { iss: 'nobody@example.com' }, 400, 'invalid_grant'],
    ['for a person who is not there', { sub: 'nobody@example.com' }, 400, 'invalid_grant'],
    ['for scopes that were not delegated', { sub: person, scope: freeBusy }, 401, 'unauthorized_client'],
    ['for another server', { aud: 'https://elsewhere.example.com' }, 400, 'invalid_grant'],
    ['that lives too long', { exp: nowSeconds + 3601 }, 400, 'invalid_grant'],
    ['of an hour ago', { iat: nowSeconds - 7200, exp: nowSeconds - 3600 }, 400, 'invalid_grant'],
    ['without scope', { scope: '' }, 400, 'invalid_scope'],
  ])('is refused with an assertion %s', async (_, claims, status, error) => {
    expect(await present(createWithRobot(), assertion(claims))).toMatchObject({ status, body: { error } })
  })

  test('is refused with a wrong signature or none', async () => {
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    const sandbox = createWithRobot()
    expect((await present(sandbox, assertion({}, other))).body.error).toBe('invalid_grant')
    expect((await present(sandbox, 'not.a-token')).body.error).toBe('invalid_grant')
    expect(
      (await post(sandbox, '/token', { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' })).body.error,
    ).toBe('invalid_request')
  })

  test('must be registered with a key that is one', () => {
    const add = () => create().control.google.addServiceAccount({ email, clientId: '115', publicKey: 'no key' })
    expect(add).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })
})

test('faults can be ordered for one vendor alone', async () => {
  const sandbox = create()
  sandbox.control.faults.add({ match: { vendor: 'google', kind: 'token' }, type: 'server_error', times: 'always' })
  expect((await signIn(sandbox)).status).toBe(503)
  expect((await sandbox.fetch('https://identity.goto.com/oauth/token', { method: 'POST' })).status).toBe(400)
})
