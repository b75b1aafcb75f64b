import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { createAuthClient, clientSecretPost, isAuthError, refreshToken, type Connection } from '@grantkit/auth-core'
import { carthooks, carthooksAt } from '@grantkit/auth-core/providers/carthooks'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCarthooksServer, type CarthooksServer } from '../test/carthooks-server.ts'
import { createMemoryKeychain } from '../test/keychains.ts'
import { signIn } from './sign-in.ts'
import type { SignInOptions } from './sign-in-options.ts'
import { signOut } from './sign-out.ts'
import { status } from './status.ts'

let server: CarthooksServer
let folder: string
let options: (env: Record<string, string>, more?: SignInOptions) => SignInOptions
const connections: Connection[] = []
const client = { CARTHOOKS_CLIENT_ID: 'dvc-1', CARTHOOKS_CLIENT_SECRET: 'canary-secret' }

beforeEach(async () => {
  server = await createCarthooksServer()
  folder = mkdtempSync(join(tmpdir(), 'grantkit-carthooks-'))
  const keychain = createMemoryKeychain()
  options = (env, more) => ({
    env: { CARTHOOKS_API_URL: server.origin, ...env },
    envFile: false,
    dataDirectory: folder,
    keychain,
    print: () => undefined,
    openBrowser: () => {
      throw new Error('the browser was opened')
    },
    ...more,
  })
})
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

async function connect(env: Record<string, string>, more?: SignInOptions): Promise<Connection> {
  const connection = await signIn(carthooks, options(env, more))
  connections.push(connection)
  return connection
}

async function failure(work: Promise<unknown>): Promise<Error & { code?: string; action?: string }> {
  const error: unknown = await work.then(
    () => new Error('it worked'),
    (reason: unknown) => reason,
  )
  return error as Error
}

const me = (): string => `${server.origin}/open/api/v1/me`

describe('with a client', () => {
  it('connects the client itself, without a browser, and one token serves the next run too', async () => {
    const connection = await connect(client)
    expect(server.forms).toEqual([])
    expect((await connection.fetch(me())).status).toBe(200)
    await connection[Symbol.asyncDispose]()
    const again = await connect(client)
    expect((await again.fetch(me())).status).toBe(200)
    expect(server.forms).toEqual([
      { grant_type: 'client_credentials', client_id: 'dvc-1', client_secret: 'canary-secret' },
    ])
  })

  it('reads the settings from a .env file as well', async () => {
    const envFile = join(folder, '.env')
    writeFileSync(
      envFile,
      `CARTHOOKS_CLIENT_ID=dvc-1\nCARTHOOKS_CLIENT_SECRET=canary-secret\nCARTHOOKS_API_URL=${server.origin}\n` +
        'CARTHOOKS_TIMEOUT=5\n',
    )
    const { apiDefaults } = await connect({}, { env: {}, envFile })
    expect(apiDefaults).toEqual({ baseUrl: `${server.origin}/open/api`, timeoutMs: 5000 })
  })

  it('uses the grant that the account has, whoever it was given by', async () => {
    const store = createMemoryStore()
    const auth = createAuthClient({
      provider: carthooksAt(server.origin),
      clientId: 'dvc-1',
      authentication: clientSecretPost('canary-secret'),
      store,
      volatile: 'accept',
    })
    await auth.connect('ada', refreshToken('canary-refresh'))
    const connection = await connect(client, { store, volatile: 'accept', account: 'ada' })
    await connection.accessToken()
    expect(server.forms[0]).toMatchObject({ grant_type: 'refresh_token', refresh_token: 'canary-refresh' })
    await auth[Symbol.asyncDispose]()
  })

  it('never takes the place of a person whose grant has ended', async () => {
    const store = createMemoryStore()
    const shared = { store, volatile: 'accept', account: 'ada' } as const
    const auth = createAuthClient({
      provider: carthooksAt(server.origin),
      clientId: 'dvc-1',
      authentication: clientSecretPost('s'),
      store,
      volatile: 'accept',
      fetch: async () => Response.json({ error: { key: 'invalid_refresh_token' } }),
    })
    const ended = await auth.connect('ada', refreshToken('canary-refresh'))
    await failure(ended.accessToken())
    expect(await failure(signIn(carthooks, options(client, shared)))).toMatchObject({
      code: 'reconnect',
      action: 'reconnect',
      message: expect.stringContaining('"ada"'),
    })
    await signOut(carthooks, options(client, shared))
    const machine = await connect(client, shared)
    expect((await machine.fetch(me())).status).toBe(200)
  })

  it('asks for the scopes of all programs that share the account', async () => {
    const first = await connect(client, { scopes: ['rows:read'] })
    await first.accessToken()
    const second = await connect(client, { scopes: ['admin:runtime'] })
    await second.accessToken()
    expect(server.forms.map(({ scope }) => scope)).toEqual(['rows:read', 'rows:read admin:runtime'])
  })

  it('says when its secret is wrong, without showing it', async () => {
    const connection = await connect({ ...client, CARTHOOKS_CLIENT_SECRET: 'canary-wrong' })
    const error = await failure(connection.accessToken())
    expect(isAuthError(error, 'client_rejected')).toBe(true)
    expect(inspect(error, { depth: 9 })).not.toContain('canary')
  })
})

