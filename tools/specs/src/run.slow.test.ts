import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { changeAt } from './testing/change-at.ts'
import { smallDocument } from './testing/small-document.ts'
import { smallWorkspace, type SmallWorkspace } from './testing/small-workspace.ts'

async function generated(): Promise<SmallWorkspace> {
  const workspace = smallWorkspace()
  await workspace.specs(['generate', 'small', '--out', 'src'], 'packages/small')
  await workspace.specs(['resolve', 'small', '--out', 'specs/small.gen.json'], 'apps/copy')
  return workspace
}

const read = ({ root }: SmallWorkspace, path: string): string => readFileSync(join(root, path), 'utf8')

/** An overlay that updates the first operation. */
function overlay(update: string): string {
  return `overlay: 1.0.0
info: { title: T, version: '1' }
actions:
  - target: $.paths['/things'].get
    description: Why.
    x-evidence: Where.
    x-date: '2026-01-31'
    x-expect-absent: [$.none]
    update: ${update}
`
}

test('generate writes the document, the types and the table, relative to where it is started', async () => {
  const workspace = smallWorkspace()
  const first = await workspace.specs(['generate', 'small', '--out', 'src'], 'packages/small')
  expect(first).toStrictEqual({
    code: 0,
    out: 'wrote  specs/small/openapi.json\nwrote  packages/small/src/schema.gen.ts\nwrote  packages/small/src/operations.gen.ts\n',
    err: '',
  })
  expect(readdirSync(join(workspace.root, 'packages/small/src'))).toStrictEqual(['operations.gen.ts', 'schema.gen.ts'])
})

test('a second run touches nothing', async () => {
  const workspace = await generated()
  const path = join(workspace.root, 'packages/small/src/schema.gen.ts')
  const before = statSync(path, { bigint: true }).mtimeNs
  const again = await workspace.specs(['generate', 'small', '--out', 'src'], 'packages/small')
  expect(again.out).toBe(
    'fresh  specs/small/openapi.json\nfresh  packages/small/src/schema.gen.ts\nfresh  packages/small/src/operations.gen.ts\n',
  )
  expect(statSync(path, { bigint: true }).mtimeNs).toBe(before)
})

test('resolve writes the document, and a copy with the same bytes where one is wanted', async () => {
  const workspace = await generated()
  expect(read(workspace, 'apps/copy/specs/small.gen.json')).toBe(read(workspace, 'specs/small/openapi.json'))
})

test('what is generated does not depend on where the workspace lies', async () => {
  const [one, other] = [await generated(), await generated()]
  for (const path of [
    'specs/small/openapi.json',
    'packages/small/src/schema.gen.ts',
    'packages/small/src/operations.gen.ts',
  ]) {
    expect(read(one, path)).toBe(read(other, path))
    expect(read(one, path)).not.toContain(one.root)
  }
})

test('list tells size and certainty', async () => {
  expect(await smallWorkspace().specs(['list'])).toMatchObject({
    code: 0,
    out: 'small  2 operations: 1 documented, 1 notes\n',
  })
})

test('without a command it says what there is', async () => {
  const { code, out } = await smallWorkspace().specs([])
  expect(code).toBe(0)
  expect(out).toContain('specs check')
})

test('an API that is not there ends with 2 and the names of those that are', async () => {
  const { code, out, err } = await smallWorkspace().specs(['generate', 'smal', '--out', 'src'])
  expect({ code, out }).toStrictEqual({ code: 2, out: '' })
  expect(err).toBe('There is no API "smal" under specs. There is: small.\n')
})

test('an unknown command or option ends with 2', async () => {
  const workspace = smallWorkspace()
  expect(await workspace.specs(['deploy'])).toMatchObject({ code: 2, out: '' })
  expect(await workspace.specs(['check', '--fast'])).toMatchObject({ code: 2, out: '' })
})

test('a source that was edited without saying so ends with 1 and writes nothing', async () => {
  const workspace = smallWorkspace()
  workspace.write('specs/small/source.yaml', `${read(workspace, 'specs/small/source.yaml')}\n`)
  const { code, err } = await workspace.specs(['generate', 'small', '--out', 'src'])
  expect(code).toBe(1)
  expect(err).toContain('specs/small: source.yaml is not the one that source.json records')
  expect(existsSync(join(workspace.root, 'specs/small/openapi.json'))).toBe(false)
  expect(existsSync(join(workspace.root, 'src'))).toBe(false)
})

