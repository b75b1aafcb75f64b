import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { removeOlder } from './remove-older.ts'

const folder = mkdtempSync(join(tmpdir(), 'grantkit-build-'))

afterEach(() => rmSync(folder, { recursive: true }))

test('what an earlier build left goes, at any depth; what this one wrote stays', () => {
  mkdirSync(join(folder, 'stores'))
  const [old, fresh] = [join(folder, 'stores/gone.js'), join(folder, 'stores/kept.js')]
  for (const file of [old, fresh]) writeFileSync(file, '')
  utimesSync(old, 1_000, 1_000)
  removeOlder(folder, 2_000_000)
  expect([existsSync(old), existsSync(fresh)]).toEqual([false, true])
})
