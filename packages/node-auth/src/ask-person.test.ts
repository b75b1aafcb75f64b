import {
  AuthError,
  defineProvider,
  isAuthError,
  noClientSecret,
  providerAt,
  type Connection,
  type Fetch,
} from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createFakeClock } from '@grantkit/auth-core/testing'
import { approveAuthorization } from '@grantkit/sandbox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort, send } from '../test/http.ts'
import { createScene, type Scene } from '../test/scene.ts'
import { signIn } from './sign-in.ts'
import type { SignInOptions } from './sign-in-options.ts'
import type { ReadLine } from './terminal.ts'

let scene: Scene
beforeEach(async () => {
  scene = await createScene()
})
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection[Symbol.asyncDispose]()
  await scene.close()
})

const connections: Connection[] = []

async function connect(options: SignInOptions): Promise<Connection> {
  const connection = await signIn(goto, options)
  connections.push(connection)
  return connection
}

/** On a machine without a browser: nothing of the environment of this test shows. */
function headless(more: SignInOptions = {}): SignInOptions {
  const { openBrowser: _, ...options } = scene.options()
  return { ...options, ...more }
}

function shownAddress(): URL {
  const line = scene.lines.find((each) => each.startsWith('  http'))
  return new URL(line?.trim() ?? '')
}

/** A person elsewhere, who allows everything and pastes what `edit` makes of the address. */
function personPasting(...edits: ((callback: URL) => string)[]): ReadLine {
  let answer: URL | undefined
  return async () => {
    answer ??= await approveAuthorization(fetch, shownAddress())
    return edits.shift()?.(new URL(answer))
  }
}

const whole = (callback: URL): string => callback.href

test('without a browser, the address that the person pastes signs in', async () => {
  const connection = await connect(headless({ readLine: personPasting(whole) }))
  expect(await connection.status()).toMatchObject({ state: 'active' })
  expect(scene.lines).toContain('No browser could be opened from here.')
})

test('a browser that fails to open, or is not wanted, leaves the paste', async () => {
  const broken = (): never => {
    throw new Error('no such program')
  }
  const one = await connect(headless({ account: 'one', openBrowser: broken, readLine: personPasting(whole) }))
  scene.lines.splice(0)
  const two = await connect(headless({ account: 'two', openBrowser: false, readLine: personPasting(whole) }))
  expect([one.account, two.account]).toEqual(['one', 'two'])
})

test('an address with another state is refused and does not end the wait', async () => {
  const otherState = (callback: URL): string => {
    callback.searchParams.set('state', 'other')
    return callback.href
  }
  const connection = await connect(headless({ readLine: personPasting(otherState, whole) }))
  expect(await connection.status()).toMatchObject({ state: 'active' })
  expect(scene.lines.join('\n')).toContain('does not belong to this sign-in')
})

test.each<[string, (callback: URL) => string, string]>([
  ['code twice', (callback) => `${callback.href}&code=b`, 'parameter_repeated'],
  ['state twice', (callback) => `${callback.href}&state=b`, 'parameter_repeated'],
  ['another host', (callback) => callback.href.replace('localhost', 'evil.example.com'), 'redirect_uri_mismatch'],
  ['another path', (callback) => callback.href.replace('/callback', '/other'), 'redirect_uri_mismatch'],
  ['a foreign issuer', (callback) => `${callback.href}&iss=https%3A%2F%2Fevil.example.com`, 'issuer_mismatch'],
  ['no code', (callback) => callback.href.replace(/code=[^&]*/, 'x=y'), 'code_missing'],
  ['a denial', (callback) => callback.href.replace(/code=[^&]*/, 'error=access_denied'), 'access_denied'],
])('a pasted address with %s meets the same checks, before any token request', async (_, edit, code) => {
  const work = connect(headless({ readLine: personPasting(edit) }))
  await expect(work).rejects.toSatisfy((error) => isAuthError(error) && error.code === code)
  expect(scene.sandbox.control.ledger.summary().tokenRequests).toBe(0)
})

test('while it waits for the paste, an answer that reaches this machine counts, and the prompt ends', async () => {
  const ended = Promise.withResolvers<void>()
  const readLine: ReadLine = async ({ signal }) => {
    signal.addEventListener('abort', () => ended.resolve())
    await scene.visit(shownAddress())
    await ended.promise
    return undefined
  }
  const connection = await connect(headless({ readLine }))
  expect(await connection.status()).toMatchObject({ state: 'active' })
  await expect(ended.promise).resolves.toBeUndefined()
})

test('a pasted answer counts once', async () => {
  let pasted = ''
  const keep = (callback: URL): string => (pasted = callback.href)
  await connect(headless({ readLine: personPasting(keep) }))
  scene.lines.splice(0)
  const replay = personPasting(() => pasted, whole)
  const again = await connect(headless({ account: 'again', readLine: replay }))
  expect(again.account).toBe('again')
  expect(scene.lines.join('\n')).toContain('does not belong to this sign-in')
})

test.each<[string, SignInOptions]>([
  ['no terminal', {}],
  ['a terminal that may not be used', { readLine: false }],
])('without a browser and with %s, it is no_browser at once', async (_, options) => {
  await expect(connect(headless(options))).rejects.toSatisfy(
    (error) => isAuthError(error, 'no_browser') && isAuthError(error.cause, 'no_browser'),
  )
})

