import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAuthError, type AuthErrorCode } from '@grantkit/auth-core'
import { createSqliteStore } from '@grantkit/auth-core/stores/sqlite'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { absentKeychain, createMemoryKeychain } from '../test/keychains.ts'
import { openDefaultStore, openExistingStore, type DefaultStoreOptions, type OpenStore } from './default-store.ts'
import { readEnvironment, type Environment } from './environment.ts'
import type { Keychain } from './keychain.ts'

let folder: string
const lines: string[] = []
const bare = readEnvironment({ env: {}, envFile: false })
const opened: OpenStore[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantkit-store-'))
  lines.splice(0)
})
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close()
  rmSync(folder, { recursive: true })
})

async function open(
  options: Partial<DefaultStoreOptions> = {},
  environment: Environment = bare,
  sandbox?: URL,
): Promise<OpenStore['store']> {
  const print = (line: string): void => void lines.push(line)
  const store = await openDefaultStore({ dataDirectory: folder, print, ...options }, environment, sandbox)
  opened.push(store)
  return store.store
}

function failsWith(code: AuthErrorCode, ...parts: string[]): unknown {
  return expect.toSatisfy(
    (error: unknown) => isAuthError(error, code) && parts.every((part) => error.message.includes(part)),
  )
}

const filesIn = (path: string): string =>
  readdirSync(path)
    .map((name) => readFileSync(join(path, name), 'latin1'))
    .join('\n')

const marker = 'canary-value'

test('is sealed: neither the file nor its log shows what was written, and the next run reads it', async () => {
  const keychain = createMemoryKeychain()
  const first = await open({ keychain })
  await first.write('grant/a', marker, { ifVersion: null })
  expect((await first.read('grant/a')).entry?.value).toBe(marker)
  expect(readdirSync(folder)).toContain('grants.sqlite-wal')
  expect(filesIn(folder)).toContain('grant/a')
  expect(filesIn(folder)).not.toContain(marker)
  const second = await open({ keychain })
  expect((await second.read('grant/a')).entry?.value).toBe(marker)
  expect(keychain.secrets.size).toBe(1)
  expect(lines).toEqual([])
})

test('the search for what was written finds it where nothing is sealed', async () => {
  const store = await open({ fallback: 'file' })
  await store.write('grant/a', marker, { ifVersion: null })
  expect(filesIn(folder)).toContain(marker)
})

test('without a keychain nothing is written, and the error names the line to add', async () => {
  await expect(open({ keychain: absentKeychain })).rejects.toEqual(
    failsWith('keychain_unavailable', "fallback: 'file'"),
  )
  const store = createSqliteStore({ path: join(folder, 'grants.sqlite') })
  expect((await store.list('')).keys).toEqual([])
  await store.close()
})

test('a store begun unsealed is opened unsealed on the word of the caller alone, and never mixed', async () => {
  const plain = await open({ fallback: 'file' })
  await plain.write('grant/a', marker, { ifVersion: null })
  const keychain = createMemoryKeychain()
  await expect(open({ keychain })).rejects.toEqual(failsWith('unsealed_store', "fallback: 'file'", 'delete', folder))
  expect(keychain.secrets.size).toBe(0)
  const again = await open({ fallback: 'file', keychain })
  expect((await again.read('grant/a')).entry?.value).toBe(marker)
})

test('a store that somebody filled before anything was decided counts as unsealed', async () => {
  const store = createSqliteStore({ path: join(folder, 'grants.sqlite') })
  await store.write('grant/a', marker, { ifVersion: null })
  await store.close()
  await expect(open({ keychain: createMemoryKeychain() })).rejects.toEqual(failsWith('unsealed_store'))
  expect((await (await open({ fallback: 'file' })).read('grant/a')).entry?.value).toBe(marker)
})

test("a sealed store stays sealed with fallback: 'file', and needs its key", async () => {
  const keychain = createMemoryKeychain()
  await (await open({ keychain })).write('grant/a', marker, { ifVersion: null })
  const again = await open({ fallback: 'file', keychain })
  await again.write('grant/b', marker, { ifVersion: null })
  expect(filesIn(folder)).not.toContain(marker)
  await expect(open({ fallback: 'file', keychain: absentKeychain })).rejects.toEqual(
    failsWith('keychain_unavailable', 'Unlock it'),
  )
  keychain.secrets.clear()
  await expect(open({ fallback: 'file', keychain })).rejects.toEqual(failsWith('store_key_missing', 'delete', folder))
})

