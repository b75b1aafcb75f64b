import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import type { AuthErrorCode, Connection } from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { createSqliteStore } from '@grantkit/auth-core/stores/sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort, send } from '../test/http.ts'
import { absentKeychain } from '../test/keychains.ts'
import { createScene, type Scene } from '../test/scene.ts'
import { signIn } from './sign-in.ts'
import type { SignInOptions } from './sign-in-options.ts'

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

async function failure(options: SignInOptions): Promise<Error & { code?: string }> {
  const error: unknown = await signIn(goto, options).then(
    () => new Error('signed in'),
    (reason: unknown) => reason,
  )
  if (!(error instanceof Error)) throw new Error(`not an error: ${inspect(error)}`)
  return error
}

function tokenRequests(): number {
  return scene.sandbox.control.ledger.summary().tokenRequests
}

const neverOpened: SignInOptions['openBrowser'] = () => {
  throw new Error('the browser was opened')
}

test('signs in by the browser, shows the address, and the connection works', async () => {
  const connection = await connect(scene.options())
  expect(await connection.status()).toMatchObject({ state: 'active' })
  expect(connection.account).toBe('default')
  expect(scene.lines.join('\n')).toContain(`${scene.origin}/oauth/authorize?`)
  expect(await scene.pages()).toEqual([expect.stringContaining('You are signed in')])
  const answer = await connection.fetch(`${scene.origin}/voice-admin/v1/call-queues?accountKey=1234567890`)
  expect(answer.status).toBe(200)
})

test('the second run needs no browser and no token request', async () => {
  const first = await connect(scene.options())
  await first[Symbol.asyncDispose]()
  const second = await connect(scene.options({ openBrowser: neverOpened }))
  expect((await second.accessToken()).value).not.toBe('')
  expect(tokenRequests()).toBe(1)
})

test('accounts have grants of their own, and disconnecting one asks for the browser again', async () => {
  const ada = await connect(scene.options({ account: 'ada' }))
  const bob = await connect(scene.options({ account: 'bob' }))
  expect(await scene.pages()).toHaveLength(2)
  expect(await ada.disconnect()).toEqual({ erased: true, revoked: true })
  expect(await failure(scene.options({ account: 'ada', openBrowser: neverOpened }))).toHaveProperty(
    'code',
    'no_browser',
  )
  const again = await connect(scene.options({ account: 'bob', openBrowser: neverOpened }))
  expect([bob.account, again.account]).toEqual(['bob', 'bob'])
})

test('scopes that are missing from the stored grant are asked for beside those it has', async () => {
  const read = ['voice-admin.v1.read']
  const write = ['voice-admin.v1.write']
  await connect(scene.options({ scopes: read }))
  const both = await connect(scene.options({ scopes: write }))
  expect((await both.status()).scopes.toSorted()).toEqual([...read, ...write])
  const same = await connect(scene.options({ scopes: read, openBrowser: neverOpened }))
  expect(same.account).toBe('default')
  expect(await scene.pages()).toHaveLength(2)
})

test('the store lies in the data folder, for this user alone, and a sandbox has a folder of its own', async () => {
  await connect(scene.options())
  const folder = join(scene.dataDirectory, `sandbox-${new URL(scene.origin).port}`)
  expect(scene.lines.filter((line) => line.includes('unsealed'))).toEqual([])
  if (process.platform === 'win32') return
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'grants.sqlite')).mode & 0o777).toBe(0o600)
})

test('a store of the caller is used and stays open', async () => {
  const store = createMemoryStore()
  const options = scene.options({ store, volatile: 'accept' })
  const first = await connect(options)
  await first[Symbol.asyncDispose]()
  expect((await store.list('grant/')).keys).toHaveLength(1)
  expect(scene.lines.filter((line) => line.includes('unsealed'))).toEqual([])
})

