import { faultyStore, findSecrets } from '@grantkit/auth-core/testing'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { approveAuthorization } from '@grantkit/sandbox'
import { createApp, createVisitor, home, navigating, origin, type App, type Visitor } from '../../test/app.ts'
import type { SyncReport } from '../index.ts'
import { createCalendarConnect, type CalendarConnectOptions } from './index.ts'

const events = 'https://www.googleapis.com/auth/calendar.events'

let app: App
let visitor: Visitor

function start(options: Partial<CalendarConnectOptions> = {}): void {
  app = createApp(options)
  visitor = createVisitor(app)
}
beforeEach(() => start())
afterEach(() => app[Symbol.asyncDispose]())

const tokenRequests = () => app.sandbox.control.ledger.entries({ kind: 'token', vendor: 'google' }).length
const isConnected = async (user: string) =>
  ((await (await visitor.ask('/status/', user)).json()) as { connected: boolean }).connected

/** Status and code of a failure. */
async function failure(response: Response) {
  const body = (await response.json()) as Record<string, string>
  expect(Object.keys(body)).toEqual(['error', 'code'])
  return { status: response.status, code: body['code'] }
}

describe('a user', () => {
  test('connects, is told so, sees it, and disconnects, with the bodies of the contract', async () => {
    const begun = await visitor.ask('/connect/', 'ada')
    expect(begun.status).toBe(200)
    const body = (await begun.json()) as Record<string, string>
    expect(Object.keys(body)).toEqual(['authorization_url', 'message'])
    const asked = new URL(body['authorization_url'] ?? '').searchParams
    expect(asked.get('scope')).toBe(events)
    expect(asked.get('redirect_uri')).toBe(`${home}/callback/`)
    expect(asked.get('code_challenge_method')).toBe('S256')

    const callback = await visitor.goToGoogle('ada')
    const done = await visitor.ask(callback.href)
    expect([done.status, await done.json()]).toEqual([200, { message: 'Google Calendar is connected.', user: 'ada' }])
    expect(await (await visitor.ask('/status/', 'ada')).json()).toEqual({ connected: true, user: 'ada' })
    expect(await (await visitor.ask('/status/', 'bob')).json()).toEqual({ connected: false, user: 'bob' })

    const ended = await visitor.ask('/disconnect/', 'ada', { method: 'POST' })
    expect([ended.status, await ended.json()]).toEqual([200, { message: 'Google Calendar is disconnected.' }])
    expect(await isConnected('ada')).toBe(false)
    expect(app.sandbox.control.ledger.entries({ kind: 'revoke' })).not.toHaveLength(0)
  })

  test.each(['/connect', '/status', '/callback'])('finds %s without a slash at its end too', async (path) => {
    const [without, with_] = [await visitor.ask(path, 'ada'), await visitor.ask(`${path}/`, 'ada')]
    expect(without.status).toBe(with_.status)
    expect(without.status).not.toBe(404)
  })

  test('who navigates is sent to Google, and back into the app', async () => {
    await app[Symbol.asyncDispose]()
    start({ redirectAfter: '/settings' })
    const begun = await visitor.ask('/connect/', 'ada', { headers: navigating })
    expect(begun.status).toBe(303)
    expect(new URL(begun.headers.get('location') ?? '').host).toBe('accounts.google.com')
    const callback = await visitor.goToGoogle('ada')
    const done = await visitor.ask(callback.href, undefined, { headers: navigating })
    expect([done.status, done.headers.get('location')]).toEqual([303, '/settings'])
  })

  test('may connect in two tabs at once', async () => {
    const [first, second] = [await visitor.goToGoogle('ada'), await visitor.goToGoogle('ada')]
    expect((await visitor.ask(first.href)).status).toBe(200)
    expect((await visitor.ask(second.href)).status).toBe(200)
  })

  test('whom nobody knows is answered 401 with a challenge, and begins nothing', async () => {
    for (const [path, method] of [
      ['/connect/', 'GET'],
      ['/status/', 'GET'],
      ['/disconnect/', 'POST'],
    ] as const) {
      const response = await visitor.ask(path, undefined, { method })
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await failure(response)).toEqual({ status: 401, code: 'not_signed_in' })
    }
    expect((await app.store.list('')).keys).toEqual([])
  })

  test('is known by the state no more than by chance: the state names nobody', async () => {
    const callback = await visitor.goToGoogle('grace')
    const state = callback.searchParams.get('state') ?? ''
    expect(state).not.toContain('grace')
    expect(state.length).toBeGreaterThanOrEqual(22)
    callback.searchParams.set('user', 'bob')
    expect(await (await visitor.ask(callback.href)).json()).toMatchObject({ user: 'grace' })
  })
})