test('input that ends leaves the wait for the browser, which ends in time', async () => {
  const readLine: ReadLine = async () => undefined
  await expect(connect(headless({ readLine, timeoutMs: 20 }))).rejects.toSatisfy((error) =>
    isAuthError(error, 'sign_in_timeout'),
  )
})

test('input that fails ends the wait with its error', async () => {
  const readLine: ReadLine = () => Promise.reject(new Error('the terminal is gone'))
  await expect(connect(headless({ readLine }))).rejects.toThrow('the terminal is gone')
})

const device = defineProvider({
  id: 'example',
  issuer: 'https://auth.example.com',
  endpoints: {
    authorization: 'https://auth.example.com/authorize',
    token: 'https://auth.example.com/token',
    deviceAuthorization: 'https://auth.example.com/device',
  },
  clientAuthentication: ['none'],
  audience: ['https://api.example.com'],
  rotation: 'none',
})

function deviceServer(answers: readonly object[]): { fetch: Fetch; paths: string[] } {
  const rest = [...answers]
  const paths: string[] = []
  return {
    paths,
    async fetch(input) {
      paths.push(new URL(input instanceof Request ? input.url : input).pathname)
      const body = rest.shift() ?? {}
      return Response.json(body, { status: 'error' in body ? 400 : 200 })
    },
  }
}

function deviceOptions(more: SignInOptions): SignInOptions {
  return {
    clientId: 'device-client',
    authentication: noClientSecret(),
    store: createMemoryStore(),
    deviceCode: true,
    env: {},
    envFile: false,
    print: (line) => scene.lines.push(line),
    ...more,
  }
}

const prompt = {
  device_code: 'canary-device-code',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://auth.example.com/activate',
  verification_uri_complete: 'https://auth.example.com/activate?user_code=WDJB-MJHT',
  expires_in: 600,
  interval: 5,
}

test('with deviceCode, the person sees address and code, and nothing is opened or listens', async () => {
  const clock = createFakeClock()
  const tokens = { access_token: 'at', token_type: 'Bearer', expires_in: 3600, refresh_token: 'rt' }
  const server = deviceServer([prompt, { error: 'authorization_pending' }, tokens])
  const port = await freePort()
  const redirectUri = `http://localhost:${port}/callback`
  const shown = Promise.withResolvers<void>()
  const print = (line: string): void => {
    scene.lines.push(line)
    if (line.startsWith('Waiting')) shown.resolve()
  }
  const work = signIn(device, deviceOptions({ fetch: server.fetch, clock, redirectUri, print }))
  await shown.promise
  expect(scene.lines).toEqual([
    'Sign in to example on any device. Open this address and enter the code:',
    '  https://auth.example.com/activate',
    '  WDJB-MJHT',
    'Waiting for the answer, at most 300 s.',
  ])
  await expect(send(port, '/callback')).rejects.toThrow('ECONNREFUSED')
  await clock.advance(10_000)
  const connection = await work
  expect(await connection.status()).toMatchObject({ state: 'active' })
  expect(server.paths).toEqual(['/device', '/token', '/token'])
  await connection[Symbol.asyncDispose]()
})

test('a code that nobody enters in time is sign_in_timeout, and an abort ends the wait with its reason', async () => {
  const late = signIn(device, deviceOptions({ fetch: deviceServer([prompt]).fetch, timeoutMs: 20 }))
  await expect(late).rejects.toSatisfy((error) => isAuthError(error, 'sign_in_timeout'))
  const reason = new AuthError('invalid_option', 'changed my mind')
  const controller = new AbortController()
  const print = (line: string): void => {
    if (line.startsWith('Waiting')) controller.abort(reason)
  }
  const options = deviceOptions({ fetch: deviceServer([prompt]).fetch, print, signal: controller.signal })
  await expect(signIn(device, options)).rejects.toBe(reason)
})

test('deviceCode does nothing where a browser can be opened, or the provider knows no such codes', async () => {
  const connection = await connect(scene.options({ deviceCode: true }))
  expect(await scene.pages()).toHaveLength(1)
  await expect(connect(headless({ account: 'other', deviceCode: true }))).rejects.toSatisfy((error) =>
    isAuthError(error, 'no_browser'),
  )
  expect(connection.account).toBe('default')
})

test('two sign-ins at once get ports of their own where the provider takes any', async () => {
  const anywhere = defineProvider({ ...providerAt(goto, scene.origin), acceptsAnyLoopbackPort: true })
  const redirectUris: string[] = []
  const openBrowser = async (url: URL): Promise<void> => {
    const redirectUri = url.searchParams.get('redirect_uri') ?? ''
    redirectUris.push(redirectUri)
    // The sandbox compares redirect URIs exactly; a server that takes any port would not have to be told.
    const id = url.searchParams.get('client_id') ?? ''
    scene.sandbox.control.clients.add({ id, secret: 'canary-secret', redirectUris: [redirectUri] })
    await scene.visit(url)
  }
  const signInAs = (account: string): Promise<Connection> => {
    const env = { GOTO_CLIENT_ID: `client-of-${account}`, GOTO_CLIENT_SECRET: 'canary-secret' }
    return signIn(anywhere, scene.options({ account, env, openBrowser }))
  }
  connections.push(...(await Promise.all([signInAs('ada'), signInAs('bob')])))
  expect(redirectUris).toEqual([
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
    expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/callback$/),
  ])
  expect(new Set(redirectUris).size).toBe(2)
})
