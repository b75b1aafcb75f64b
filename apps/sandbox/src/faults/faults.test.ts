import { createPublicKey, verify } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { beforeEach, describe, expect, test } from 'vitest'
import { approveAuthorization } from '../approve-authorization.ts'
import { createSandbox, type Sandbox } from '../sandbox.ts'
import { signIn as signInAtGoogle } from '../../test/google-client.ts'
import {
  accountKey,
  api,
  authorizationUrl,
  call,
  origin,
  read,
  refresh,
  signIn,
  startMs,
} from '../../test/play-client.ts'
import type { Fault, FaultEffect } from './fault.ts'

let sandbox: Sandbox
let tokens: { readonly access: string; readonly refresh: string }

beforeEach(async () => {
  sandbox = createSandbox({ startMs, rotation: 'strict' })
  tokens = await signIn(sandbox)
})

const queues = () => call(sandbox, tokens.access, 'GET', `/call-queues?accountKey=${accountKey}`)
const lastEntry = () => sandbox.control.ledger.entries().at(-1)

describe('a fault on the API', () => {
  const answered: [FaultEffect, number, string][] = [
    [{ type: 'unauthorized' }, 401, 'AUTHN_INVALID_TOKEN'],
    [{ type: 'expire_access_token' }, 401, 'AUTHN_EXPIRED_TOKEN'],
    [{ type: 'forbidden' }, 403, 'UNAUTHORIZED'],
    [{ type: 'forbidden', errorCode: 'AUTHZ_INSUFFICIENT_SCOPE' }, 403, 'AUTHZ_INSUFFICIENT_SCOPE'],
    [{ type: 'rate_limited' }, 429, 'TOO_MANY_REQUESTS'],
    [{ type: 'server_error' }, 503, 'UNAVAILABLE'],
    [{ type: 'server_error', status: 500 }, 500, 'UNKNOWN_ERROR'],
    [{ type: 'api_error', status: 404 }, 404, 'NOT_FOUND'],
    [{ type: 'api_error', status: 409, errorCode: 'DUPLICATE_FOUND' }, 409, 'DUPLICATE_FOUND'],
  ]

  test.each(answered)('%j is answered %d %s once, then all is well', async (effect, status, errorCode) => {
    const id = sandbox.control.faults.add({ match: { kind: 'api' }, ...effect })
    expect(await queues()).toMatchObject({ status, body: { errorCode } })
    expect(lastEntry()).toMatchObject({ fault: id, status, error: errorCode, processed: false })
    const expired = effect.type === 'expire_access_token'
    expect((await queues()).status).toBe(expired ? 401 : 200)
  })

  test('tells how long to wait, if it is asked to', async () => {
    sandbox.control.faults.add({ match: { kind: 'api' }, type: 'rate_limited', retryAfterSeconds: 7 })
    expect((await queues()).headers.get('retry-after')).toBe('7')
  })

  test('may come after the work was done', async () => {
    const body = { accountKey, name: 'New', number: '1999' }
    sandbox.control.faults.add({ match: { operation: 'createExtension' }, type: 'server_error', processed: true })
    expect((await call(sandbox, tokens.access, 'POST', '/extensions', body)).status).toBe(503)
    expect(lastEntry()).toMatchObject({ processed: true, status: 503 })
    expect((await call(sandbox, tokens.access, 'POST', '/extensions', body)).body.errorCode).toBe('NUMBER_EXISTS')
  })
})

