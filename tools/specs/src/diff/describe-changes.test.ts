import { expect, test } from 'vitest'
import type { Change } from './change.ts'
import { changesAsJson, describeChanges } from './describe-changes.ts'

const removed: Change = { kind: 'removed', bump: 'major', where: 'getThing', what: 'operation' }
const added: Change = { kind: 'added', bump: 'minor', where: 'Thing.kind', what: 'member' }
const words: Change = { kind: 'changed', bump: 'patch', where: 'Thing', what: 'its description' }

test('people get the bump first, then the changes by weight', () => {
  expect(describeChanges([removed, added, words])).toBe(`3 changes: major

major
  - getThing: removed operation

minor
  + Thing.kind: added member

patch
  ~ Thing: its description
`)
})

test('one change is one, and none is said too', () => {
  expect(describeChanges([words])).toBe('One change: patch\n\npatch\n  ~ Thing: its description\n')
  expect(describeChanges([])).toBe('Nothing changed.\n')
})

test('programs get the same', () => {
  expect(JSON.parse(changesAsJson([added, words]))).toStrictEqual({ bump: 'minor', changes: [added, words] })
  expect(JSON.parse(changesAsJson([]))).toStrictEqual({ bump: 'none', changes: [] })
})
