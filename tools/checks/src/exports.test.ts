import { expect, test } from 'vitest'
import { createFixture, exportOf, publicManifest, type FixtureFiles } from '../test/fixture.ts'
import { checkExports } from './exports.ts'

const files = { 'packages/a/README.md': '# a', 'packages/a/src/index.ts': 'export const a = 1\n' }

function problems(changes: object, more: FixtureFiles = {}): readonly string[] {
  const manifest = publicManifest('packages/a', changes)
  const { findings } = checkExports(createFixture({ ...files, 'packages/a/package.json': manifest, ...more }))
  return findings.map(({ problem }) => problem)
}

test('a package whose exports agree with its files passes', () => {
  expect(problems({})).toEqual([])
})

test('private packages are left alone', () => {
  expect(problems({ private: true, exports: undefined, files: undefined })).toEqual([])
})

test('an export of a file that is not there is found', () => {
  const exports = { '.': exportOf('index'), './gone': exportOf('gone'), './package.json': './package.json' }
  expect(problems({ exports })).toEqual(['exports "./gone" names ./src/gone.ts, which does not exist'])
})

test.each([
  ['a missing condition', { types: './dist/index.d.ts', default: './dist/index.js' }],
  ['another order', { default: './dist/index.js', types: './dist/index.d.ts', '@grantkit/source': './src/index.ts' }],
  ['a bare path', './dist/index.js'],
])('%s is found', (_, target) => {
  const exports = { '.': target, './package.json': './package.json' }
  expect(problems({ exports })).toEqual([
    'exports "." must have the conditions @grantkit/source, types, default, in this order',
  ])
})

test('types and code of another file than the source are found', () => {
  const target = { '@grantkit/source': './src/index.ts', types: './dist/other.d.ts', default: './dist/other.js' }
  expect(problems({ exports: { '.': target, './package.json': './package.json' } })).toEqual([
    'exports ".": types must be ./dist/index.d.ts',
    'exports ".": default must be ./dist/index.js',
  ])
})

test('a pattern that opens everything is found', () => {
  const exports = { '.': exportOf('index'), './*': './src/*.ts', './package.json': './package.json' }
  expect(problems({ exports })).toEqual(['exports "./*": patterns make everything reachable; list each path'])
})

test.each([
  ['type', { type: 'commonjs' }, 'type is "commonjs", must be "module"'],
  ['sideEffects', { sideEffects: true }, 'sideEffects is true, must be false'],
  ['engines', { engines: { node: '>=20' } }, 'engines.node is ">=20", must be ">=22.18"'],
  ['licence', { license: undefined }, 'license is undefined, must be "MIT"'],
  ['repository', { repository: {} }, 'repository.directory is undefined, must be "packages/a"'],
  ['provenance', { publishConfig: { access: 'public' } }, 'publishConfig.provenance is undefined, must be true'],
])('a wrong %s is found', (_, changes, problem) => {
  expect(problems(changes)).toEqual([problem])
})

test('a peer that no entry is about, or that is not optional, is found', () => {
  expect(problems({ peerDependencies: { pg: '*' } })).toEqual([
    'has the peer "pg" and no entry "./pg"; published packages take structures instead',
    'has the peer "pg", which must be optional',
  ])
})

test('files that would publish tests, or too little, are found', () => {
  expect(problems({ files: ['dist'] })).toEqual([])
  expect(problems({ files: ['src', 'gone'] })).toEqual([
    'files must list "dist"',
    'files must list "!src/**/*.test.ts"',
    'files must list "!src/**/*.test-d.ts"',
    'files lists "gone", which does not exist',
  ])
})

test('a program without its source is found', () => {
  expect(problems({ bin: { a: './dist/main.js' } })).toEqual([
    'bin "a" is built from src/main.ts, which does not exist',
  ])
  expect(problems({ bin: { a: './dist/main.js' } }, { 'packages/a/src/main.ts': '' })).toEqual([])
})
