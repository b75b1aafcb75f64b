import { beforeEach, describe, expect, test } from 'vitest'
import {
  base,
  credentials,
  dataOf,
  errorOf,
  getCode,
  machineToken,
  origin,
  post,
  redirectUri,
  refresh,
  tokensOf,
  tokenUrl,
  userTokens,
} from '../../test/carthooks-client.ts'
import { basic, callAt, read, startMs } from '../../test/play-client.ts'
import { carthooksClient } from '../oauth/clients.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'

const day = 24 * 3600
let sandbox: Sandbox

beforeEach(() => {
  sandbox = createSandbox({ startMs })
})

const me = async (token: string) => callAt(sandbox, token, 'GET', `${base}/v1/me`)

describe('the token endpoint', () => {
  test('gives a client a token of its own in an envelope, without a refresh token', async () => {
    const answer = await post(sandbox, { grant_type: 'client_credentials' })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toEqual({
      data: { access_token: expect.any(String), token_type: 'Bearer', expires_in: day, scope: 'api:full' },
      trace_id: expect.stringMatching(/^[\da-f]{32}$/),
    })
    expect(dataOf(await me(tokensOf(answer).access)).scope).toEqual(['api:full'])
  })

  test('lets it act for a person by the person’s token, with a refresh token', async () => {
    const grace = 'grace.example@example.com'
    sandbox.control.accounts.add({ vendor: 'carthooks', accountKey: '2147490001', principal: grace, admin: false })
    const userToken = sandbox.control.carthooks.createUserToken(grace)
    const answer = await post(sandbox, { grant_type: 'client_credentials', user_access_token: userToken })
    expect(dataOf(answer)).toMatchObject({ scope: 'api:user', refresh_token: expect.any(String) })
    expect(dataOf(await me(tokensOf(answer).access))).toMatchObject({
      email: grace,
      is_admin: false,
      scope: ['api:user'],
    })
  })

  test('takes no person’s token that ended, was revoked, or is none', async () => {
    const exchange = (token: string) => post(sandbox, { grant_type: 'client_credentials', user_access_token: token })
    const machine = await machineToken(sandbox)
    const userToken = sandbox.control.carthooks.createUserToken()
    expect((await exchange(userToken)).status).toBe(200)
    expect((await exchange(machine)).status).toBe(400)
    sandbox.control.expireAccessTokens({ vendor: 'carthooks' })
    for (const token of [userToken, 'made-up']) {
      const answer = await exchange(token)
      expect([answer.status, errorOf(answer)]).toEqual([400, { message: expect.any(String), type: 'user' }])
    }
  })

  test('exchanges a code without PKCE, once, for the redirect URI it was made for', async () => {
    const { access } = await userTokens(sandbox)
    const answer = await getCode(sandbox, access)
    const url = new URL(String(dataOf(answer).redirect_url))
    expect([url.origin + url.pathname, url.searchParams.get('state')]).toEqual([redirectUri, 's1'])
    const code = url.searchParams.get('code') ?? ''
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
    const tokens = tokensOf(await post(sandbox, form))
    expect(dataOf(await me(tokens.access))).toMatchObject({ username: 'ada.example' })
    expect((await post(sandbox, form)).status).toBe(400)
    // What a code gave ends when it comes again.
    expect((await me(tokens.access)).status).toBe(401)
    expect(errorOf(await refresh(sandbox, tokens.refresh)).key).toBe('invalid_refresh_token')
  })

  test.each([{ redirect_uri: 'http://localhost:8080/other' }, { redirect_uri: '' }, { code: 'made-up' }])(
    'exchanges no code with %j',
    async (change) => {
      const answer = await getCode(sandbox, await machineToken(sandbox))
      const code = new URL(String(dataOf(answer).redirect_url)).searchParams.get('code') ?? ''
      const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...change }
      const refused = await post(sandbox, form)
      expect([refused.status, errorOf(refused).key]).toEqual([400, undefined])
    },
  )

  test('gives a new refresh token each time, and takes none twice', async () => {
    const first = await userTokens(sandbox)
    const second = tokensOf(await refresh(sandbox, first.refresh))
    expect(second.refresh).not.toBe(first.refresh)
    const third = tokensOf(await refresh(sandbox, second.refresh))
    expect((await me(third.access)).status).toBe(200)

    const reused = await refresh(sandbox, first.refresh)
    expect([reused.status, errorOf(reused)]).toEqual([
      400,
      { key: 'invalid_refresh_token', message: expect.any(String), type: 'user' },
    ])
    expect(sandbox.control.ledger.summary({ vendor: 'carthooks' })).toMatchObject({ reuse: 1, invalidGrant: 1 })
  })

  test('says the same of a refresh token that nobody gave, of another client, or that ended', async () => {
    const { refresh: token } = await userTokens(sandbox)
    sandbox.control.clients.add({ ...carthooksClient, id: 'dvc-other' })
    const form = { grant_type: 'refresh_token', refresh_token: token, client_id: 'dvc-other' }
    expect(errorOf(await post(sandbox, form)).key).toBe('invalid_refresh_token')
    expect(errorOf(await refresh(sandbox, 'made-up')).key).toBe('invalid_refresh_token')
    sandbox.control.clock.advance(365 * day * 1000)
    expect(errorOf(await refresh(sandbox, token)).key).toBe('invalid_refresh_token')
  })

  test('lets access tokens live a day and refresh tokens a year', async () => {
    const { access, refresh: token } = await userTokens(sandbox)
    sandbox.control.clock.advance(day * 1000 - 1)
    expect((await me(access)).status).toBe(200)
    sandbox.control.clock.advance(1)
    expect((await me(access)).status).toBe(401)
    sandbox.control.clock.advance(364 * day * 1000 - 1)
    expect((await refresh(sandbox, token)).status).toBe(200)
  })

  test.each<[string, number, Record<string, string>]>([
    ['an unknown client', 401, { client_id: 'dvc-nobody' }],
    ['a wrong secret', 401, { client_secret: 'dvs-wrong' }],
    ['no secret', 401, { client_secret: '' }],
    ['no grant type', 400, { grant_type: '' }],
    ['a grant type of others', 400, { grant_type: 'password' }],
    ['no code', 400, { grant_type: 'authorization_code' }],
    ['no refresh token', 400, { grant_type: 'refresh_token' }],
  ])('refuses %s with %d', async (_, status, change) => {
    const answer = await post(sandbox, { grant_type: 'client_credentials', ...change })
    expect(answer).toMatchObject({
      status,
      body: { error: { message: expect.any(String) }, trace_id: expect.any(String) },
    })
  })

  test('takes forms with id and secret only: no JSON, no Basic, and no matter which bearer comes along', async () => {
    const form = { grant_type: 'client_credentials' }
    const send = async (headers: Record<string, string>, body: string | URLSearchParams) =>
      (await read(await sandbox.fetch(tokenUrl, { method: 'POST', headers, body }))).status
    const json = { 'content-type': 'application/json' }
    expect(await send(json, JSON.stringify({ ...form, ...credentials }))).toBe(400)
    expect(await send(basic(carthooksClient), new URLSearchParams(form))).toBe(401)
    expect(await send(basic(carthooksClient), new URLSearchParams({ ...form, ...credentials }))).toBe(401)
    const bearer = { authorization: 'Bearer leaked' }
    expect(await send(bearer, new URLSearchParams({ ...form, ...credentials }))).toBe(200)
  })

  test('knows the clients of its own vendor only', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'sandbox-client', client_secret: 'sandbox-secret' }
    expect((await post(sandbox, form)).status).toBe(401)
  })

  test('follows the grant types and the rotation of a client', async () => {
    sandbox.control.clients.add({ ...carthooksClient, grantTypes: ['client_credentials', 'refresh_token'] })
    expect((await post(sandbox, { grant_type: 'authorization_code', code: 'x' })).status).toBe(400)
    sandbox.control.setRotation({ rotation: 'none', vendor: 'carthooks' })
    const { refresh: token } = await userTokens(sandbox)
    expect(dataOf(await refresh(sandbox, token))).not.toHaveProperty('refresh_token')
    expect((await refresh(sandbox, token)).status).toBe(200)
  })
})