describe('a fault on the token endpoint', () => {
  const rejections: [FaultEffect, number, string | undefined][] = [
    [{ type: 'unauthorized' }, 401, 'invalid_client'],
    [{ type: 'forbidden' }, 403, 'access_denied'],
    [{ type: 'rate_limited' }, 429, 'temporarily_unavailable'],
    [{ type: 'server_error' }, 503, 'temporarily_unavailable'],
    [{ type: 'server_error', status: 502 }, 502, 'server_error'],
    [{ type: 'oauth_error', error: 'invalid_grant' }, 400, 'invalid_grant'],
    [{ type: 'oauth_error', error: 'invalid_client', status: 401 }, 401, 'invalid_client'],
    [{ type: 'html' }, 200, undefined],
    [{ type: 'html', status: 502 }, 502, undefined],
    [{ type: 'empty' }, 200, undefined],
    [{ type: 'redirect' }, 302, undefined],
  ]

  test.each(rejections)('%j is answered %d and the refresh token is not looked at', async (effect, status, error) => {
    sandbox.control.faults.add({ match: { kind: 'token' }, ...effect })
    const answer = await refresh(sandbox, tokens.refresh)
    expect([answer.status, answer.body.error]).toEqual([status, error])
    expect(lastEntry()).toMatchObject({ presented: { verdict: 'not_judged', generation: 1 }, processed: false })
    expect((await refresh(sandbox, tokens.refresh)).status).toBe(200)
  })

  const replacing: FaultEffect[] = [
    { type: 'server_error', processed: true },
    { type: 'html', processed: true },
    { type: 'empty', processed: true },
    { type: 'redirect', processed: true },
    { type: 'huge', processed: true },
    { type: 'rate_limited', processed: true },
  ]
  test.each(replacing)('%j hides that the token was spent', async (effect) => {
    sandbox.control.faults.add({ match: { kind: 'token' }, ...effect })
    expect(await refresh(sandbox, tokens.refresh)).toMatchObject({ refresh: '' })
    expect(lastEntry()).toMatchObject({ presented: { verdict: 'current' }, issuedRefreshToken: { generation: 2 } })
    expect((await refresh(sandbox, tokens.refresh)).body.error).toBe('invalid_grant')
    expect(sandbox.control.ledger.summary().reuse).toBe(1)
  })

  test('huge is as large as it is asked to be', async () => {
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'huge' })
    expect((await refresh(sandbox, tokens.refresh)).text.length).toBeGreaterThan(5_000_000)
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'huge', bytes: 1000 })
    expect((await refresh(sandbox, tokens.refresh)).text.length).toBeLessThan(1100)
  })

  test.each<[FaultEffect, unknown]>([
    [{ type: 'wrong_types' }, { access_token: 42, expires_in: [], scope: {} }],
    [{ type: 'unknown_token_type' }, { token_type: 'mac', expires_in: 3600 }],
    [{ type: 'expires_in', seconds: -1 }, { expires_in: -1 }],
    [{ type: 'expires_in', seconds: 1e15 }, { expires_in: 1e15 }],
  ])('%j spoils the answer after the rotation', async (effect, spoiled) => {
    sandbox.control.faults.add({ match: { kind: 'token' }, ...effect })
    const answer = await refresh(sandbox, tokens.refresh)
    expect(answer).toMatchObject({ status: 200, body: spoiled })
    expect((await refresh(sandbox, answer.refresh)).status).toBe(200)
  })
})

describe('a connection', () => {
  test('that is lost before the work is a rejected fetch, and nothing happened', async () => {
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'lost' })
    await expect(refresh(sandbox, tokens.refresh)).rejects.toMatchObject({
      name: 'TypeError',
      cause: { code: 'ECONNRESET' },
    })
    expect(lastEntry()).toMatchObject({ stage: 'lost', processed: false, presented: { verdict: 'not_judged' } })
    expect((await refresh(sandbox, tokens.refresh)).status).toBe(200)
  })

  test('that is lost after the work is the same to the client, but the token is spent', async () => {
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'lost', processed: true })
    await expect(refresh(sandbox, tokens.refresh)).rejects.toThrow(TypeError)
    expect(lastEntry()).toMatchObject({ stage: 'lost', processed: true, issuedRefreshToken: { generation: 2 } })
    expect((await refresh(sandbox, tokens.refresh)).body.error).toBe('invalid_grant')
  })

  test('that is cut gives half of an answer', async () => {
    sandbox.control.faults.add({ match: { kind: 'api' }, type: 'cut' })
    const headers = { authorization: `Bearer ${tokens.access}` }
    const response = await sandbox.fetch(`${api}/call-queues?accountKey=${accountKey}`, { headers })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow(TypeError)
    expect(lastEntry()).toMatchObject({ stage: 'cut', status: 200, processed: true })
  })
})

