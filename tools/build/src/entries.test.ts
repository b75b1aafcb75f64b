import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findEntries } from './entries.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grantkit-build-'))
  mkdirSync(join(folder, 'src/stores'), { recursive: true })
  const exported = (file: string) => ({ '@grantkit/source': `./src/${file}.ts`, default: `./dist/${file}.js` })
  const exports = {
    '.': exported('index'),
    './stores/file': exported('stores/file'),
    './package.json': './package.json',
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ exports }))
})

afterEach(() => rmSync(folder, { recursive: true }))

test('each exported path is an entry, named as its file in dist', () => {
  expect(findEntries(folder)).toEqual({
    index: join(folder, 'src/index.ts'),
    'stores/file': join(folder, 'src/stores/file.ts'),
  })
})

test('a program that the package starts is an entry, although nobody imports it', () => {
  writeFileSync(join(folder, 'src/keychain-program.ts'), '')
  expect(Object.keys(findEntries(folder))).toContain('keychain-program')
})
