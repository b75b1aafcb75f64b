import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuthClient, Connection, Store } from '@grantkit/auth-core'
import { shiftedStore } from '@grantkit/auth-core/testing'
import { approveAuthorization, createSandbox, defaultClient, type Sandbox } from '@grantkit/sandbox'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { installCopy, type InstalledCopy } from './installed-copy.ts'

vi.setConfig({ hookTimeout: 120_000 })

type Core = typeof import('@grantkit/auth-core')
type Voice = typeof import('@grantkit/goto-voice')
type Users = typeof import('@grantkit/goto-users')
type Sqlite = typeof import('@grantkit/auth-core/stores/sqlite')

const twoHoursMs = 7_200_000
const callers = 50
const folder = mkdtempSync(join(tmpdir(), 'grantkit-two-versions-'))

let older: InstalledCopy
let newer: InstalledCopy
let sandbox: Sandbox
let nowOffsetMs: number
let storePath: string
const open: AsyncDisposable[] = []

beforeAll(() => {
  const root = join(import.meta.dirname, '../../..')
  const wanted = ['--filter=@grantkit/goto-voice', '--filter=@grantkit/goto-users']
  execFileSync(process.execPath, ['tools/checks/src/turbo.ts', 'run', 'build', ...wanted], { cwd: root })
  const names = ['auth-core', 'api-client', 'goto-voice', 'goto-users']
  older = installCopy(join(folder, 'older'), '1.0.0', names)
  newer = installCopy(join(folder, 'newer'), '1.7.0', names)
})
afterAll(() => rmSync(folder, { recursive: true }))

beforeEach(() => {
  nowOffsetMs = 0
  storePath = join(mkdtempSync(join(folder, 'store-')), 'grants.sqlite')
  sandbox = createSandbox({ rotation: 'strict' })
})
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one[Symbol.asyncDispose]()
  await sandbox.close()
})

/** The store's file, opened by one of the copies. */
async function openStore(copy: InstalledCopy): Promise<Store> {
  const { createSqliteStore } = await copy.load<Sqlite>('@grantkit/auth-core/stores/sqlite')
  const file = createSqliteStore({ path: storePath })
  open.push(file)
  return shiftedStore(file, { nowOffsetMs: () => nowOffsetMs })
}

/** A client made by one copy, of a provider and a store that may come from the other. */
async function createClient(copy: InstalledCopy, store: Store, dataFrom = copy): Promise<AuthClient> {
  const { createAuthClient, clientSecretBasic } = await copy.load<Core>('@grantkit/auth-core')
  const { goto } = await dataFrom.load<Voice>('@grantkit/goto-voice')
  const authentication = clientSecretBasic(defaultClient.secret ?? '')
  const { fetch } = sandbox
  const client = createAuthClient({ provider: goto, clientId: defaultClient.id, authentication, store, fetch })
  open.push(client)
  return client
}

async function signIn(client: AuthClient): Promise<void> {
  const redirectUri = 'http://localhost:8080/callback'
  const { url } = await client.beginAuthorization('ada', { redirectUri, session: 'session' })
  const callback = await approveAuthorization(sandbox.fetch, url)
  await client.completeAuthorization(callback, { session: 'session' })
}

function expire(): void {
  nowOffsetMs += twoHoursMs
  sandbox.control.clock.advance(twoHoursMs)
}

/** Two APIs at once, many times each, through the clients of one copy. */
async function callBoth(copy: InstalledCopy, connection: Connection): Promise<number[]> {
  const options = { connection, fetch: sandbox.fetch, rateLimit: false } as const
  const { createGotoVoice } = await copy.load<Voice>('@grantkit/goto-voice')
  const { createGotoUsers } = await copy.load<Users>('@grantkit/goto-users')
  const voice = createGotoVoice({ ...options, accountKey: '1234567890' })
  const users = createGotoUsers(options)
  const calls = Array.from({ length: callers }, () => [voice.GET('/call-queues'), users.GET('/me')]).flat()
  return (await Promise.all<{ response: Response }>(calls)).map(({ response }) => response.status)
}

async function expectOneTokenRequest(work: () => Promise<number[][]>): Promise<void> {
  const { ledger } = sandbox.control
  const { calls } = ledger.summary()
  const statuses = (await work()).flat()
  expect(statuses).toEqual(Array.from({ length: callers * 4 }, () => 200))
  expect(ledger.summary({ afterSeq: calls })).toMatchObject({ tokenRequests: 1, reuse: 0, invalidGrant: 0 })
}

test('the copies are two: neither shares its modules with the other', async () => {
  const { AuthError } = await older.load<Core>('@grantkit/auth-core')
  expect((await newer.load<Core>('@grantkit/auth-core')).AuthError).not.toBe(AuthError)
})

describe('API packages built against two versions of auth-core share one refresh', () => {
  test('on one connection, which one of the versions made', async () => {
    await signIn(await createClient(older, await openStore(older)))
    expire()
    const client = await createClient(older, await openStore(older))
    const connection = client.connection('ada')
    await expectOneTokenRequest(() => Promise.all([callBoth(older, connection), callBoth(newer, connection)]))
  })

  test('on one store, which each opens by itself', async () => {
    await signIn(await createClient(older, await openStore(older)))
    expire()
    const first = await createClient(older, await openStore(older))
    const second = await createClient(newer, await openStore(newer))
    await expectOneTokenRequest(() =>
      Promise.all([callBoth(older, first.connection('ada')), callBoth(newer, second.connection('ada'))]),
    )
  })

  test('on one store object and with provider data of the other version', async () => {
    const store = await openStore(older)
    await signIn(await createClient(newer, store, older))
    expire()
    const first = await createClient(older, store, newer)
    const second = await createClient(newer, store, older)
    await expectOneTokenRequest(() =>
      Promise.all([callBoth(older, first.connection('ada')), callBoth(newer, second.connection('ada'))]),
    )
  })
})

test('each version knows the errors of the other', async () => {
  const store = await openStore(newer)
  const connection = (await createClient(newer, store)).connection('nobody')
  const failure = await callBoth(older, connection).catch((error: unknown) => error)
  const { isAuthError } = await older.load<Core>('@grantkit/auth-core')
  expect(isAuthError(failure, 'not_connected')).toBe(true)
})
