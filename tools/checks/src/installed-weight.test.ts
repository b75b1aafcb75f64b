import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createFixture, publicManifest, writeFixture } from '../test/fixture.ts'
import { weighApiPackages, weightFindings } from './installed-weight.ts'

const outside = (name: string, dependencies: object = {}): object => ({ name, version: '1.0.0', dependencies })

test('an API package weighs what its tarballs hold, and what others it brings take on the disk', () => {
  const dependencies = { '@grantkit/api-client': 'workspace:^' }
  const workspace = createFixture({
    'packages/books/package.json': publicManifest('packages/books', { dependencies }),
    'packages/api-client/package.json': publicManifest('packages/api-client', { dependencies: { left: '1.0.0' } }),
    'apps/shop/package.json': publicManifest('apps/shop', { dependencies }),
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
  ])
  expect(weighApiPackages(workspace, tarballs)).toEqual([
    { name: '@grantkit/books', bytes: 7110 + manifests.length, foreign: ['left', 'right'] },
  ])
})

test('too many bytes and too many packages are found', () => {
  const weight = { name: 'books', bytes: 2_000_000, foreign: ['a', 'b', 'c', 'd'] }
  expect(weightFindings(weight)).toEqual([])
  expect(weightFindings({ ...weight, bytes: 2_010_000, foreign: [...weight.foreign, 'e'] })).toEqual([
    { where: 'books', problem: 'takes 2.01 MB on the disk, more than 2.00 MB' },
    { where: 'books', problem: 'brings 5 packages of others, more than 4: a, b, c, d, e' },
  ])
})