describe('the cookie', () => {
  test('is for this host, over TLS, out of reach of scripts, and not sent by other sites', async () => {
    const cookie = (await visitor.ask('/connect/', 'ada')).headers.get('set-cookie')
    expect(cookie).toMatch(
      /^__Host-grantkit-calendar=[0-9a-f]{64}\.[0-9a-f]{64}; Path=\/; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$/,
    )
  })

  test('names nobody, and is another one for another user', async () => {
    await visitor.ask('/connect/', 'grace')
    const hers = visitor.cookie
    expect(hers).not.toContain('grace')
    await visitor.ask('/connect/', 'grace')
    expect(visitor.cookie).toBe(hers)
    await visitor.ask('/connect/', 'bob')
    expect(visitor.cookie).not.toBe(hers)
  })

  test('that somebody made up is replaced', async () => {
    visitor.cookie = `__Host-grantkit-calendar=${'0'.repeat(64)}.${'0'.repeat(64)}`
    await visitor.ask('/connect/', 'ada')
    expect(visitor.cookie).not.toContain('0'.repeat(64))
  })
})

describe('nobody is connected, nothing is sent, and a page says what to do, when', () => {
  /** What comes of the way back, for a program and for a person. */
  async function comeBack(callback: URL, as: Visitor = visitor, user?: string) {
    const asPerson = await as.ask(callback.href, user, { headers: navigating })
    const page = await asPerson.text()
    expect(asPerson.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page).toContain('<h1>Google Calendar was not connected</h1>')
    expect(page).not.toMatch(/<script|<img|src=/)
    return { page, status: asPerson.status, program: await failure(await as.ask(callback.href, user)) }
  }

  test('access is denied', async () => {
    const denied = await comeBack(await visitor.goToGoogle('ada', { decision: 'deny' }))
    expect(denied.status).toBe(400)
    expect(denied.page).toContain('Access was not given.')
    expect(denied.page).toContain('connect again')
  })

  test('the attempt is too old', async () => {
    const callback = await visitor.goToGoogle('ada')
    app.sandbox.control.clock.advance(601_000)
    const late = await comeBack(callback)
    expect(late.page).toContain('More than ten minutes')
  })

  test('the callback comes a second time', async () => {
    const callback = await visitor.goToGoogle('ada')
    await visitor.ask(callback.href)
    const before = tokenRequests()
    const again = await comeBack(callback)
    expect(again.program).toEqual({ status: 400, code: 'state_unknown' })
    expect(again.page).toContain('was used before')
    expect(tokenRequests()).toBe(before)
    expect(await isConnected('ada')).toBe(true)
  })

  test('it comes in another browser, and then it still works in the right one', async () => {
    const callback = await visitor.goToGoogle('ada')
    for (const other of [createVisitor(app), createVisitor(app)]) {
      if (other.cookie === undefined) await other.ask('/connect/', 'mallory')
      const strange = await comeBack(callback, other)
      expect(strange.program).toEqual({ status: 400, code: 'session_mismatch' })
    }
    const bare = await comeBack(callback, createVisitor(app))
    expect(bare.page).toContain('another browser')
    expect(tokenRequests()).toBe(0)
    expect((await visitor.ask(callback.href)).status).toBe(200)
  })

  test('somebody else is signed in to the app by then', async () => {
    const callback = await visitor.goToGoogle('ada')
    const other = await comeBack(callback, visitor, 'bob')
    expect(other.program).toEqual({ status: 400, code: 'other_user' })
    expect(tokenRequests()).toBe(0)
    expect([await isConnected('ada'), await isConnected('bob')]).toEqual([false, false])
  })

  test.each([
    ['no state', '?code=1', 'state_missing'],
    ['a state that was guessed', '?code=1&state=ada', 'state_unknown'],
    ['parameters given twice', '?code=1&state=a&state=b', 'parameter_repeated'],
    ['nothing', '', 'state_missing'],
  ])('it carries %s', async (_name, query, code) => {
    await visitor.ask('/connect/', 'ada')
    const forged = await comeBack(new URL(`${home}/callback/${query}`))
    expect(forged.program).toEqual({ status: 400, code })
    expect(tokenRequests()).toBe(0)
  })

  test('Google is not there', async () => {
    const callback = await visitor.goToGoogle('ada')
    app.sandbox.control.faults.add({ match: { kind: 'token' }, type: 'server_error' })
    const response = await visitor.ask(callback.href)
    expect(await failure(response)).toEqual({ status: 502, code: 'provider_unavailable' })
  })

  test('the app is registered wrongly', async () => {
    const callback = await visitor.goToGoogle('ada')
    app.sandbox.control.faults.add({
      match: { kind: 'token' },
      type: 'oauth_error',
      error: 'invalid_client',
      status: 401,
    })
    expect(await failure(await visitor.ask(callback.href))).toEqual({ status: 500, code: 'client_rejected' })
  })
})

