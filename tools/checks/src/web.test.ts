import { copyFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { createFixture, publicManifest } from '../test/fixture.ts'
import { checkWeb } from './web.ts'

const root = resolve(import.meta.dirname, '../../..')

async function problems(source: string): Promise<readonly string[]> {
  const workspace = createFixture({
    'packages/a/package.json': publicManifest('packages/a'),
    'packages/a/src/index.ts': "export { b } from './b.ts'\n",
    'packages/a/src/b.ts': source,
  })
  copyFileSync(join(root, 'tsconfig.base.json'), join(workspace.root, 'tsconfig.base.json'))
  return (await checkWeb(workspace, ['@grantkit/a'])).findings.map(({ problem }) => problem)
}

test('web globals are fine', async () => {
  expect(await problems('export const b: Promise<Response> = fetch(new URL("https://example.com"))\n')).toEqual([])
})

test('a Node module is found however deep it is imported', async () => {
  expect(await problems("import { readFileSync } from 'node:fs'\nexport const b = readFileSync\n")).toContainEqual(
    expect.stringContaining('node:fs'),
  )
})

test('a Node global is found', async () => {
  expect(await problems('export const b: unknown = process.env\n')).toEqual([
    expect.stringContaining("Cannot find name 'process'"),
  ])
})