test('a sandbox needs no client of its own', async () => {
  const env = { GRANTKIT_SANDBOX: scene.origin }
  const url = Promise.withResolvers<URL>()
  const stopped = new AbortController()
  const openBrowser = (address: URL): void => {
    url.resolve(address)
    stopped.abort(new Error('enough'))
  }
  const redirectUri = `http://localhost:${await freePort()}/callback`
  await failure(scene.options({ env, redirectUri, openBrowser, signal: stopped.signal }))
  expect((await url.promise).searchParams.get('client_id')).toBe('sandbox-client')
})

test('a denial is access_denied, shown to the person, and stores nothing', async () => {
  const openBrowser = (url: URL): Promise<void> => scene.visit(url, 'deny')
  expect(await failure(scene.options({ openBrowser }))).toHaveProperty('code', 'access_denied')
  expect(await scene.pages()).toEqual([expect.stringContaining('Signing in did not work')])
  expect(tokenRequests()).toBe(0)
  const later = await connect(scene.options())
  expect(later.account).toBe('default')
})

test('hostile text of the provider reaches neither the terminal nor the page as it is', async () => {
  const description = '<script>alert(1)</script>\u001b[2J\u001b]0;pwned\u0007\r\nok'
  const page = Promise.withResolvers<string>()
  const openBrowser = async (url: URL): Promise<void> => {
    const query = new URLSearchParams({
      error: 'access_denied',
      error_description: description,
      state: url.searchParams.get('state') ?? '',
    })
    page.resolve((await send(scene.port, `/callback?${query.toString()}`)).body)
  }
  const error = await failure(scene.options({ openBrowser }))
  expect(error).toHaveProperty('code', 'access_denied')
  const shown = await page.promise
  expect(shown).not.toContain('<script')
  for (const text of [error.message, scene.lines.join(''), shown.replaceAll('\n', '')]) {
    expect(text).not.toMatch(/\p{Cc}/u)
  }
})

test('the answers of two sign-ins that were swapped are both refused, and both sign-ins still work', async () => {
  const otherUri = `http://localhost:${await freePort()}/callback`
  scene.sandbox.control.clients.add({ id: 'other-client', secret: 'canary-other-secret', redirectUris: [otherUri] })
  const urls = [Promise.withResolvers<URL>(), Promise.withResolvers<URL>()] as const
  const store = createMemoryStore()
  const shared: SignInOptions = { store, volatile: 'accept' }
  const signIns = Promise.all([
    connect(scene.options({ ...shared, openBrowser: (url) => urls[0].resolve(url) })),
    connect(
      scene.options({
        ...shared,
        clientId: 'other-client',
        clientSecret: 'canary-other-secret',
        redirectUri: otherUri,
        openBrowser: (url) => urls[1].resolve(url),
      }),
    ),
  ])
  const { approveAuthorization } = await import('@grantkit/sandbox')
  const [first, second] = await Promise.all(urls.map(async ({ promise }) => approveAuthorization(fetch, await promise)))
  if (first === undefined || second === undefined) throw new Error('no answers')
  const swapped = [
    await send(Number(first.port), `/callback${second.search}`),
    await send(Number(second.port), `/callback${first.search}`),
  ]
  expect(swapped.map(({ status }) => status)).toEqual([400, 400])
  expect(tokenRequests()).toBe(0)
  expect([(await fetch(first)).status, (await fetch(second)).status]).toEqual([200, 200])
  expect(await signIns).toHaveLength(2)
})

test('an answer counts once', async () => {
  await connect(scene.options())
  const [callback] = scene.callbacks
  await expect(send(scene.port, `/callback${callback?.search}`)).rejects.toThrow('ECONNREFUSED')
  const openBrowser = async (url: URL): Promise<void> => {
    expect((await send(scene.port, `/callback${callback?.search}`)).status).toBe(400)
    await scene.visit(url)
  }
  const again = await connect(scene.options({ account: 'again', openBrowser }))
  expect(again.account).toBe('again')
})

