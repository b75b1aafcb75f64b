import { expect, test } from 'vitest'
import { createFixture, publicManifest, writeFixture, type FixtureFiles } from '../test/fixture.ts'
import { checkChangesets } from './changesets.ts'
import { runCommand } from './command.ts'
import type { Workspace } from './workspace.ts'

const first = {
  'packages/a/package.json': publicManifest('packages/a'),
  'packages/a/src/index.ts': 'export const a = 1\n',
}
const changeset = { '.changeset/some-words.md': "---\n'@grantkit/a': minor\n---\n\nSomething for users.\n" }

async function commit(workspace: Workspace, files: FixtureFiles = {}): Promise<void> {
  writeFixture(workspace.root, files)
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  for (const args of [
    ['init', '--quiet'],
    ['add', '--all'],
    [...author, 'commit', '--quiet', '--message', 'Change'],
  ]) {
    const { code, stderr } = await runCommand('git', args, { cwd: workspace.root })
    expect(code, stderr).toBe(0)
  }
}

async function problems(workspace: Workspace): Promise<readonly string[]> {
  return (await checkChangesets(workspace)).findings.map(({ problem }) => problem)
}

test('a package that was never released needs a changeset', async () => {
  const workspace = createFixture(first)
  await commit(workspace)
  expect(await problems(workspace)).toEqual([expect.stringContaining('@grantkit/a changed since its last release')])
  await commit(workspace, changeset)
  expect(await problems(workspace)).toEqual([])
})

test('after a release only a new change needs one', async () => {
  const workspace = createFixture(first)
  await commit(workspace)
  await commit(workspace, { 'packages/a/package.json': publicManifest('packages/a', { version: '0.1.0' }) })
  expect(await problems(workspace)).toEqual([])

  await commit(workspace, { 'packages/a/src/index.ts': 'export const a = 2\n' })
  expect(await problems(workspace)).toEqual([expect.stringContaining('1 files, such as packages/a/src/index.ts')])
})

test('tests and documents of a package need none', async () => {
  const workspace = createFixture(first)
  await commit(workspace)
  await commit(workspace, { 'packages/a/package.json': publicManifest('packages/a', { version: '0.1.0' }) })
  await commit(workspace, { 'packages/a/src/index.test.ts': 'test', 'packages/a/README.md': '# a' })
  expect(await problems(workspace)).toEqual([])
})

test('a changeset that names nobody or says nothing is found', async () => {
  const workspace = createFixture({ ...first, ...changeset })
  await commit(workspace, { '.changeset/other-words.md': "---\n'@grantkit/gone': patch\n---\n" })
  expect(await problems(workspace)).toEqual(['names @grantkit/gone, which is not published', 'tells users nothing'])
})
