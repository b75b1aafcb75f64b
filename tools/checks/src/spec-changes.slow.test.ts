import { expect, test, vi } from 'vitest'
import { createFixture, publicManifest, writeFixture, type FixtureFiles } from '../test/fixture.ts'
import { runCommand } from './command.ts'
import { checkSpecChanges, neededBump } from './spec-changes.ts'
import type { Workspace } from './workspace.ts'

// Each comparison starts git and the specs tool.
vi.setConfig({ testTimeout: 60_000 })

interface Operations {
  readonly [path: string]: object
}

function spec(paths: Operations): object {
  return { openapi: '3.1.0', info: { title: 'Notes', version: '1' }, paths }
}

const list = { get: { operationId: 'listNotes', description: 'Lists notes.', responses: {} } }
const both = { '/notes': list, '/labels': { get: { operationId: 'listLabels', responses: {} } } }
const file = 'specs/notes/openapi.json'
const first = {
  'packages/notes/package.json': publicManifest('packages/notes', {
    version: '1.2.0',
    scripts: { generate: 'specs generate notes --out src' },
  }),
  [file]: spec(both),
}
const removed = { [file]: spec({ '/notes': list }) }
const added = { [file]: spec({ ...both, '/colors': { get: { operationId: 'listColors', responses: {} } } }) }

function changeset(bump: string, name = 'some-words'): FixtureFiles {
  return { [`.changeset/${name}.md`]: `---\n'@grantkit/notes': ${bump}\n---\n\nSomething for users.\n` }
}

async function run(workspace: Workspace, ...args: string[]): Promise<void> {
  const { code, stderr } = await runCommand('git', args, { cwd: workspace.root })
  expect(code, stderr).toBe(0)
}

async function commit(workspace: Workspace, files: FixtureFiles = {}): Promise<void> {
  writeFixture(workspace.root, files)
  await run(workspace, 'init', '--quiet', '--initial-branch=main')
  await run(workspace, 'add', '--all')
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  await run(workspace, ...author, 'commit', '--quiet', '--allow-empty', '--message', 'Change')
}

async function repository(files: FixtureFiles = first): Promise<Workspace> {
  const workspace = createFixture(files)
  await commit(workspace)
  return workspace
}

async function problems(workspace: Workspace): Promise<readonly string[]> {
  return (await checkSpecChanges(workspace)).findings.map(({ where, problem }) => `${where} ${problem.split('\n')[0]}`)
}

test('a spec that changed without a changeset is found, with what changed', async () => {
  const workspace = await repository()
  await commit(workspace, removed)
  const { findings } = await checkSpecChanges(workspace)
  expect(findings).toMatchObject([
    {
      where: file,
      problem: expect.stringMatching(/^changed \(major\) without a changeset: @grantkit\/notes needs major\n/),
    },
  ])
  expect(findings[0]?.problem).toContain('\nremoved listLabels: operation')
})

test('a changeset of the same change with that bump suffices, a smaller one does not', async () => {
  const workspace = await repository()
  await commit(workspace, { ...removed, ...changeset('minor') })
  expect(await problems(workspace)).toEqual([
    `${file} changed (major) with a changeset for minor only: @grantkit/notes needs major`,
  ])
  writeFixture(workspace.root, changeset('major'))
  expect(await problems(workspace)).toEqual([])
})

test('a greater bump suffices too, and one that is not committed yet', async () => {
  const workspace = await repository()
  writeFixture(workspace.root, added)
  expect(await problems(workspace)).toEqual([
    `${file} changed (minor) without a changeset: @grantkit/notes needs minor`,
  ])
  writeFixture(workspace.root, changeset('major'))
  expect(await problems(workspace)).toEqual([])
})

test('a changeset that was there before is for another change', async () => {
  const workspace = await repository({ ...first, ...changeset('major', 'older') })
  await commit(workspace, removed)
  expect(await problems(workspace)).toHaveLength(1)
})

test('a branch is compared with where it left the base branch, not with its last commit', async () => {
  const workspace = await repository()
  await run(workspace, 'switch', '--quiet', '--create', 'topic')
  await commit(workspace, removed)
  await commit(workspace, { 'README.md': '# Notes' })
  expect(await problems(workspace)).toHaveLength(1)
  await commit(workspace, changeset('major'))
  expect(await problems(workspace)).toEqual([])
})

test('a first commit and an unchanged spec need nothing', async () => {
  const workspace = await repository()
  expect(await problems(workspace)).toEqual([])
  await commit(workspace, { 'README.md': '# Notes' })
  expect(await problems(workspace)).toEqual([])
})

test('a spec that is new in this change needs nothing', async () => {
  const { [file]: _spec, ...rest } = first
  const workspace = await repository(rest)
  await commit(workspace, { [file]: spec(both) })
  expect(await problems(workspace)).toEqual([])
})

test('before 1.0 a breaking change needs a minor release', () => {
  expect(neededBump('major', '0.3.0')).toBe('minor')
  expect(neededBump('major', '1.0.0')).toBe('major')
  expect(neededBump('minor', '0.3.0')).toBe('minor')
  expect(neededBump('patch', '0.3.0')).toBe('patch')
})