test.each<[string, (state: string) => string, AuthErrorCode]>([
  ['code twice', (state) => `code=a&code=b&state=${state}`, 'parameter_repeated'],
  ['state twice', (state) => `code=a&state=${state}&state=x`, 'parameter_repeated'],
  ['neither code nor error', (state) => `state=${state}`, 'code_missing'],
  ['a foreign issuer', (state) => `code=a&iss=https://evil.example.com&state=${state}`, 'issuer_mismatch'],
])('a callback with %s ends in its own error before any token request', async (_, query, code) => {
  const openBrowser = async (url: URL): Promise<void> => {
    await send(scene.port, `/callback?${query(url.searchParams.get('state') ?? '')}`)
  }
  expect(await failure(scene.options({ openBrowser }))).toHaveProperty('code', code)
  expect(tokenRequests()).toBe(0)
})

test('nobody coming back is sign_in_timeout', async () => {
  const error = await failure(scene.options({ openBrowser: false, timeoutMs: 5 }))
  expect(error).toHaveProperty('code', 'sign_in_timeout')
  expect(scene.lines.join('\n')).toContain('/oauth/authorize?')
})

test('an abort ends the wait with its reason and frees the port', async () => {
  const controller = new AbortController()
  const openBrowser = (): void => controller.abort(new Error('changed my mind'))
  const error = await failure(scene.options({ openBrowser, signal: controller.signal }))
  expect(error.message).toBe('changed my mind')
  const connection = await connect(scene.options())
  expect(connection.account).toBe('default')
})

test('a second sign-in on the same port is port_in_use and leaves the first one alone', async () => {
  const openBrowser = async (url: URL): Promise<void> => {
    expect(await failure(scene.options({ account: 'second' }))).toHaveProperty('code', 'port_in_use')
    await scene.visit(url)
  }
  const connection = await connect(scene.options({ openBrowser }))
  expect(connection.account).toBe('default')
})

test('without a terminal, a browser that cannot be opened is no_browser with the cause', async () => {
  const error = await failure(scene.options({ openBrowser: neverOpened }))
  expect(error).toMatchObject({ code: 'no_browser', cause: { message: 'the browser was opened' } })
})

test('BROWSER opens the address, so that a program runs without a person', async () => {
  const script = fileURLToPath(new URL('../test/approving-browser.ts', import.meta.url))
  const { env } = scene.options()
  const browser = `"${process.execPath}" --conditions=@grantkit/source "${script}"`
  const { openBrowser: _, ...options } = scene.options({ env: { ...env, BROWSER: browser } })
  const connection = await connect(options)
  expect(await connection.status()).toMatchObject({ state: 'active' })
})

test.each<[string, SignInOptions, AuthErrorCode, string]>([
  ['nothing is set', { env: {} }, 'missing_client_id', 'GOTO_CLIENT_ID and GOTO_CLIENT_SECRET'],
  ['the id is blank', { env: { GOTO_CLIENT_ID: ' ', GOTO_CLIENT_SECRET: 's' } }, 'missing_client_id', 'GOTO_CLIENT_ID'],
  ['the secret is missing', { env: { GOTO_CLIENT_ID: 'i' } }, 'missing_client_secret', 'GOTO_CLIENT_SECRET'],
  ['an option is unknown', { acount: 'ada' } as SignInOptions, 'invalid_option', '"acount"'],
  ['an option is one that signIn sets', { provider: goto } as SignInOptions, 'invalid_option', '"provider"'],
  ['the timeout is no time', { timeoutMs: 0 }, 'invalid_option', 'timeoutMs'],
  [
    'the redirect is a web callback',
    { redirectUri: 'https://app.example.com/cb' },
    'invalid_redirect_uri',
    'beginAuth',
  ],
  [
    'the sandbox is elsewhere',
    { env: { GRANTKIT_SANDBOX: 'http://10.0.0.1:1' } },
    'invalid_option',
    'GRANTKIT_SANDBOX',
  ],
  [
    'the sandbox has a path',
    { env: { GRANTKIT_SANDBOX: 'http://127.0.0.1:1/x' } },
    'invalid_option',
    'GRANTKIT_SANDBOX',
  ],
  ['there is no keychain', { keychain: absentKeychain }, 'keychain_unavailable', "fallback: 'file'"],
])('when %s, the error says so before anything happens', async (_, wrong, code, part) => {
  const error = await failure(scene.options({ openBrowser: neverOpened, ...wrong }))
  expect(error).toMatchObject({ code, message: expect.stringContaining(part) })
  expect(scene.sandbox.control.ledger.entries()).toEqual([])
})

