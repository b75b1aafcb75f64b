import { clientSecretPost, createAuthClient, refreshToken, type AuthClient, type Connection } from '@grantkit/auth-core'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createFakeClock, scriptedFetch, type ScriptedAnswer } from '@grantkit/auth-core/testing'
import { expect, test } from 'vitest'
import { createGoogleCalendar, google, isApiError } from '../src/index.ts'
import { json, refused } from './scripted.ts'

/** An auth client for Google whose token endpoint answers from a script. */
function authFor(script: readonly ScriptedAnswer[]) {
  const clock = createFakeClock()
  const fetch = scriptedFetch(script)
  const auth: AuthClient = createAuthClient({
    provider: google,
    clientId: 'a-client',
    authentication: clientSecretPost('a-secret'),
    store: createMemoryStore({ clock }),
    volatile: 'accept',
    background: 'off',
    fetch,
    clock,
  })
  return { auth, fetch, clock }
}

/** What Google answers to a refresh: no refresh token. */
const renewed = (value: string) => (): Response =>
  json({
    access_token: value,
    expires_in: 3599,
    token_type: 'Bearer',
    scope: 'https://www.googleapis.com/auth/calendar',
  })

const failed =
  (error: string, status = 400) =>
  (): Response =>
    json({ error }, status)
/** A connection that has had its first access token. */
async function connect(auth: AuthClient): Promise<Connection> {
  const connection = await auth.connect('ada', refreshToken('1//a-refresh-token'))
  await connection.accessToken()
  return connection
}

test('a sign-in asks for a refresh token each time, also the second (A1)', async () => {
  const { auth } = authFor([])
  const { url } = await auth.beginAuthorization('ada', { redirectUri: 'http://127.0.0.1:8080/callback', session: 's' })
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    access_type: 'offline',
    prompt: 'consent',
    code_challenge_method: 'S256',
  })
})

test('a refresh without a refresh token keeps the one there is (A2)', async () => {
  const { auth, fetch, clock } = authFor([renewed('first'), renewed('second'), renewed('third')])
  const connection = await connect(auth)
  await clock.advance(3600_000)
  await connection.accessToken()
  await clock.advance(3600_000)
  expect((await connection.accessToken()).value).toBe('third')
  const sent = fetch.requests.map(({ body }) => new URLSearchParams(body).get('refresh_token'))
  expect(new Set(sent)).toEqual(new Set(['1//a-refresh-token']))
})

test.each([
  ['invalid_grant', 400, { code: 'reconnect', action: 'reconnect' }],
  ['invalid_client', 401, { code: 'client_rejected', action: 'fix-config' }],
  ['internal_failure', 500, { action: 'retry' }],
] as const)('%s at the token endpoint is told for what it is (A3)', async (error, status, expected) => {
  const { auth, clock } = authFor([renewed('first'), failed(error, status)])
  const connection = await connect(auth)
  await clock.advance(3600_000)
  await expect(connection.accessToken()).rejects.toMatchObject(expected)
})

test('a dead grant throws the auth core’s error out of a call, so that a handler can give the channel up (A3, E5)', async () => {
  const { auth, fetch, clock } = authFor([renewed('first'), failed('invalid_grant')])
  const calendar = createGoogleCalendar({ connection: await connect(auth), fetch, clock })
  await clock.advance(3600_000)
  const error: unknown = await calendar.GET('/colors').catch((failure: unknown) => failure)
  expect(error).toMatchObject({ name: 'AuthError', code: 'reconnect' })
  expect(isApiError(error)).toBe(false)
})

test('many calls that find an expired token cost one refresh (A6)', async () => {
  const answers = Array.from({ length: 50 }, () => () => json({}))
  const { auth, fetch, clock } = authFor([renewed('first'), renewed('second'), ...answers])
  const calendar = createGoogleCalendar({ connection: await connect(auth), fetch, clock })
  await clock.advance(3600_000)
  await Promise.all(Array.from({ length: 50 }, () => calendar.GET('/colors')))
  const origins = fetch.requests.map(({ url }) => new URL(url).hostname)
  expect(origins.filter((host) => host === 'oauth2.googleapis.com')).toHaveLength(2)
})

test('what a person granted can be compared with what is needed (A7)', async () => {
  const { auth } = authFor([renewed('first')])
  const connection = await connect(auth)
  expect((await connection.accessToken()).scopes).toEqual(['https://www.googleapis.com/auth/calendar'])
})

test('a broken connection can be disconnected, whatever Google says (A12)', async () => {
  const { auth } = authFor([renewed('first'), failed('invalid_token')])
  expect(await (await connect(auth)).disconnect()).toEqual({ erased: true, revoked: false })
})

test('a 401 costs one newer token and one more try, then it stands', async () => {
  const unauthorized = (): Response => refused(401, 'authError', { location: 'Authorization', locationType: 'header' })
  const { auth, fetch, clock } = authFor([renewed('first'), unauthorized, renewed('second'), unauthorized])
  const calendar = createGoogleCalendar({ connection: await connect(auth), fetch, clock })
  await clock.advance(120_000)
  const { error } = await calendar.GET('/colors')
  expect(error?.error.errors?.[0]?.reason).toBe('authError')
  fetch.assertDone()
})