describe('with CARTHOOKS_ACCESS_TOKEN', () => {
  const token = { CARTHOOKS_ACCESS_TOKEN: 'canary-direct' }

  it('uses it as it is, without client, store or request', async () => {
    server.tokens.add('canary-direct')
    const connection = await connect({ ...token, CARTHOOKS_TIMEOUT: '10' }, { account: 'ada' })
    expect(connection.account).toBe('ada')
    expect(connection.apiDefaults).toEqual({ baseUrl: `${server.origin}/open/api`, timeoutMs: 10_000 })
    expect((await connection.fetch(me())).status).toBe(200)
    expect(server.forms).toEqual([])
    expect(readdirSync(folder)).toEqual([])
    expect(await status(carthooks, options(token))).toMatchObject({
      state: 'active',
      account: 'default',
      settings: [
        { setting: 'apiUrl', from: 'environment', variable: 'CARTHOOKS_API_URL' },
        { setting: 'accessToken', from: 'environment', variable: 'CARTHOOKS_ACCESS_TOKEN' },
      ],
    })
    expect(await signOut(carthooks, options(token))).toEqual({ wasSignedIn: false, erased: true, revoked: false })
  })

  it('prefers it to a client of the environment, but not to one that the program names', async () => {
    const direct = await connect({ ...client, ...token })
    expect((await direct.accessToken()).value).toBe('canary-direct')
    const own = await connect(token, { clientId: 'dvc-2', clientSecret: 'canary-secret' })
    expect((await own.accessToken()).value).toBe('canary-token-1')
  })

  it('says what to do once it is refused, and shows it nowhere', async () => {
    const connection = await connect(token)
    const error = await failure(connection.fetch(me()))
    expect(error).toMatchObject({ code: 'renewal_not_supplied', action: 'fix-config' })
    const told = await status(carthooks, options(token))
    expect(inspect([connection, error, told], { depth: 9 })).not.toContain('canary')
  })

  it('names the variable when no header can carry it', async () => {
    const error = await failure(signIn(carthooks, options({ CARTHOOKS_ACCESS_TOKEN: 'canary one\n' })))
    expect(error).toMatchObject({ code: 'invalid_option', message: expect.stringContaining('CARTHOOKS_ACCESS_TOKEN') })
    expect(inspect(error)).not.toContain('canary')
  })
})

describe('without settings', () => {
  it('names all that is missing at once, and the token that would do instead', async () => {
    expect(await failure(signIn(carthooks, options({})))).toMatchObject({
      code: 'missing_client_id',
      message: expect.stringMatching(/CARTHOOKS_CLIENT_ID and CARTHOOKS_CLIENT_SECRET.*CARTHOOKS_ACCESS_TOKEN/),
    })
    const error = await failure(signIn(carthooks, options({ CARTHOOKS_CLIENT_ID: 'dvc-1' })))
    expect(error).toMatchObject({ code: 'missing_client_secret' })
    expect(error.message).not.toContain('public client')
  })
})
