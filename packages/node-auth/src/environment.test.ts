import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAuthError } from '@grantkit/auth-core'
import { afterAll, expect, test } from 'vitest'
import { readEnvironment } from './environment.ts'

const folder = mkdtempSync(join(tmpdir(), 'grantkit-env-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('reads .env, and the real environment wins, also with an empty value', () => {
  const envFile = join(folder, '.env')
  writeFileSync(envFile, 'A=file\nB="from file" # note\nC=file\nexport D=exported\n')
  const environment = readEnvironment({ env: { A: 'real', C: '' }, envFile })
  expect(environment.read('A')).toBe('real')
  expect(environment.read('B')).toBe('from file')
  expect(environment.read('C')).toBe('')
  expect(environment.read('D')).toBe('exported')
  expect(environment.read('E')).toBeUndefined()
  expect(environment.read('toString')).toBeUndefined()
  expect(environment.real['B']).toBeUndefined()
})

test('a missing file is fine, and no file is read when none is wanted', () => {
  expect(readEnvironment({ env: {}, envFile: join(folder, 'absent') }).read('A')).toBeUndefined()
  expect(readEnvironment({ env: {}, envFile: false }).read('B')).toBeUndefined()
})

test('a file that cannot be read is an error of its own', () => {
  expect(() => readEnvironment({ env: {}, envFile: folder })).toThrow(
    expect.toSatisfy((error: unknown) => isAuthError(error, 'invalid_option') && error.message.includes('EISDIR')),
  )
})
