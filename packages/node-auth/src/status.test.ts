import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { isAuthError, type Connection } from '@grantkit/auth-core'
import { goto } from '@grantkit/auth-core/providers/goto'
import { createMemoryStore } from '@grantkit/auth-core/stores/memory'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { absentKeychain } from '../test/keychains.ts'
import { createScene, type Scene } from '../test/scene.ts'
import { signIn } from './sign-in.ts'
import type { SignInOptions } from './sign-in-options.ts'
import { signOut } from './sign-out.ts'
import { status } from './status.ts'

let scene: Scene
beforeEach(async () => {
  scene = await createScene()
})
afterEach(async () => {
  for (const connection of connections.splice(0)) await connection[Symbol.asyncDispose]()
  await scene.close()
})

const connections: Connection[] = []

async function connect(more: SignInOptions = {}): Promise<Connection> {
  const connection = await signIn(goto, scene.options(more))
  connections.push(connection)
  return connection
}

/** Options without anything that could open a browser. */
function quiet(more: SignInOptions = {}): SignInOptions {
  return scene.options({
    openBrowser: () => {
      throw new Error('the browser was opened')
    },
    ...more,
  })
}

const storePath = (): string => join(scene.dataDirectory, `sandbox-${new URL(scene.origin).port}`, 'grants.sqlite')

test('before the first sign-in, status says so and creates nothing', async () => {
  const before = await status(goto, quiet({ keychain: absentKeychain }))
  expect(before).toMatchObject({ state: 'absent', account: 'default', scopes: [], store: { path: storePath() } })
  expect(before.store).not.toHaveProperty('sealed')
  expect(existsSync(storePath())).toBe(false)
  expect(scene.sandbox.control.ledger.entries()).toEqual([])
})

test('status tells what is stored, and asks nobody', async () => {
  await connect({ account: 'ada', scopes: ['voice-admin.v1.read'] })
  const requests = scene.sandbox.control.ledger.entries().length
  expect(await status(goto, quiet({ account: 'ada' }))).toMatchObject({
    state: 'active',
    account: 'ada',
    scopes: ['voice-admin.v1.read'],
    store: { path: storePath(), sealed: true },
  })
  expect(await status(goto, quiet({ account: 'bob' }))).toMatchObject({ state: 'absent', account: 'bob' })
  expect(scene.sandbox.control.ledger.entries()).toHaveLength(requests)
})

test('status says which place gave each setting, and no value of a secret', async () => {
  const envFile = join(scene.dataDirectory, 'settings.env')
  writeFileSync(envFile, 'GOTO_CLIENT_ID=hidden\nGOTO_CLIENT_SECRET=canary-secret\n')
  const env = { GOTO_CLIENT_ID: 'real', GRANTKIT_SANDBOX: scene.origin }
  const told = await status(goto, quiet({ env, envFile }))
  expect(told.settings).toEqual([
    { setting: 'clientId', from: 'environment', variable: 'GOTO_CLIENT_ID' },
    { setting: 'clientSecret', from: 'env-file', variable: 'GOTO_CLIENT_SECRET' },
    { setting: 'redirectUri', from: 'default' },
    { setting: 'sandbox', from: 'environment', variable: 'GRANTKIT_SANDBOX' },
    { setting: 'dataDirectory', from: 'option' },
  ])
  expect(inspect(told)).not.toContain('canary')
})

test.each<[string, SignInOptions, object]>([
  ['an option', { clientId: 'mine' }, { setting: 'clientId', from: 'option' }],
  ['what the sandbox knows', {}, { setting: 'clientId', from: 'sandbox' }],
  ['no data folder', { dataDirectory: undefined } as never, { setting: 'dataDirectory', from: 'default' }],
])('with %s, status names it', async (_, more, source) => {
  const { dataDirectory, ...options } = quiet({ env: { GRANTKIT_SANDBOX: scene.origin }, ...more })
  const told = await status(goto, dataDirectory === undefined ? options : { dataDirectory, ...options })
  expect(told.settings).toContainEqual(source)
})

test('a store of the caller is looked at, and stays open', async () => {
  const store = createMemoryStore()
  await connect({ store, volatile: 'accept' })
  const told = await status(goto, quiet({ store, volatile: 'accept' }))
  expect(told).toMatchObject({ state: 'active' })
  expect(told).not.toHaveProperty('store')
  expect(await signOut(goto, quiet({ store, volatile: 'accept' }))).toMatchObject({ wasSignedIn: true })
  expect((await store.list('')).keys).not.toEqual([])
})

test('a store whose key cannot be had is told, not taken for absent', async () => {
  await connect()
  const work = status(goto, quiet({ keychain: absentKeychain }))
  await expect(work).rejects.toSatisfy((error) => isAuthError(error, 'keychain_unavailable'))
  await expect(signOut(goto, quiet({ keychain: absentKeychain }))).rejects.toSatisfy((error) =>
    isAuthError(error, 'keychain_unavailable'),
  )
})

test('an unknown option is told under the name of the call', async () => {
  await expect(status(goto, { acount: 'ada' } as SignInOptions)).rejects.toThrow('status: there is no option "acount"')
  await expect(signOut(goto, { acount: 'ada' } as SignInOptions)).rejects.toThrow('signOut: there is no option')
})

test('signOut erases the grant, has the provider revoke it, and leaves other accounts alone', async () => {
  const ada = await connect({ account: 'ada' })
  await connect({ account: 'bob' })
  const { accessToken } = await ada.exportTokens()
  expect(await signOut(goto, quiet({ account: 'ada' }))).toEqual({ wasSignedIn: true, erased: true, revoked: true })
  expect(await status(goto, quiet({ account: 'ada' }))).toMatchObject({ state: 'closed' })
  expect(await status(goto, quiet({ account: 'bob' }))).toMatchObject({ state: 'active' })
  const url = `${scene.origin}/voice-admin/v1/call-queues?accountKey=1234567890`
  expect((await fetch(url, { headers: { authorization: `Bearer ${accessToken}` } })).status).toBe(401)
})

test('signOut with the provider down erases all the same, and says that nothing was revoked', async () => {
  await connect()
  const down = async (): Promise<Response> => {
    throw new TypeError('fetch failed')
  }
  expect(await signOut(goto, quiet({ fetch: down }))).toEqual({ wasSignedIn: true, erased: true, revoked: false })
  expect(await status(goto, quiet())).toMatchObject({ state: 'closed' })
})

test('signOut where nobody is signed in changes nothing, and can be repeated', async () => {
  const nothing = { wasSignedIn: false, erased: true, revoked: false }
  expect(await signOut(goto, quiet())).toEqual(nothing)
  expect(existsSync(storePath())).toBe(false)
  await connect({ account: 'ada' })
  expect(await signOut(goto, quiet({ account: 'bob' }))).toEqual(nothing)
  await signOut(goto, quiet({ account: 'ada' }))
  expect(await signOut(goto, quiet({ account: 'ada' }))).toEqual(nothing)
})

test('after signOut the next sign-in asks the person again', async () => {
  await connect()
  await signOut(goto, quiet())
  await connect()
  expect(await scene.pages()).toHaveLength(2)
})