test('a document that breaks a rule, or is less sure than source.json says, ends with 1', async () => {
  const workspace = smallWorkspace()
  workspace.write('specs/small/overlay.yaml', overlay('{ description: list }'))
  const broken = await workspace.specs(['resolve', 'small'])
  expect(broken).toMatchObject({ code: 1, out: '' })
  expect(broken.err).toContain('specs/small: The resolved document has one problem')
  workspace.write('specs/small/overlay.yaml', overlay('{ x-confidence: seen }'))
  const unsure = await workspace.specs(['resolve', 'small'])
  expect(unsure).toMatchObject({ code: 1, out: '' })
  expect(unsure.err).toContain('{"seen":1,"notes":1}')
})

test('a missing overlay is named', async () => {
  const workspace = smallWorkspace()
  rmSync(join(workspace.root, 'specs/small/overlay.yaml'))
  const { code, err } = await workspace.specs(['resolve', 'small'])
  expect(code).toBe(1)
  expect(err).toContain('overlay.yaml cannot be read')
})

test('check is content with what the generate scripts wrote', async () => {
  const workspace = await generated()
  expect(await workspace.specs(['check'])).toStrictEqual({
    code: 0,
    out: '4 generated files of one API are fresh\n',
    err: '',
  })
})

test('check names every file that is stale or missing and the commands that mend them', async () => {
  const workspace = await generated()
  workspace.write('packages/small/src/schema.gen.ts', '// by hand\n')
  rmSync(join(workspace.root, 'apps/copy/specs/small.gen.json'))
  const { code, out, err } = await workspace.specs(['check'])
  expect({ code, out }).toStrictEqual({ code: 1, out: '' })
  expect(err).toBe(`2 generated files are not what the specs say:
  missing  apps/copy/specs/small.gen.json
  stale    packages/small/src/schema.gen.ts
To mend it:
  npx -y pnpm@12 --filter @example/copy generate
  npx -y pnpm@12 --filter @example/small generate
`)
})

test('check notices a resolved document that was edited by hand', async () => {
  const workspace = await generated()
  workspace.write(
    'specs/small/openapi.json',
    read(workspace, 'specs/small/openapi.json').replace('Small API', 'Big API'),
  )
  const { code, err } = await workspace.specs(['check'])
  expect(code).toBe(1)
  expect(err).toBe(`One generated file is not what the specs say:
  stale    specs/small/openapi.json
To mend it:
  npx -y pnpm@12 --filter @example/small generate
`)
})

test('check does not let an API go by that no package generates from', async () => {
  const workspace = smallWorkspace()
  rmSync(join(workspace.root, 'packages'), { recursive: true })
  rmSync(join(workspace.root, 'apps'), { recursive: true })
  const { code, err } = await workspace.specs(['check'])
  expect(code).toBe(1)
  expect(err).toContain('missing  specs/small/openapi.json')
  expect(err).toContain('npx -y pnpm@12 --filter @grantkit/specs specs resolve small')
})

test('check refuses a generate script that names an API there is not', async () => {
  const workspace = await generated()
  workspace.writeJson('apps/none/package.json', {
    name: '@example/none',
    scripts: { generate: 'specs resolve old --out old.json' },
  })
  const { err } = await workspace.specs(['check'])
  expect(err).toContain('There is no API "old" under specs')
})

test('diff says what two documents say differently, whatever their format', async () => {
  const workspace = smallWorkspace()
  workspace.writeJson('old.json', smallDocument())
  workspace.writeJson('new.yaml', changeAt(smallDocument(), ['paths', '/things', 'get'], undefined))
  expect(await workspace.specs(['diff', 'old.json', 'new.yaml'])).toStrictEqual({
    code: 0,
    out: 'One change: major\n\nmajor\n  - listThings: removed operation\n',
    err: '',
  })
  const { out } = await workspace.specs(['diff', '../old.json', '../old.json', '--json'], 'specs')
  expect(JSON.parse(out)).toStrictEqual({ bump: 'none', changes: [] })
  expect(await workspace.specs(['diff', 'old.json', 'gone.json'])).toMatchObject({ code: 1, out: '' })
})
