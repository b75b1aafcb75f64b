import { clientSecretPost, createAuthClient, refreshToken } from '@grantkit/auth-core'
import { directToken } from '@grantkit/auth-core/direct-token'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { scriptedFetch, type ScriptedAnswer } from '@grantkit/auth-core/testing'
import { describe, expect, it } from 'vitest'
import { carthooks, carthooksAt, unwrap } from '../src/index.ts'
import { envelope, play } from './play.ts'

const redirectUri = 'https://app.example.com/callback'
const request = { clientId: 'dvc-1', redirectUri, state: 'state-1' }

describe('the authorize-code call', () => {
  it.each([
    ['https://api.carthooks.com', undefined, 'https://api.carthooks.com/api/oauth/get-authorize-code'],
    ['https://acme.carthooks.com', undefined, 'https://acme.carthooks.com/api/oauth/get-authorize-code'],
    [
      'https://acme.carthooks.com',
      'https://acme.carthooks.com/open/api/oauth/get-authorize-code',
      'https://acme.carthooks.com/open/api/oauth/get-authorize-code',
    ],
  ])('at %s with %s goes to %s', async (at, authorizeCodeUrl, url) => {
    const connection = directToken(carthooksAt(at), 'canary-user-token')
    const { api, fetch } = play([envelope({ redirect_url: 'x' })], {
      connection,
      ...(authorizeCodeUrl === undefined ? {} : { authorizeCodeUrl }),
    })
    expect(unwrap(await api.getAuthorizeCode({ ...request, targetTenantId: 7 }))).toEqual({ redirect_url: 'x' })
    const [sent] = fetch.requests
    expect(sent?.url).toBe(url)
    expect(sent?.headers.get('authorization')).toBe('Bearer canary-user-token')
    expect(JSON.parse(sent?.body ?? '')).toEqual({
      client_id: 'dvc-1',
      redirect_uri: redirectUri,
      state: 'state-1',
      target_tenant_id: 7,
    })
  })

  it('sends the token to no foreign origin, and can be ended', async () => {
    const { api, fetch } = play([], { authorizeCodeUrl: 'https://evil.example.net/oauth/get-authorize-code' })
    await expect(api.getAuthorizeCode(request)).rejects.toMatchObject({ code: 'origin_not_allowed' })
    const ended = api.getAuthorizeCode(request, { signal: AbortSignal.abort('enough') })
    await expect(ended).rejects.toMatchObject({ code: 'aborted', operationId: 'getAuthorizeCode' })
    expect(fetch.requests).toEqual([])
  })

  it('is sent once: nobody knows what a second one does to the code of the first', async () => {
    const { api, fetch } = play([new Response('', { status: 503 })])
    expect(await api.getAuthorizeCode(request)).toMatchObject({ success: false })
    expect(fetch.requests).toHaveLength(1)
  })
})

/** The app's client at Carthooks, whose token endpoint answers from a script. */
function app(answers: readonly ScriptedAnswer[]) {
  const fetch = scriptedFetch(answers)
  const auth = createAuthClient({
    provider: carthooks,
    clientId: 'dvc-1',
    authentication: clientSecretPost('canary-client-secret'),
    store: createMemoryStore(),
    volatile: 'accept',
    fetch,
  })
  return { auth, tokenRequests: fetch.requests }
}

const granted = () => envelope({ access_token: 'at-1', token_type: 'Bearer', refresh_token: 'rt-1', expires_in: 3600 })

describe('signing in with a code', () => {
  const session = 'session-1'

  it('goes through the call, comes back with its state, and sends the code once, without PKCE', async () => {
    const { auth, tokenRequests } = app([granted()])
    const asked: string[] = []
    const { url, state } = await auth.beginAuthorization('ada', {
      redirectUri,
      session,
      address: async (begun) => {
        asked.push(begun.state)
        const person = play([envelope({ redirect_url: `${redirectUri}?code=code-1&state=${begun.state}` })])
        return unwrap(await person.api.getAuthorizeCode(begun)).redirect_url
      },
    })
    expect(asked).toEqual([state])
    const connection = await auth.completeAuthorization(url, { session })
    expect((await connection.accessToken()).value).toBe('at-1')
    expect(Object.fromEntries(new URLSearchParams(tokenRequests[0]?.body))).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: redirectUri,
      client_id: 'dvc-1',
      client_secret: 'canary-client-secret',
    })
    await expect(auth.completeAuthorization(url, { session })).rejects.toMatchObject({ code: 'state_unknown' })
    expect(tokenRequests).toHaveLength(1)
  })

  it('fails with the answer of the call, and nothing is begun', async () => {
    const { auth } = app([])
    const { api } = play([Response.json({ error: { key: 'bad_redirect_uri', message: 'no' }, trace_id: 't' })])
    const begun = auth.beginAuthorization('ada', {
      redirectUri,
      session,
      address: async (start) => unwrap(await api.getAuthorizeCode(start)).redirect_url,
    })
    await expect(begun).rejects.toMatchObject({ code: 'bad_redirect_uri', requestId: 't' })
  })
})

it('a person’s grant is refreshed once for all calls', async () => {
  const { auth, tokenRequests } = app([granted()])
  const connection = await auth.connect('ada', refreshToken('rt-0'))
  const { api } = play(
    Array.from({ length: 20 }, () => envelope({ user_id: 1, tenant_id: 2 })),
    { connection },
  )
  const results = await Promise.all(Array.from({ length: 20 }, () => api.GET('/v1/me')))
  expect(results.every(({ success }) => success)).toBe(true)
  expect(tokenRequests).toHaveLength(1)
})