test('a damaged store is an error of its own and is left as it was', async () => {
  const { writeFileSync, mkdirSync } = await import('node:fs')
  const folder = join(scene.dataDirectory, `sandbox-${new URL(scene.origin).port}`)
  mkdirSync(folder, { mode: 0o700 })
  writeFileSync(join(folder, 'grants.sqlite'), 'no database at all', { mode: 0o600 })
  expect(await failure(scene.options())).toHaveProperty('code', 'store_value_invalid')
  expect(readFileSync(join(folder, 'grants.sqlite'), 'utf8')).toBe('no database at all')
})

test('no page, line or error holds a secret', async () => {
  const errors = [
    await failure(scene.options({ openBrowser: (url) => scene.visit(url, 'deny') })),
    await failure(scene.options({ account: 'wrong', clientSecret: 'canary-wrong-secret' })),
  ]
  const connection = await connect(scene.options())
  const tokens = await connection.exportTokens()
  const codes = scene.callbacks.map((callback) => callback.searchParams.get('code'))
  const secrets = ['canary', tokens.accessToken, tokens.refreshToken, ...codes].filter((text) => text != null)
  expect(secrets).toHaveLength(5)
  const shown = [
    ...(await scene.pages()),
    ...scene.lines,
    ...errors.map((error) => inspect(error, { depth: 9 })),
    inspect(connection),
  ]
  expect(errors.map((error) => error.code)).toEqual(['access_denied', 'client_rejected'])
  for (const secret of secrets) expect(shown.join('\n')).not.toContain(secret)
})

test.each([
  ['before the key is kept', 0],
  ['after the key is kept', 0],
  ['the answer', 1],
])('killed while it waits at %s, it leaves a store that reads, and the next sign-in works', async (point, attempts) => {
  const { env } = scene.options()
  const program = fileURLToPath(new URL('../test/waiting-program.ts', import.meta.url))
  const flags = ['--conditions=@grantkit/source', '--disable-warning=ExperimentalWarning']
  const child = spawn(process.execPath, [...flags, program, scene.keychainDirectory, point], {
    env: { ...process.env, ...env, GRANTKIT_DATA_DIR: scene.dataDirectory },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let printed = ''
  child.stderr.setEncoding('utf8')
  for await (const chunk of child.stderr) {
    printed += String(chunk)
    if (/Waiting (at|for)/.test(printed)) break
  }
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(printed).toContain(point)
  const path = join(scene.dataDirectory, `sandbox-${new URL(scene.origin).port}`, 'grants.sqlite')
  const store = createSqliteStore({ path })
  expect((await store.list('attempt/')).keys).toHaveLength(attempts)
  expect((await store.list('grant/')).keys).toEqual([])
  await store.close()
  const connection = await connect(scene.options())
  expect(await connection.status()).toMatchObject({ state: 'active' })
})

test('what is stored of a sign-in is sealed', async () => {
  const connection = await connect(scene.options({ account: 'ada' }))
  const tokens = await connection.exportTokens()
  const folder = join(scene.dataDirectory, `sandbox-${new URL(scene.origin).port}`)
  const stored = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
  expect(stored.join('')).toContain('/ada')
  for (const secret of [tokens.accessToken, tokens.refreshToken ?? '', 'code_verifier', 'accessToken']) {
    expect(secret).not.toBe('')
    expect(stored.join('')).not.toContain(secret)
  }
})
