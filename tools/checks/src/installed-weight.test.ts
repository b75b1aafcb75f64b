import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFixture, publicManifest, writeFixture } from '../test/fixture.ts'
import { weighCallingPackages, weightFindings } from './installed-weight.ts'

const outside = (name: string, dependencies: object = {}): object => ({ name, version: '1.0.0', dependencies })

test('a package that calls an API weighs what its tarballs hold, and what others it brings take on the disk', () => {
  const dependencies = { '@grantkit/api-client': 'workspace:^' }
  const workspace = createFixture({
    'packages/books/package.json': publicManifest('packages/books', { dependencies }),
    'packages/api-client/package.json': publicManifest('packages/api-client', { dependencies: { left: '1.0.0' } }),
    'packages/shelf/package.json': publicManifest('packages/shelf', {
      dependencies: { '@grantkit/books': 'workspace:^', ...dependencies },
    }),
    'apps/shop/package.json': publicManifest('apps/shop', { dependencies }),
    'specs/books/source.json': {},
  })
  writeFixture(join(workspace.root, 'packages/api-client/node_modules'), {
    'left/package.json': outside('left', { right: '1.0.0' }),
    'left/index.js': 'x'.repeat(100),
    'left/node_modules/right/package.json': outside('right'),
    'left/node_modules/right/index.js': 'x'.repeat(10),
  })
  const manifests = JSON.stringify(outside('left', { right: '1.0.0' })) + JSON.stringify(outside('right'))
  const tarballs = new Map([
    ['@grantkit/books', 3000],
    ['@grantkit/api-client', 4000],
    ['@grantkit/shelf', 500],
  ])
  const bytes = 7110 + manifests.length
  const foreign = ['left', 'right']
  expect(weighCallingPackages(workspace, tarballs)).toEqual([
    { name: '@grantkit/books', limits: { bytes: 2_000_000, foreign: 4 }, bytes, foreign },
    { name: '@grantkit/shelf', limits: { bytes: 3_000_000, foreign: 7 }, bytes: bytes + 500, foreign },
  ])
})

test('too many bytes and too many packages are found', () => {
  const limits = { bytes: 2_000_000, foreign: 4 }
  const weight = { name: 'books', limits, bytes: 2_000_000, foreign: ['a', 'b', 'c', 'd'] }
  expect(weightFindings(weight)).toEqual([])
  expect(weightFindings({ ...weight, bytes: 2_010_000, foreign: [...weight.foreign, 'e'] })).toEqual([
    { where: 'books', problem: 'takes 2.01 MB on the disk, more than 2.00 MB' },
    { where: 'books', problem: 'brings 5 packages of others, more than 4: a, b, c, d, e' },
  ])
})
