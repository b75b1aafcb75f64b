import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { isAuthError, providerAt, type AuthErrorCode, type Connection } from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { signIn, type SignInOptions } from '@grantkit/node-auth'
import { approveAuthorization, createSandbox, listen, type Listening } from '@grantkit/sandbox'
import { findCredentials } from '@napi-rs/keyring'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { freePort } from './free-port.ts'
import { startSecretService, type SecretService } from './secret-service.ts'

const client = { id: 'test-client', secret: 'test-secret' }

let redirectUris: readonly string[]
let server: Listening
let service: SecretService
let folder: string

beforeAll(async () => {
  redirectUris = await Promise.all(
    Array.from({ length: 4 }, async () => `http://localhost:${await freePort()}/callback`),
  )
  server = await listen(createSandbox({ clients: [{ ...client, redirectUris: [...redirectUris] }] }))
})
afterAll(() => server.close())

beforeEach(async () => {
  service = await startSecretService()
  folder = mkdtempSync(join(tmpdir(), 'grantkit-sealed-'))
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', service.environment['DBUS_SESSION_BUS_ADDRESS'])
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await service.remove()
  rmSync(folder, { recursive: true })
})

async function connect(more: SignInOptions = {}): Promise<Connection> {
  return await signIn(providerAt(goto, server.origin), {
    clientId: client.id,
    clientSecret: client.secret,
    redirectUri: redirectUris[0] ?? '',
    dataDirectory: folder,
    envFile: false,
    print: () => undefined,
    openBrowser: async (url) => await fetch(await approveAuthorization(fetch, url)),
    ...more,
  })
}

const again: SignInOptions = {
  openBrowser: () => {
    throw new Error('the browser was opened')
  },
}

async function failure(work: Promise<unknown>): Promise<AuthErrorCode | undefined> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  return isAuthError(error) ? error.code : undefined
}

const stored = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'latin1'))
    .join('')

test('a sign-in puts one key into the keychain and nothing readable onto the disk', async () => {
  const connection = await connect({ account: 'ada' })
  const { accessToken, refreshToken } = await connection.exportTokens()
  const keys = findCredentials('grantkit')
  expect(keys).toEqual([{ account: expect.any(String), password: expect.stringMatching(/^[\w+/]{43}=$/) }])
  expect(stored()).toContain('/ada')
  for (const secret of [accessToken, refreshToken ?? 'absent', keys[0]?.password ?? 'absent', 'accessToken']) {
    expect(stored()).not.toContain(secret)
  }
  await connection[Symbol.asyncDispose]()
})

test('the next run, also after a restart of the keychain, needs no browser', async () => {
  const first = await connect()
  await first[Symbol.asyncDispose]()
  await service.restart()
  const second = await connect(again)
  expect(await second.status()).toMatchObject({ state: 'active' })
  await second[Symbol.asyncDispose]()
})

test('four programs that begin at once make one key, and each keeps its grant', async () => {
  const program = join(import.meta.dirname, 'sign-in-program.ts')
  const flags = ['--conditions=@grantkit/source', '--disable-warning=ExperimentalWarning']
  const runs = redirectUris.map(async (redirectUri, index) => {
    const args = [...flags, program, server.origin, redirectUri, `account-${index}`]
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, GRANTKIT_DATA_DIR: folder },
    })
    return stdout
  })
  expect(await Promise.all(runs)).toEqual(['active', 'active', 'active', 'active'])
  expect(findCredentials('grantkit')).toHaveLength(1)
  for (const index of redirectUris.keys()) {
    const connection = await connect({ ...again, account: `account-${index}` })
    expect((await connection.accessToken()).value).not.toBe('')
    await connection[Symbol.asyncDispose]()
  }
})

test('a locked keychain is keychain_unavailable, for a new store and for one that exists, and loses nothing', async () => {
  const first = await connect()
  await first[Symbol.asyncDispose]()
  await service.lock()
  expect(await failure(connect(again))).toBe('keychain_unavailable')
  expect(await failure(connect({ ...again, dataDirectory: join(folder, 'new') }))).toBe('keychain_unavailable')
  await service.restart()
  const second = await connect(again)
  expect(await second.status()).toMatchObject({ state: 'active' })
  await second[Symbol.asyncDispose]()
})

test.each(['keychain', 'bus'] as const)(
  'a %s that hangs is given up after 3 s while the program goes on',
  async (who) => {
    const first = await connect()
    await first[Symbol.asyncDispose]()
    service.signal(who, 'SIGSTOP')
    let longestPauseMs = 0
    let lastMs = performance.now()
    const startMs = lastMs
    const watch = setInterval(() => {
      longestPauseMs = Math.max(longestPauseMs, performance.now() - lastMs)
      lastMs = performance.now()
    }, 10)
    expect(await failure(connect(again))).toBe('keychain_unavailable')
    clearInterval(watch)
    expect(performance.now() - startMs).toBeLessThan(10_000)
    expect(longestPauseMs).toBeLessThan(1500)
    service.signal(who, 'SIGCONT')
    const second = await connect(again)
    expect(await second.status()).toMatchObject({ state: 'active' })
    await second[Symbol.asyncDispose]()
  },
)

test('where there is no keychain, nothing is kept anywhere else', async () => {
  vi.stubEnv('DBUS_SESSION_BUS_ADDRESS', 'unix:path=/no/such/bus')
  expect(await failure(connect(again))).toBe('keychain_unavailable')
  const connection = await connect({ fallback: 'file' })
  expect(await connection.status()).toMatchObject({ state: 'active' })
  await connection[Symbol.asyncDispose]()
})