describe('a call for a code', () => {
  test.each([
    [{ client_id: 'dvc-nobody' }, 400],
    [{ redirect_uri: 'https://elsewhere.example.com/' }, 400],
    [{ state: undefined }, 400],
    [{ target_tenant_id: 1 }, 403],
    [{ target_tenant_id: 2147490001 }, 200],
  ])('with %j is answered %d', async (change, status) => {
    expect((await getCode(sandbox, await machineToken(sandbox), change)).status).toBe(status)
  })

  test('is taken where the documents have it, and where the SDKs look', async () => {
    const token = await machineToken(sandbox)
    const body = { client_id: 'dvc-sandbox', redirect_uri: redirectUri, state: 's' }
    for (const url of [
      `${origin}/api/oauth/get-authorize-code`,
      `${base}/oauth/get-authorize-code`,
      'https://api.carthooks.com/api/oauth/get-authorize-code',
      'https://api.carthooks.com/oauth/get-authorize-code',
      'http://127.0.0.1:4747/api/oauth/get-authorize-code',
    ]) {
      expect([url, (await callAt(sandbox, token, 'POST', url, body)).status]).toEqual([url, 200])
    }
  })
})

describe('the address', () => {
  test('of the vendor’s own host has at its root what an instance has below /open/api', async () => {
    const answer = await post(sandbox, { grant_type: 'client_credentials' }, 'https://api.carthooks.com/oauth/token')
    const { access } = tokensOf(answer)
    expect((await callAt(sandbox, access, 'GET', 'https://api.carthooks.com/v1/me')).status).toBe(200)
    expect((await callAt(sandbox, access, 'GET', 'https://api.carthooks.com/open/api/v1/me')).status).toBe(200)
    expect(sandbox.control.ledger.entries({ operation: 'getCurrentUser' }).map(({ path }) => path)).toEqual([
      '/open/api/v1/me',
      '/open/api/v1/me',
    ])
  })

  test('of anybody else has nothing at its root', async () => {
    const token = await machineToken(sandbox)
    expect((await callAt(sandbox, token, 'GET', `${origin}/v1/me`)).status).toBe(404)
    expect((await callAt(sandbox, token, 'GET', 'http://127.0.0.1:4747/v1/me')).status).toBe(404)
    expect((await callAt(sandbox, token, 'GET', 'https://api.goto.test/open/api/v1/me')).status).toBe(404)
    expect((await callAt(sandbox, token, 'GET', 'http://127.0.0.1:4747/open/api/v1/me')).status).toBe(200)
  })
})