describe('a body', () => {
  const fetchQueues = () => {
    const headers = { authorization: `Bearer ${tokens.access}` }
    return sandbox.fetch(`${api}/call-queues?accountKey=${accountKey}`, { headers })
  }

  test.each([0, 10])('is cut after %d bytes', async (after) => {
    sandbox.control.faults.add({ match: { kind: 'api' }, type: 'cut', after })
    const response = await fetchQueues()
    expect(response.headers.get('content-type')).toContain('json')
    let passed = 0
    const reading = async () => {
      for await (const chunk of response.body ?? []) passed += chunk.length
    }
    await expect(reading()).rejects.toThrow(TypeError)
    expect(passed).toBe(after)
  })

  test('dribbles by the sandbox’s clock', async () => {
    const whole = await (await fetchQueues()).text()
    sandbox.control.faults.add({ match: { kind: 'api' }, type: 'dribble', bytes: 100, everyMs: 1000 })
    const reader = (await fetchQueues()).body?.getReader()
    let text = new TextDecoder().decode((await reader?.read())?.value)
    expect(text).toBe(whole.slice(0, 100))
    for (;;) {
      const next = reader?.read()
      await setImmediate()
      sandbox.control.clock.advance(1000)
      const { done, value } = (await next) ?? { done: true }
      if (done) break
      text += new TextDecoder().decode(value)
    }
    expect(text).toBe(whole)
    expect(sandbox.control.clock.nowMs()).toBe(startMs + Math.ceil(whole.length / 100) * 1000)
  })

  test('that dribbles breaks off when the sandbox is closed', async () => {
    sandbox.control.faults.add({ match: { kind: 'api' }, type: 'dribble' })
    const reader = (await fetchQueues()).body?.getReader()
    await reader?.read()
    const next = reader?.read()
    await sandbox.close()
    await expect(next).rejects.toThrow(TypeError)
  })

  test('is garbage under the true status and headers', async () => {
    sandbox.control.faults.add({ match: { kind: 'api' }, type: 'garbage' })
    const response = await fetchQueues()
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json'])
    const bytes = await response.bytes()
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes)).toThrow(TypeError)
  })
})

describe('a clock that moves', () => {
  test('ends a token before the call is looked at', async () => {
    sandbox.control.faults.add({ match: { kind: 'api' }, type: 'clock_moves', byMs: 3600_000 })
    expect((await queues()).body.errorCode).toBe('AUTHN_EXPIRED_TOKEN')
    expect(sandbox.control.clock.nowMs()).toBe(startMs + 3600_000)
  })

  test('may go back', async () => {
    sandbox.control.faults.add({ match: { kind: 'api' }, type: 'clock_moves', byMs: -60_000 })
    expect((await queues()).status).toBe(200)
    expect(sandbox.control.clock.nowMs()).toBe(startMs - 60_000)
  })
})

describe('another issuer', () => {
  const issuer = 'https://another-issuer.example.com'

  test('stands in the metadata', async () => {
    sandbox.control.faults.add({ match: { vendor: 'goto' }, type: 'wrong_issuer' })
    const metadata = () => sandbox.fetch(`${origin}/.well-known/oauth-authorization-server`).then(read)
    expect((await metadata()).body).toMatchObject({ issuer, token_endpoint: `${origin}/oauth/token` })
    expect((await metadata()).body).toMatchObject({ issuer: origin })
  })

  test('stands beside a code, whichever page comes before', async () => {
    sandbox.control.faults.add({
      match: { kind: 'authorize' },
      type: 'wrong_issuer',
      issuer: 'https://evil.example.com',
    })
    const callback = await approveAuthorization(sandbox.fetch, authorizationUrl())
    expect(callback.searchParams.get('iss')).toBe('https://evil.example.com')
    expect(callback.searchParams.get('code')).not.toBeNull()
    const { searchParams } = await approveAuthorization(sandbox.fetch, authorizationUrl())
    expect(searchParams.has('iss')).toBe(false)
  })

  test('stands in an ID token with a good signature', async () => {
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'wrong_issuer' })
    const { body } = await signInAtGoogle(sandbox, { scope: 'openid email' })
    const [header = '', claims = '', signature = ''] = String(body.id_token).split('.')
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
      iss: issuer,
      email: 'ada.example@example.com',
    })
    const [jwk] = (await (await sandbox.fetch('https://www.googleapis.com/oauth2/v3/certs')).json()).keys
    const signed = Buffer.from(`${header}.${claims}`)
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    expect(verify('sha256', signed, key, Buffer.from(signature, 'base64url'))).toBe(true)
  })

  test('waits for an answer that names one', async () => {
    const id = sandbox.control.faults.add({ match: { kind: 'token' }, type: 'wrong_issuer' })
    await refresh(sandbox, tokens.refresh)
    expect(sandbox.control.faults.pending()).toMatchObject([{ id, remaining: 1 }])
    expect(lastEntry()).not.toHaveProperty('fault')
  })
})