describe('a permission that was not given', () => {
  test('is named, and the user is not connected until it is', async () => {
    await app[Symbol.asyncDispose]()
    const freeBusy = 'https://www.googleapis.com/auth/calendar.freebusy'
    start({ scopes: ['openid', events, freeBusy] })
    const callback = await visitor.goToGoogle('ada', { scopes: ['openid', freeBusy] })
    const partial = await visitor.ask(callback.href, undefined, { headers: navigating })
    expect(partial.status).toBe(400)
    const page = await partial.text()
    expect(page).toContain(events)
    expect(page).not.toContain(freeBusy)
    expect(page).toContain('leave every box ticked')
    expect(await isConnected('ada')).toBe(false)
    expect((await visitor.ask((await visitor.goToGoogle('ada')).href)).status).toBe(200)
    expect(await isConnected('ada')).toBe(true)
  })

  test('and a hook is not called for it', async () => {
    await app[Symbol.asyncDispose]()
    const onConnect = vi.fn<(user: string) => Promise<void>>(() => Promise.resolve())
    const freeBusy = 'https://www.googleapis.com/auth/calendar.freebusy'
    start({ scopes: [events, freeBusy], onConnect })
    await visitor.ask((await visitor.goToGoogle('ada', { scopes: [freeBusy] })).href)
    expect(onConnect).not.toHaveBeenCalled()
    await visitor.ask((await visitor.goToGoogle('ada')).href)
    expect(onConnect.mock.calls).toEqual([['ada']])
  })
})

