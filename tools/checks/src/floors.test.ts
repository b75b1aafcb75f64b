import { expect, test } from 'vitest'
import { createFixture, publicManifest, type FixtureFiles } from '../test/fixture.ts'
import { checkFloors } from './floors.ts'

const authCore = { 'packages/auth-core/package.json': publicManifest('packages/auth-core') }
const sandbox = { 'apps/sandbox/package.json': publicManifest('apps/sandbox') }

function problems(files: FixtureFiles): readonly string[] {
  return checkFloors(createFixture(files)).findings.map(({ where, problem }) => `${where}: ${problem}`)
}

test('a package may import lower floors, and its own export paths', () => {
  const files = {
    ...authCore,
    'packages/goto-voice/package.json': publicManifest('packages/goto-voice', {
      dependencies: { '@grantkit/auth-core': 'workspace:^' },
    }),
    'packages/goto-voice/src/index.ts': "import '@grantkit/auth-core/providers/goto'\nimport '@grantkit/goto-voice'\n",
  }
  expect(problems(files)).toEqual([])
})

test('an import of a neighbour on the same floor is found where it stands', () => {
  const files = {
    'packages/api-client/package.json': publicManifest('packages/api-client'),
    'packages/api-client/src/a.ts': "export const a = 1\nexport { b } from '@grantkit/node-auth'\n",
  }
  expect(problems(files)).toEqual([
    'packages/api-client/src/a.ts:2: uses @grantkit/node-auth (floor 1) from floor 1; only lower floors may be used',
  ])
})

test.each([
  ['a type import', "import type { A } from '@grantkit/goto-voice'"],
  ['an import type', "export type A = import('@grantkit/goto-voice').A"],
  ['a dynamic import', "export const a = await import('@grantkit/goto-voice')"],
  ['a re-export', "export * from '@grantkit/goto-voice'"],
])('%s of a higher floor is found', (_, statement) => {
  const files = { ...authCore, 'packages/auth-core/src/a.ts': statement }
  expect(problems(files)).toEqual([
    'packages/auth-core/src/a.ts:1: uses @grantkit/goto-voice (floor 2) from floor 0; only lower floors may be used',
  ])
})

test('a dependency that only package.json declares is found', () => {
  const manifest = publicManifest('packages/auth-core', { dependencies: { '@grantkit/api-client': 'workspace:^' } })
  expect(problems({ 'packages/auth-core/package.json': manifest })).toHaveLength(1)
})

test('the words of a comment are not an import', () => {
  const files = { ...authCore, 'packages/auth-core/src/a.ts': "// import '@grantkit/goto-voice'\nexport const a = 1\n" }
  expect(problems(files)).toEqual([])
})

test('the sandbox imports nothing of ours, not even in its tests', () => {
  const files = { ...sandbox, 'apps/sandbox/src/a.test.ts': "import '@grantkit/auth-core'\n" }
  expect(problems(files)).toEqual([
    'apps/sandbox/src/a.test.ts:1: uses @grantkit/auth-core, but @grantkit/sandbox shares no code with the packages',
  ])
})

test('the sandbox may run the generator in a script, but not import it', () => {
  const manifest = publicManifest('apps/sandbox', { devDependencies: { '@grantkit/specs': 'workspace:*' } })
  const files = { 'apps/sandbox/package.json': manifest }
  expect(problems(files)).toEqual([])
  expect(problems({ ...files, 'apps/sandbox/src/a.ts': "import '@grantkit/specs'\n" })).toHaveLength(1)
})

test('tests may use the sandbox, shipped code may not', () => {
  const files = { ...authCore, 'packages/auth-core/src/a.test.ts': "import '@grantkit/sandbox'\n" }
  expect(problems(files)).toEqual([])
  expect(problems({ ...authCore, 'packages/auth-core/src/a.ts': "import '@grantkit/sandbox'\n" })).toHaveLength(1)
})

test.each(['oauth4webapi', 'openapi-fetch', 'undici', 'hono/jsx'])('%s stays where it belongs', (specifier) => {
  const manifest = publicManifest('packages/goto-voice')
  const files = {
    'packages/goto-voice/package.json': manifest,
    'packages/goto-voice/src/a.ts': `import '${specifier}'\n`,
  }
  expect(problems(files)).toEqual([expect.stringContaining('packages/goto-voice/src/a.ts:1: uses ')])
})

test('a relative import that leaves its package is found; one inside it is fine', () => {
  const files = { ...authCore, 'packages/auth-core/src/deep/a.ts': "import '../b.ts'\n" }
  expect(problems(files)).toEqual([])
  expect(problems({ ...files, 'packages/auth-core/src/deep/c.ts': "import '../../../x/y.ts'\n" })).toEqual([
    'packages/auth-core/src/deep/c.ts:1: imports ../../../x/y.ts, outside its own package',
  ])
})

test('a published package without a floor is found', () => {
  expect(problems({ 'packages/new-one/package.json': publicManifest('packages/new-one') })).toEqual([
    'packages/new-one/package.json: @grantkit/new-one is published but stands on no floor',
  ])
})

test('tests and examples of the root may import anything', () => {
  const manifest = { name: '@grantkit/e2e', private: true, devDependencies: { oauth4webapi: '1.0.0' } }
  const files = { 'test/e2e/package.json': manifest, 'test/e2e/src/a.ts': "import '../../../packages/x/src/a.ts'\n" }
  expect(problems(files)).toEqual([])
})