describe('a wrong ID token', () => {
  const partsOf = async (): Promise<{ header: unknown; claims: object; signature: string }> => {
    const { body } = await signInAtGoogle(sandbox, { scope: 'openid email' })
    const [header = '', claims = '', signature = ''] = String(body.id_token).split('.')
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
    return { header: decode(header), claims: decode(claims), signature }
  }

  test('says what it is told to, and no more', async () => {
    const claims = { aud: 'another-client', at_hash: null }
    sandbox.control.faults.add({ match: { kind: 'token' }, type: 'wrong_id_token', claims, keyId: 'another' })
    const found = await partsOf()
    expect(found.header).toMatchObject({ alg: 'RS256', kid: 'another' })
    expect(found.claims).toMatchObject({ aud: 'another-client', email: 'ada.example@example.com' })
    expect(found.claims).not.toHaveProperty('at_hash')
  })

  test('goes without a signature and without a key id', async () => {
    const fault = { type: 'wrong_id_token', signature: 'none', keyId: null } as const
    sandbox.control.faults.add({ match: { kind: 'token' }, ...fault })
    expect(await partsOf()).toMatchObject({ header: { alg: 'none', typ: 'JWT' }, signature: '' })
  })

  test.each([
    [{ claims: 'aud' }, 'fault.claims is an object.'],
    [{ keyId: '' }, 'fault.keyId must be a string that is not empty.'],
    [{ signature: 'good' }, 'fault.signature is one of broken, none.'],
  ])('of %j is refused', (options, message) => {
    const fault = { match: { kind: 'token' }, type: 'wrong_id_token', ...options } as Fault
    expect(() => sandbox.control.faults.add(fault)).toThrow(message)
  })
})

describe('a fault strikes', () => {
  const broken = { type: 'server_error' } as const

  test('n times, always until cleared, and after so many calls were let through', async () => {
    const { faults } = sandbox.control
    faults.add({ match: { kind: 'api' }, ...broken, times: 2, skip: 1 })
    expect([await queues(), await queues(), await queues(), await queues()].map(({ status }) => status)).toEqual([
      200, 503, 503, 200,
    ])
    const id = faults.add({ match: { kind: 'api' }, ...broken, times: 'always' })
    expect([await queues(), await queues()].map(({ status }) => status)).toEqual([503, 503])
    expect(faults.pending()).toMatchObject([{ id, remaining: 'always', held: 0 }])
    faults.clear(id)
    expect((await queues()).status).toBe(200)
    expect(faults.pending()).toEqual([])
  })

  test.each<Fault['match']>([
    { operation: 'listCallQueues' },
    { path: '/call-queues' },
    { path: '/voice-admin/v1/call-queues' },
    { account: accountKey },
    { account: 'ada.example@example.com' },
    { clientId: 'sandbox-client', kind: 'api' },
    {},
  ])('the calls that fit %j', async (match) => {
    sandbox.control.faults.add({ match, ...broken })
    expect((await queues()).status).toBe(503)
  })

  test.each<Fault['match']>([
    { operation: 'listExtensions' },
    { path: '/call-queues/{callQueueId}' },
    { account: '42' },
    { kind: 'token' },
    { grantType: 'refresh_token' },
    { clientId: 'other' },
  ])('no calls that do not fit %j', async (match) => {
    sandbox.control.accounts.add({ accountKey: '42', principal: 'grace.example@example.com' })
    sandbox.control.clients.add({ id: 'other', secret: 'o' })
    sandbox.control.faults.add({ match, ...broken })
    expect((await queues()).status).toBe(200)
  })

  test('by the template of a path', async () => {
    const id = sandbox.control.voice.snapshot().callQueues[0]?.id
    sandbox.control.faults.add({ match: { path: '/call-queues/{callQueueId}' }, ...broken })
    expect((await call(sandbox, tokens.access, 'GET', `/call-queues/${id}`)).status).toBe(503)
  })

  test('token answers only, where only those can be spoiled', async () => {
    sandbox.control.faults.add({ match: {}, type: 'unknown_token_type' })
    expect((await queues()).status).toBe(200)
    expect((await refresh(sandbox, tokens.refresh)).body.token_type).toBe('mac')
  })

  test('a code exchange of one account, and an authorization page', async () => {
    sandbox.control.faults.add({
      match: { kind: 'token', account: accountKey, grantType: 'authorization_code' },
      ...broken,
    })
    expect((await signIn(sandbox)).access).toBe('')
    sandbox.control.faults.add({ match: { operation: 'authorize' }, ...broken })
    expect((await sandbox.fetch(authorizationUrl())).status).toBe(503)
    sandbox.control.faults.add({ match: { path: '/oauth/token' }, type: 'lost' })
    await expect(refresh(sandbox, tokens.refresh)).rejects.toThrow(TypeError)
  })
})