test('of programs that begin at once all use one key, and the others are taken back', async () => {
  const keychain = createMemoryKeychain()
  const stores = await Promise.all(Array.from({ length: 4 }, () => open({ keychain })))
  expect(keychain.secrets.size).toBe(1)
  await stores[0]?.write('grant/a', marker, { ifVersion: null })
  for (const store of stores) expect((await store.read('grant/a')).entry?.value).toBe(marker)
})

test('of programs that begin sealed and unsealed at once, one kind gets the store', async () => {
  const keychain = createMemoryKeychain()
  const results = await Promise.allSettled([open({ keychain }), open({ fallback: 'file', keychain })])
  const stores = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value)
  for (const [index, store] of stores.entries()) await store.write(`grant/${index}`, marker, { ifVersion: null })
  const keys = keychain.secrets.size
  expect(stores.length + keys).toBeOneOf([1, 3])
  expect(filesIn(folder).includes(marker)).toBe(keys === 0)
})

test('a decision that is damaged, or newer than this version, is an error of its own', async () => {
  const path = join(folder, 'grants.sqlite')
  const decide = async (value: string): Promise<void> => {
    rmSync(path, { force: true })
    const store = createSqliteStore({ path })
    await store.write('sealing', value, { ifVersion: null })
    await store.close()
  }
  for (const damaged of ['', 'null', '{"schema":1}', '{"schema":1,"with":"keychain"}']) {
    await decide(damaged)
    await expect(open({ fallback: 'file' })).rejects.toEqual(failsWith('store_value_invalid'))
  }
  await decide('{"schema":2,"with":"nothing"}')
  await expect(open({ fallback: 'file' })).rejects.toEqual(failsWith('store_value_newer'))
})

test('what a sandbox made up is not sealed and needs no word, but for a keychain of the caller', async () => {
  const sandbox = new URL('http://127.0.0.1:4455')
  await (await open({}, bare, sandbox)).write('grant/a', marker, { ifVersion: null })
  expect(filesIn(join(folder, 'sandbox-4455'))).toContain(marker)
  expect(lines).toEqual([])
  const keychain = createMemoryKeychain()
  await (await open({ keychain }, bare, new URL('http://127.0.0.1:4456'))).write('a', marker, { ifVersion: null })
  expect(filesIn(join(folder, 'sandbox-4456'))).not.toContain(marker)
})

test('lies in the option, else in GRANTKIT_DATA_DIR, else in the data folder of the system', async () => {
  const environment = readEnvironment({ env: { GRANTKIT_DATA_DIR: join(folder, 'env') }, envFile: false })
  await open({ fallback: 'file', dataDirectory: join(folder, 'given') }, environment)
  const print = (line: string): void => void lines.push(line)
  opened.push(await openDefaultStore({ fallback: 'file', print }, environment, undefined))
  expect(lines).toEqual([
    expect.stringContaining(join(folder, 'given', 'grants.sqlite')),
    expect.stringContaining(join(folder, 'env', 'grants.sqlite')),
  ])
})

test('speaks of the plain file before it is written, and not again', async () => {
  let keysBefore: readonly string[] | undefined
  const path = join(folder, 'grants.sqlite')
  const print = (line: string): void => {
    lines.push(line)
    const written = existsSync(path) ? readFileSync(path, 'latin1') : ''
    keysBefore = written.includes('"with":"nothing"') ? ['sealing'] : []
  }
  await open({ fallback: 'file', print })
  expect(keysBefore).toEqual([])
  await open({ fallback: 'file', print })
  expect(lines).toHaveLength(1)
})

test('refuses a folder that others can write to', async () => {
  chmodSync(folder, 0o777)
  const openOn = (platform: NodeJS.Platform): Promise<unknown> => open({ fallback: 'file', platform })
  await expect(openOn('linux')).rejects.toEqual(failsWith('invalid_option'))
  await expect(openOn('win32')).resolves.toBeDefined()
})

test('an existing store is opened, and nothing is created to find out that there is none', async () => {
  const keychain: Keychain = createMemoryKeychain()
  const options = { dataDirectory: join(folder, 'new'), keychain, print: () => undefined }
  expect(await openExistingStore(options, bare, undefined)).toBeUndefined()
  expect(existsSync(join(folder, 'new'))).toBe(false)
  const store = await open(options)
  await store.write('grant/a', marker, { ifVersion: null })
  const found = await openExistingStore(options, bare, undefined)
  if (found) opened.push(found)
  expect((await found?.store.read('grant/a'))?.entry?.value).toBe(marker)
})

test('a store in which nothing was decided yet is no store of anybody', async () => {
  const store = createSqliteStore({ path: join(folder, 'grants.sqlite') })
  await store.list('')
  await store.close()
  const options = { dataDirectory: folder, keychain: absentKeychain, print: () => undefined }
  expect(await openExistingStore(options, bare, undefined)).toBeUndefined()
})