describe('faults', () => {
  test('speak the envelope, also with status 200', async () => {
    const oauth = { match: { vendor: 'carthooks', kind: 'token' } } as const
    sandbox.control.faults.add({ ...oauth, type: 'oauth_error', error: 'invalid_refresh_token', status: 200 })
    const answer = await post(sandbox, { grant_type: 'client_credentials' })
    expect([answer.status, errorOf(answer).key]).toEqual([200, 'invalid_refresh_token'])
    sandbox.control.faults.add({ match: { api: 'carthooks' }, type: 'api_error', status: 200, errorCode: 'BUSY' })
    expect(await me(await machineToken(sandbox))).toMatchObject({ status: 200, body: { error: { key: 'BUSY' } } })
  })

  test('give true answers another status, and the work is done all the same', async () => {
    const { refresh: token } = await userTokens(sandbox)
    const match = { vendor: 'carthooks', kind: 'token' } as const
    sandbox.control.faults.add({ match, type: 'status', times: 2 })
    expect((await refresh(sandbox, token)).status).toBe(200)
    const reused = await refresh(sandbox, token)
    expect([reused.status, errorOf(reused).key]).toEqual([200, 'invalid_refresh_token'])
    sandbox.control.faults.add({ match, type: 'status', status: 202 })
    expect((await post(sandbox, { grant_type: 'client_credentials' })).status).toBe(202)
  })

  test('spoil tokens inside the envelope', async () => {
    const match = { vendor: 'carthooks', kind: 'token' } as const
    sandbox.control.faults.add({ match, type: 'expires_in', seconds: -5 })
    sandbox.control.faults.add({ match, type: 'wrong_types' })
    expect(dataOf(await post(sandbox, { grant_type: 'client_credentials' }))).toMatchObject({ expires_in: -5 })
    expect(dataOf(await post(sandbox, { grant_type: 'client_credentials' }))).toMatchObject({ access_token: 42 })
  })
})

test('the same seed and calls give the same tokens, and a reset begins again', async () => {
  const tokens = await userTokens(sandbox)
  expect(await userTokens(createSandbox({ startMs }))).toEqual(tokens)
  sandbox.control.reset()
  expect(await userTokens(sandbox)).toEqual(tokens)
  expect(() => sandbox.control.carthooks.createUserToken('nobody@example.com')).toThrow('nobody@example.com')
})