describe('disconnecting', () => {
  const connectAda = async () => void (await visitor.ask((await visitor.goToGoogle('ada')).href))
  const disconnect = (headers: Record<string, string> = {}) =>
    visitor.ask('/disconnect/', 'ada', { method: 'POST', headers })

  test.each([
    ['another site', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example.com' }],
    ['a neighbour on the same site', { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com' }],
    ['another site in an older browser', { origin: 'https://evil.example.com' }],
    ['nowhere', { origin: 'null' }],
  ])('is refused to %s', async (_name, headers) => {
    await connectAda()
    expect(await failure(await disconnect(headers))).toEqual({ status: 403, code: 'cross_site' })
    expect(await isConnected('ada')).toBe(true)
  })

  test.each([
    ['the app itself', { 'sec-fetch-site': 'same-origin', origin }],
    ['the app in an older browser', { origin }],
    ['a program', {}],
  ])('is allowed to %s', async (_name, headers) => {
    await connectAda()
    expect((await disconnect(headers)).status).toBe(200)
    expect(await isConnected('ada')).toBe(false)
  })

  test('works for a grant that Google has ended, and for none', async () => {
    await connectAda()
    app.sandbox.control.revokeGrant()
    expect((await disconnect()).status).toBe(200)
    expect((await disconnect()).status).toBe(200)
  })

  test('comes after what the app does first, whatever comes of that', async () => {
    await app[Symbol.asyncDispose]()
    const seen: boolean[] = []
    start({
      beforeDisconnect: async (user) => {
        seen.push(await isConnected(user))
        throw new Error('a channel could not be stopped')
      },
    })
    await connectAda()
    await expect(disconnect()).rejects.toThrow('a channel could not be stopped')
    expect(seen).toEqual([true])
    expect(await isConnected('ada')).toBe(false)
  })
})

test('what happened is reported by code, an error where the app is at fault, and holds no secret', async () => {
  await app[Symbol.asyncDispose]()
  const reports: SyncReport[] = []
  start({ observe: (report) => reports.push(report) })
  await visitor.ask((await visitor.goToGoogle('ada', { decision: 'deny' })).href)
  const callback = await visitor.goToGoogle('ada')
  await visitor.ask(callback.href, 'bob')
  app.sandbox.control.faults.add({
    match: { kind: 'token' },
    type: 'oauth_error',
    error: 'invalid_client',
    status: 401,
  })
  await visitor.ask(callback.href)
  await visitor.ask((await visitor.goToGoogle('ada')).href)
  await visitor.ask('/disconnect/', 'ada', { method: 'POST' })
  expect(reports).toEqual([
    { level: 'warning', type: 'connect_failed', code: 'access_denied', status: 400 },
    { level: 'warning', type: 'connect_failed', code: 'other_user', status: 400, user: 'bob' },
    { level: 'error', type: 'connect_failed', code: 'client_rejected', status: 500 },
    { level: 'info', type: 'connected', user: 'ada' },
    { level: 'info', type: 'disconnected', user: 'ada' },
  ])
})

test('a grant that Google ended is not connected any more', async () => {
  await visitor.ask((await visitor.goToGoogle('ada')).href)
  app.sandbox.control.revokeGrant()
  await expect(app.auth.connection('ada').refresh()).rejects.toMatchObject({ code: 'reconnect' })
  expect(await isConnected('ada')).toBe(false)
})

describe('over HTTP', () => {
  test.each([
    ['POST', '/connect/', 'GET, HEAD'],
    ['DELETE', '/callback', 'GET, HEAD'],
    ['PUT', '/status/', 'GET, HEAD'],
    ['GET', '/disconnect/', 'POST'],
    ['OPTIONS', '/disconnect/', 'POST'],
  ])('%s %s is answered 405 with what is allowed', async (method, path, allow) => {
    const response = await visitor.ask(path, 'ada', { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, allow])
  })

  test.each(['/', '', '/connect/again', '/connect//', '/toString', '/constructor/'])('%s is nowhere', async (path) => {
    expect((await visitor.ask(path, 'ada')).status).toBe(404)
  })

  test('HEAD has no body and uses nothing up', async () => {
    const head = (path: string, user?: string) => visitor.ask(path, user, { method: 'HEAD' })
    const callback = await visitor.goToGoogle('ada')
    const kept = (await app.store.list('')).keys.length
    for (const response of [await head('/connect/', 'ada'), await head(callback.href), await head('/status/', 'ada')]) {
      expect([response.status, await response.text()]).toEqual([200, ''])
    }
    expect((await app.store.list('')).keys).toHaveLength(kept)
    expect((await visitor.ask(callback.href)).status).toBe(200)
  })

  test('nothing is kept, nothing leaks to the next site, and no other site may read it', async () => {
    const callback = await visitor.goToGoogle('ada')
    const answers = [
      await visitor.ask('/connect/', 'ada', { headers: { origin: 'https://evil.example.com' } }),
      await visitor.ask(callback.href, undefined, { headers: navigating }),
      await visitor.ask('/status/', 'ada'),
      await visitor.ask('/nowhere', 'ada'),
    ]
    for (const { headers } of answers) {
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    }
    expect(answers[1]?.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
  })

  test('no answer holds a token', async () => {
    const callback = await visitor.goToGoogle('ada')
    const told = [await visitor.ask(callback.href), await visitor.ask('/status/', 'ada')]
    const { accessToken = '', refreshToken = '' } = await app.auth.connection('ada').exportTokens()
    const text = (await Promise.all(told.map((each) => each.text()))).join('\n')
    expect(refreshToken).not.toBe('')
    expect(findSecrets(text, { accessToken, refreshToken })).toEqual([])
  })

  test('an answer that authenticate makes is passed on', async () => {
    await app[Symbol.asyncDispose]()
    start({ authenticate: async () => new Response('Sign in', { status: 307, headers: { location: '/login' } }) })
    expect((await visitor.ask('/status/')).headers.get('location')).toBe('/login')
    expect(await failure(await visitor.ask('/callback/?code=1&state=2'))).toMatchObject({ code: 'state_unknown' })
  })
})

describe('behind a proxy', () => {
  test('the address that browsers see is the one that counts', async () => {
    await app[Symbol.asyncDispose]()
    start({ basePath: '/calendar', redirectUri: `${home}/callback/` })
    const inside = 'http://10.0.0.7:3000/calendar'
    const ask = async (address: string, user?: string) => {
      const headers = { ...(user && { 'x-user': user }), ...(visitor.cookie && { cookie: visitor.cookie }) }
      return await app.connect(new Request(address, { headers }))
    }
    const begun = await ask(`${inside}/connect`, 'ada')
    expect(begun.headers.get('set-cookie')).toContain('__Host-')
    visitor.cookie = begun.headers.get('set-cookie')?.split(';')[0]
    const { authorization_url: address } = (await begun.json()) as Record<string, string>
    const { search } = await approveAuthorization(app.sandbox.fetch, address ?? '')
    expect((await ask(`${inside}/callback/${search}`)).status).toBe(200)
  })

  test('an address without TLS is not sent to Google, and what is missing is said', async () => {
    const response = await app.connect(
      new Request('http://app.example.com/api/integrations/google-calendar/connect', { headers: { 'x-user': 'ada' } }),
    )
    const body = (await response.json()) as Record<string, string>
    expect(response.status).toBe(500)
    expect(body).toMatchObject({ code: 'insecure_redirect_uri' })
    expect(body['error']).toContain('redirectUri')
  })
})

test.each([
  ['/status/', 'read'],
  ['/connect/', 'write'],
] as const)('a store that is down is told as such at %s, and nothing is set for it', async (path, step) => {
  await app[Symbol.asyncDispose]()
  app = createApp({}, faultyStore(createMemoryStore(), [{ step, effect: 'throw', times: 99 }]))
  visitor = createVisitor(app)
  const response = await visitor.ask(path, 'ada')
  expect(await failure(response)).toEqual({ status: 503, code: 'store_failed' })
  expect(response.headers.get('set-cookie')).toBeNull()
})

describe('options that cannot work', () => {
  test.each<[string, Partial<Record<keyof CalendarConnectOptions | 'scope', unknown>>]>([
    ['an unknown one', { scope: [] }],
    ['no auth', { auth: undefined }],
    ['no authenticate', { authenticate: 'ada' }],
    ['a base path with a slash at its end', { basePath: '/calendar/' }],
    ['a base path that is none', { basePath: 'https://app.example.com/calendar' }],
    ['a way back to another site, in disguise', { redirectAfter: '//evil.example.com' }],
    ['the same with a backslash', { redirectAfter: '/\\evil.example.com' }],
    ['a way back that is a script', { redirectAfter: 'javascript:alert(1)' }],
    ['a callback that is a path', { redirectUri: '/callback' }],
  ])('%s are refused at once', (_name, change) => {
    const { auth } = app
    const options = { auth, authenticate: async () => 'ada', ...change } as CalendarConnectOptions
    expect(() => createCalendarConnect(options)).toThrow(expect.objectContaining({ code: 'invalid_option' }))
  })
})
