import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAuthError } from '@grantkit/auth-core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openDefaultStore } from './default-store.ts'
import { readEnvironment } from './environment.ts'

let folder: string
const lines: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantkit-store-'))
  lines.splice(0)
})
afterEach(() => rmSync(folder, { recursive: true }))

const print = (line: string): void => void lines.push(line)

test('lies in the option, else in GRANTKIT_DATA_DIR, else in the data folder of the system', async () => {
  const environment = readEnvironment({ env: { GRANTKIT_DATA_DIR: join(folder, 'env') }, envFile: false })
  const given = openDefaultStore(
    { fallback: 'file', dataDirectory: join(folder, 'given'), print },
    environment,
    undefined,
  )
  const named = openDefaultStore({ fallback: 'file', print }, environment, undefined)
  await Promise.all([given.close(), named.close()])
  expect(lines).toEqual([
    expect.stringContaining(join(folder, 'given', 'grants.sqlite')),
    expect.stringContaining(join(folder, 'env', 'grants.sqlite')),
  ])
  const bare = readEnvironment({ env: {}, envFile: false })
  expect(() => openDefaultStore({ print }, bare, undefined)).toThrow(/grantkit.*grants\.sqlite/)
})

test('speaks of the plain file before it exists, and not again', async () => {
  const environment = readEnvironment({ env: {}, envFile: false })
  const options = { fallback: 'file', dataDirectory: folder, print } as const
  const store = openDefaultStore(options, environment, undefined)
  expect(lines).toHaveLength(1)
  await store.read('any')
  await store.close()
  await openDefaultStore(options, environment, undefined).close()
  expect(lines).toHaveLength(1)
})

test('refuses a folder that others can write to', () => {
  chmodSync(folder, 0o777)
  const environment = readEnvironment({ env: {}, envFile: false })
  const open = (platform: NodeJS.Platform): unknown =>
    openDefaultStore({ fallback: 'file', dataDirectory: folder, print, platform }, environment, undefined)
  expect(() => open('linux')).toThrow(expect.toSatisfy((error: unknown) => isAuthError(error, 'invalid_option')))
  expect(() => open('win32')).not.toThrow()
})
