import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { approveAuthorization } from '../approve-authorization.ts'
import { defaultClient } from '../oauth/clients.ts'
import { createSandbox } from '../sandbox.ts'
import {
  basic,
  authorizationUrl,
  call,
  exchange,
  getCode,
  origin,
  post,
  read,
  redirectUri,
  refresh,
  signIn,
  startMs,
} from '../../test/play-client.ts'

const verifier = 'a-verifier-that-is-long-enough-to-be-one-000'
const challenge = createHash('sha256').update(verifier).digest('base64url')
const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }
const queues = '/call-queues?accountKey=1234567890'

describe('a code', () => {
  test('is exchanged for the members GoTo answers with', async () => {
    const sandbox = createSandbox({ startMs })
    const { status, body, headers } = await exchange(sandbox, await getCode(sandbox))
    expect(status).toBe(200)
    expect(Object.keys(body)).toEqual([
      'access_token',
      'token_type',
      'expires_in',
      'refresh_token',
      'scope',
      'principal',
    ])
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, principal: 'ada.example@example.com' })
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('gives the scopes that were asked for, or all of the client', async () => {
    const sandbox = createSandbox({ startMs })
    const some = await exchange(sandbox, await getCode(sandbox, { scope: 'voice-admin.v1.read' }))
    expect(some.body.scope).toBe('voice-admin.v1.read')
    const all = await exchange(sandbox, await getCode(sandbox))
    expect(all.body.scope).toBe(defaultClient.scopes?.join(' '))
  })

  test('works once; the second time what it gave is revoked', async () => {
    const sandbox = createSandbox({ startMs })
    const code = await getCode(sandbox)
    const { body } = await exchange(sandbox, code)
    expect((await call(sandbox, String(body.access_token), 'GET', queues)).status).toBe(200)
    expect(await exchange(sandbox, code)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await call(sandbox, String(body.access_token), 'GET', queues)).toMatchObject({ status: 401 })
    expect(await refresh(sandbox, String(body.refresh_token))).toMatchObject({ body: { error: 'invalid_grant' } })
  })

  test('lives for ten minutes', async () => {
    const sandbox = createSandbox({ startMs })
    const [inTime, late] = [await getCode(sandbox), await getCode(sandbox)]
    sandbox.control.clock.advance(600_000 - 1)
    expect((await exchange(sandbox, inTime)).status).toBe(200)
    sandbox.control.clock.advance(1)
    expect(await exchange(sandbox, late)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test('is for the client that got it', async () => {
    const other = { id: 'other', secret: 'other-secret', redirectUris: [redirectUri] }
    const sandbox = createSandbox({ startMs, clients: [other] })
    const form = { grant_type: 'authorization_code', code: await getCode(sandbox), redirect_uri: redirectUri }
    expect(await post(sandbox, '/oauth/token', form, basic(other))).toMatchObject({ body: { error: 'invalid_grant' } })
  })

  test.each([{ redirect_uri: 'http://localhost:8080/other' }, { redirect_uri: '' }])(
    'needs the redirect URI it was asked with, not %j',
    async (wrong) => {
      const sandbox = createSandbox({ startMs })
      expect(await exchange(sandbox, await getCode(sandbox), wrong)).toMatchObject({ body: { error: 'invalid_grant' } })
    },
  )

  test('needs no redirect URI if none was sent', async () => {
    const sandbox = createSandbox({ startMs })
    const url = authorizationUrl()
    url.searchParams.delete('redirect_uri')
    const code = (await approveAuthorization(sandbox.fetch, url)).searchParams.get('code') ?? ''
    const answer = await post(sandbox, '/oauth/token', { grant_type: 'authorization_code', code })
    expect(answer.status).toBe(200)
  })
})

describe('PKCE', () => {
  test('lets the right verifier through', async () => {
    const sandbox = createSandbox({ startMs })
    const answer = await exchange(sandbox, await getCode(sandbox, pkce), { code_verifier: verifier })
    expect(answer.status).toBe(200)
  })

  test.each([
    ['none', {}],
    ['another', { code_verifier: verifier.toUpperCase() }],
    ['too short', { code_verifier: 'short' }],
  ])('refuses a verifier that is %s, and the code is spent', async (_, wrong) => {
    const sandbox = createSandbox({ startMs })
    const code = await getCode(sandbox, pkce)
    expect(await exchange(sandbox, code, wrong)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await exchange(sandbox, code, { code_verifier: verifier })).toMatchObject({ status: 400 })
  })

  test('refuses a verifier where there was no challenge', async () => {
    const sandbox = createSandbox({ startMs })
    const answer = await exchange(sandbox, await getCode(sandbox), { code_verifier: verifier })
    expect(answer).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  })

  test('carries a public client through without a secret', async () => {
    const client = { id: 'public', redirectUris: [redirectUri] }
    const sandbox = createSandbox({ startMs, clients: [client] })
    const code = await getCode(sandbox, { client_id: client.id, ...pkce })
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, client_id: client.id }
    const answer = await post(sandbox, '/oauth/token', { ...form, code_verifier: verifier }, {})
    expect(answer.status).toBe(200)
    const again = { grant_type: 'refresh_token', refresh_token: answer.refresh, client_id: client.id }
    expect((await post(sandbox, '/oauth/token', again, {})).status).toBe(200)
  })
})

describe('a client', () => {
  const awkward = { id: 'id with space', secret: 'p%ss:w+rd ü', redirectUris: [redirectUri] }

  async function tryRefresh(form: Record<string, string>, headers: Record<string, string>) {
    const sandbox = createSandbox({ startMs, clients: [awkward] })
    const { refresh: token } = await signIn(sandbox)
    return post(sandbox, '/oauth/token', { grant_type: 'refresh_token', refresh_token: token, ...form }, headers)
  }

  test('may put its secret into the form', async () => {
    const answer = await tryRefresh({ client_id: 'sandbox-client', client_secret: 'sandbox-secret' }, {})
    expect(answer.status).toBe(200)
  })

  test('form-encodes id and secret for Basic', async () => {
    const sandbox = createSandbox({ startMs, clients: [awkward] })
    const code = await getCode(sandbox, { client_id: awkward.id })
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
    expect((await post(sandbox, '/oauth/token', form, basic(awkward))).status).toBe(200)
    const plain = { authorization: `Basic ${Buffer.from(`${awkward.id}:${awkward.secret}`).toString('base64')}` }
    expect(await post(sandbox, '/oauth/token', form, plain)).toMatchObject({ status: 401 })
  })

  test.each([
    ['an unknown id', {}, basic({ id: 'nobody', secret: 'x' })],
    ['a wrong secret', {}, basic({ id: 'sandbox-client', secret: 'wrong' })],
    ['a wrong secret of the right length', {}, basic({ id: 'sandbox-client', secret: 'sandbox-secreT' })],
    ['no secret', { client_id: 'sandbox-client' }, {}],
    ['nothing', {}, {}],
    ['a header that is no base64 of two parts', {}, { authorization: 'Basic abc' }],
    ['a header with a broken percent code', {}, { authorization: `Basic ${btoa('sandbox%zz:x')}` }],
  ])('that says %s is refused with 401 invalid_client, and its grant is not looked at', async (_, form, headers) => {
    const answer = await tryRefresh(form, headers)
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    expect(answer.headers.get('www-authenticate')).toMatch(/^Basic /)
  })

  test('must not authenticate in two ways', async () => {
    const form = { client_id: 'sandbox-client', client_secret: 'sandbox-secret' }
    expect(await tryRefresh(form, basic())).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
    const other = { client_id: 'another' }
    expect(await tryRefresh(other, basic())).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
  })
})

describe('a token request', () => {
  test.each([
    [{}, 400, 'invalid_request'],
    [{ grant_type: 'authorization_code' }, 400, 'invalid_request'],
    [{ grant_type: 'refresh_token' }, 400, 'invalid_request'],
    [{ grant_type: 'magic' }, 400, 'unsupported_grant_type'],
    [{ grant_type: 'refresh_token', refresh_token: 'made-up' }, 400, 'invalid_grant'],
    [{ grant_type: 'authorization_code', code: 'made-up' }, 400, 'invalid_grant'],
  ])('of %j is refused with %d %s', async (form, status, error) => {
    const answer = await post(createSandbox({ startMs }), '/oauth/token', { x: '1', ...form })
    expect(answer).toMatchObject({ status, body: { error } })
  })

  test('for client credentials is refused as GoTo does, unless the client has them', async () => {
    const machine = { id: 'machine', secret: 's', grantTypes: ['client_credentials'] } as const
    const sandbox = createSandbox({ startMs, clients: [machine] })
    const form = { grant_type: 'client_credentials', scope: 'voice-admin.v1.read' }
    const refused = await post(sandbox, '/oauth/token', form)
    expect(refused).toMatchObject({ status: 401, body: { error_description: 'Unauthorized grant type' } })

    const granted = await post(sandbox, '/oauth/token', form, basic(machine))
    expect(granted).toMatchObject({ status: 200, body: { scope: 'voice-admin.v1.read' } })
    expect(granted.body).not.toHaveProperty('refresh_token')
    expect((await call(sandbox, granted.access, 'GET', queues)).status).toBe(200)
    const tooMuch = await post(sandbox, '/oauth/token', { ...form, scope: 'root' }, basic(machine))
    expect(tooMuch).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    const code = await post(
      sandbox,
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: 'x' },
      basic(machine),
    )
    expect(code).toMatchObject({ status: 401, body: { error: 'unauthorized_client' } })
  })

  test('with a parameter twice, as JSON, or of two megabytes is refused', async () => {
    const sandbox = createSandbox({ startMs })
    const twice = new URLSearchParams([
      ['grant_type', 'refresh_token'],
      ['grant_type', 'refresh_token'],
    ])
    expect(await post(sandbox, '/oauth/token', twice)).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    })
    const json = { method: 'POST', headers: { ...basic(), 'content-type': 'application/json' }, body: '{}' }
    expect(await read(await sandbox.fetch(`${origin}/oauth/token`, json))).toMatchObject({ status: 400 })
    expect(await post(sandbox, '/oauth/token', { pad: 'x'.repeat(2_000_000) })).toMatchObject({ status: 413 })
  })
})
