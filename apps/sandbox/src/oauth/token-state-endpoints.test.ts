import { describe, expect, test } from 'vitest'
import { createSandbox } from '../sandbox.ts'
import { basic, call, post, read, redirectUri, refresh, signIn, startMs } from '../../test/play-client.ts'

const queues = '/call-queues?accountKey=1234567890'
const other = { id: 'other', secret: 'o', redirectUris: [redirectUri] }

describe('revocation', () => {
  test('of a refresh token ends the grant', async () => {
    const sandbox = createSandbox({ startMs })
    const tokens = await signIn(sandbox)
    const answer = await post(sandbox, '/oauth/revoke', { token: tokens.refresh, token_type_hint: 'refresh_token' })
    expect(answer).toMatchObject({ status: 200, text: '' })
    expect(await refresh(sandbox, tokens.refresh)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
    expect(await call(sandbox, tokens.access, 'GET', queues)).toMatchObject({ status: 401 })
  })

  test('of an access token ends that token alone', async () => {
    const sandbox = createSandbox({ startMs })
    const tokens = await signIn(sandbox)
    expect((await post(sandbox, '/oauth/revoke', { token: tokens.access })).status).toBe(200)
    expect((await call(sandbox, tokens.access, 'GET', queues)).status).toBe(401)
    expect((await refresh(sandbox, tokens.refresh)).status).toBe(200)
  })

  test('of a token nobody knows, or of another client, answers 200 and ends nothing', async () => {
    const sandbox = createSandbox({ startMs, clients: [other] })
    const tokens = await signIn(sandbox)
    expect((await post(sandbox, '/oauth/revoke', { token: 'made-up' })).status).toBe(200)
    expect((await post(sandbox, '/oauth/revoke', { token: tokens.refresh }, basic(other))).status).toBe(200)
    expect((await refresh(sandbox, tokens.refresh)).status).toBe(200)
  })

  test('needs the client and the token', async () => {
    const sandbox = createSandbox({ startMs })
    expect((await post(sandbox, '/oauth/revoke', { token: 'x' }, {})).status).toBe(401)
    expect((await post(sandbox, '/oauth/revoke', { x: 'x' })).status).toBe(400)
  })
})

describe('introspection', () => {
  test('tells about living tokens of the client that asks', async () => {
    const sandbox = createSandbox({ startMs })
    const tokens = await signIn(sandbox, { scope: 'voice-admin.v1.read' })
    const about = {
      active: true,
      scope: 'voice-admin.v1.read',
      client_id: 'sandbox-client',
      username: 'ada.example@example.com',
    }
    const access = await post(sandbox, '/oauth/introspect', { token: tokens.access })
    expect(access.body).toMatchObject({
      ...about,
      token_type: 'Bearer',
      iat: startMs / 1000,
      exp: startMs / 1000 + 3600,
    })
    const refreshed = await post(sandbox, '/oauth/introspect', { token: tokens.refresh })
    expect(refreshed.body).toMatchObject({ ...about, exp: startMs / 1000 + 30 * 24 * 3600 })
  })

  test('says no more than inactive of everything else', async () => {
    const sandbox = createSandbox({ startMs, rotation: 'strict', clients: [other] })
    const tokens = await signIn(sandbox)
    const foreign = await post(sandbox, '/oauth/introspect', { token: tokens.refresh }, basic(other))
    expect(foreign.body).toEqual({ active: false })
    expect((await post(sandbox, '/oauth/introspect', { token: 'made-up' })).body).toEqual({ active: false })
    await refresh(sandbox, tokens.refresh)
    expect((await post(sandbox, '/oauth/introspect', { token: tokens.refresh })).body).toEqual({ active: false })
    sandbox.control.clock.advance(3_600_000)
    expect((await post(sandbox, '/oauth/introspect', { token: tokens.access })).body).toEqual({ active: false })
  })

  test('of a spent token is no presentation of it', async () => {
    const sandbox = createSandbox({ startMs, rotation: 'strict' })
    const tokens = await signIn(sandbox)
    const { body } = await refresh(sandbox, tokens.refresh)
    await post(sandbox, '/oauth/introspect', { token: tokens.refresh })
    expect(sandbox.control.ledger.summary().reuse).toBe(0)
    expect((await refresh(sandbox, String(body.refresh_token))).status).toBe(200)
  })
})

describe('the metadata document', () => {
  test('has the members of GoTo’s, for the origin it is asked at', async () => {
    const response = await createSandbox().fetch('http://127.0.0.1:4747/.well-known/oauth-authorization-server')
    const { body } = await read(response)
    expect(body).toEqual({
      issuer: 'http://127.0.0.1:4747',
      authorization_endpoint: 'http://127.0.0.1:4747/oauth/authorize',
      token_endpoint: 'http://127.0.0.1:4747/oauth/token',
      revocation_endpoint: 'http://127.0.0.1:4747/oauth/revoke',
      introspection_endpoint: 'http://127.0.0.1:4747/oauth/introspect',
      jwks_uri: 'http://127.0.0.1:4747/oauth/jwks.json',
      response_types_supported: ['code'],
      grant_types_supported: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      code_challenge_methods_supported: ['S256'],
      client_id_metadata_document_supported: true,
    })
  })

  test('names the issuer that was set, wherever it is asked', async () => {
    const { fetch } = createSandbox({ issuer: 'https://identity.goto.com' })
    const { body } = await read(await fetch('http://127.0.0.1:4747/.well-known/oauth-authorization-server'))
    expect(body).toMatchObject({
      issuer: 'https://identity.goto.com',
      token_endpoint: 'https://identity.goto.com/oauth/token',
    })
  })

  test.each(['/.well-known/openid-configuration', '/oauth/register', '/'])('%s does not exist', async (path) => {
    const answer = await read(await createSandbox().fetch(`https://identity.goto.test${path}`))
    expect(answer).toMatchObject({ status: 404, body: { errorCode: 'NOT_FOUND' } })
  })
})