describe('a fault that could never strike is refused:', () => {
  const broken = { type: 'server_error' } as const

  test.each<Fault['match']>([
    { operation: 'listCallQueue' },
    { path: '/call-queue' },
    { account: '43' },
    { clientId: 'nobody' },
    { kind: 'tokens' as never },
    { kind: 'token', operation: 'listCallQueues' },
    { vendor: 'google', operation: 'listCallQueues' },
    { vendor: 'google', api: 'goto-voice' },
    { api: 'goto-admin', operation: 'listCallQueues' },
    { operation: 'listCallQueues', path: '/oauth/token' },
    { vendor: 'carthooks', account: '1234567890' },
    { api: 'google-calendar', account: '1234567890' },
    { vendor: 'google', clientId: 'sandbox-client' },
  ])('%j matches nothing', (match) => {
    const add = () => sandbox.control.faults.add({ match, ...broken })
    expect(add).toThrow(expect.objectContaining({ code: 'fault_matches_nothing' }))
  })

  test('says which of its words is to blame', () => {
    const { faults } = sandbox.control
    expect(() => faults.add({ match: { operation: 'listCallQueue' }, ...broken })).toThrow(
      'No operation "listCallQueue"',
    )
    expect(() => faults.add({ match: { vendor: 'google', operation: 'listCallQueues' }, ...broken })).toThrow(
      'No vendor "google", operation "listCallQueues" in one',
    )
    expect(() => faults.add({ match: { vendor: 'google', account: '1234567890' }, ...broken })).toThrow(
      'No account "1234567890", vendor "google"',
    )
  })

  test('a token fault on the API', () => {
    const add = () => sandbox.control.faults.add({ match: { kind: 'api' }, type: 'wrong_types' })
    expect(add).toThrow(expect.objectContaining({ code: 'fault_matches_nothing' }))
  })

  test.each<unknown>([
    undefined,
    { type: 'server_error' },
    { match: {} },
    { match: {}, type: 'explode' },
    { match: {}, type: 'server_error', retryAfterSeconds: 1 },
    { match: {}, type: 'server_error', times: 0 },
    { match: {}, type: 'server_error', times: 'often' },
    { match: {}, type: 'server_error', skip: -1 },
    { match: {}, delayMs: -1 },
    { match: {}, hold: 'forever' },
    { match: { method: 'GET' }, type: 'lost' },
    { match: {}, type: 'expires_in' },
    { match: {}, type: 'oauth_error' },
    { match: {}, type: 'api_error' },
    { match: {}, type: 'api_error', status: 409, errorCode: '' },
    { match: {}, type: 'html', status: 20 },
    { match: {}, type: 'clock_moves' },
    { match: {}, type: 'dribble', bytes: 0 },
    { match: {}, type: 'cut', after: -1 },
    { match: {}, type: 'lost', processed: 'yes' },
    { match: { grantType: 'refreshtoken' }, type: 'lost' },
  ])('%j is no fault', (fault) => {
    expect(() => sandbox.control.faults.add(fault as Fault)).toThrow(
      expect.objectContaining({ code: 'invalid_option' }),
    )
    expect(sandbox.control.faults.pending()).toEqual([])
  })

  test.each(['clear', 'release'] as const)('%s of a fault that is not there', (method) => {
    const act = () => sandbox.control.faults[method]('fault-9')
    expect(act).toThrow(expect.objectContaining({ code: 'unknown_fault' }))
  })
})

test('a fetch that takes no redirects rejects one', async () => {
  const attempt = sandbox.fetch(authorizationUrl({ scope: 'root' }), { redirect: 'error' })
  await expect(attempt).rejects.toThrow(TypeError)
})

test('a fault of the sandbox itself is told as one', async () => {
  sandbox.control.faults.add({ match: { kind: 'api' }, type: 'html', status: 500 })
  const answer = await queues()
  expect(answer.headers.get('content-type')).toContain('text/html')
  expect(await read(await sandbox.fetch(`${origin}/nowhere`))).toMatchObject({ status: 404 })
})
