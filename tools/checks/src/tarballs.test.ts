import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFixture } from '../test/fixture.ts'
import { readTarball } from './tarball-files.ts'
import { fileFindings } from './tarballs.ts'

const long = `dist/${'very-'.repeat(25)}long-name.js`
const good = { 'package.json': '{}', 'README.md': '# a', LICENSE: 'MIT', 'dist/index.js': 'export {}' }

function filesOf(files: Readonly<Record<string, string>>): Parameters<typeof fileFindings>[1] {
  return Object.entries(files).map(([path, text]) => ({ path, bytes: text.length, text }))
}

test('the files of a tarball are read with their sizes, long names included', () => {
  const { root } = createFixture({ 'package/package.json': '{ "name": "a" }', [`package/${long}`]: 'x'.repeat(700) })
  execFileSync('tar', ['-czf', 'a.tgz', 'package/package.json', `package/${long}`], { cwd: root })
  const files = readTarball(readFileSync(join(root, 'a.tgz')))
  expect(files.map(({ path, bytes }) => ({ path, bytes }))).toEqual([
    { path: 'package.json', bytes: 15 },
    { path: long, bytes: 700 },
  ])
  expect(files[0]?.text).toBe('{ "name": "a" }')
})

test('a tarball with what users need passes', () => {
  expect(fileFindings('a.tgz', filesOf(good))).toEqual([])
})

test.each([
  ['a test', { 'dist/a.test.js': '' }, 'holds the test dist/a.test.js'],
  ['a stray file', { 'notes.txt': '' }, 'holds notes.txt, which users do not need'],
  ['a workspace version', { 'package.json': '{"a":"workspace:^"}' }, 'depends on workspace: or catalog: versions'],
])('%s is found', (_, more, problem) => {
  expect(fileFindings('a.tgz', filesOf({ ...good, ...more }))).toEqual([{ where: 'a.tgz', problem }])
})

test('a missing licence is found', () => {
  const { LICENSE: _, ...rest } = good
  expect(fileFindings('a.tgz', filesOf(rest))).toEqual([{ where: 'a.tgz', problem: 'lacks LICENSE' }])
})
