import { expect, test } from 'vitest'
import { createFixture, publicManifest } from '../test/fixture.ts'
import type { Gate } from './gate.ts'
import { differences } from './generated.ts'
import { describeGate, describeTally } from './report.ts'
import { dependencyFindings, overBudget } from './size.ts'
import { failures } from './turbo-gates.ts'

const gate: Gate = {
  name: 'sample',
  script: 'check:sample',
  holds: 'everything is fine',
  run: () => Promise.resolve({ summary: '', findings: [] }),
}

function describe(result: Parameters<typeof describeGate>[1]): string {
  return describeGate(gate, result, 0.25)
}

test('a gate that passes takes one line', () => {
  expect(describe({ summary: '3 files', findings: [] })).toBe('ok     sample        3 files 0.3 s')
})

test('a gate that fails says what, where, how to mend it and how to look again', () => {
  const text = describe({ summary: '3 files', findings: [{ where: 'a.ts:1', problem: 'is wrong', fix: 'mend it' }] })
  expect(text.split('\n').map((line) => line.trim())).toEqual([
    'failed sample        3 files 0.3 s',
    'a.ts:1  is wrong',
    'fix: mend it',
    'again: npx -y pnpm@12 check:sample',
  ])
})

test('very many findings are cut, and the rest is counted', () => {
  const findings = Array.from({ length: 50 }, (_, index) => ({ where: `${index}.ts`, problem: 'is wrong' }))
  expect(describe({ summary: '', findings })).toContain('… and 10 more')
})

test('the tally has the form that .ci/run adds up', () => {
  expect(describeTally({ passed: 3, failed: 0, skipped: 1 })).toBe('3 passed, 0 failed, 1 skipped')
})

test('a mistake that several packages compile is told once, with a path from the root', () => {
  const workspace = createFixture({
    'packages/a/package.json': publicManifest('packages/a'),
    'packages/b/package.json': publicManifest('packages/b'),
  })
  const text = [
    '@grantkit/a:typecheck: cache miss, executing 0123456789abcdef',
    '@grantkit/a:typecheck: src/x.ts(7,3): error TS1: Wrong.',
    '@grantkit/a:typecheck:   Because of this.',
    '@grantkit/b:typecheck: ../a/src/x.ts(7,3): error TS1: Wrong.',
    '@grantkit/b:typecheck:   Because of this.',
    '@grantkit/b:typecheck: [ELIFECYCLE] Command failed with exit code 1.',
  ].join('\n')
  expect(failures('typecheck', text, workspace)).toEqual([
    { where: 'packages/a/src/x.ts:7', problem: 'error TS1: Wrong.\n  Because of this.' },
  ])
})

test('a task that fails without a word of its own shows everything', () => {
  expect(failures('build', 'turbo broke', { packages: [] })).toEqual([{ where: 'turbo', problem: 'turbo broke' }])
})

test('files that generating changed, made or took away are found', () => {
  const before = new Map([
    ['same.gen.ts', '1'],
    ['stale.gen.ts', '1'],
    ['gone.gen.ts', '1'],
  ])
  const after = new Map([
    ['same.gen.ts', '1'],
    ['stale.gen.ts', '2'],
    ['new.gen.ts', '1'],
  ])
  expect(differences(before, after).map(({ where }) => where)).toEqual(['stale.gen.ts', 'gone.gen.ts', 'new.gen.ts'])
})

test('a bundle over its budget is found, one at its budget is not', () => {
  const budget = { name: 'core', limitBytes: 25_000 }
  expect(overBudget(budget, 25_000)).toEqual([])
  expect(overBudget(budget, 26_000)).toEqual([{ where: 'core', problem: 'weighs 26.0 kB, 1.0 kB over its limit' }])
})

test('a second dependency of the core is found', () => {
  const workspaceWith = (dependencies: object): Parameters<typeof dependencyFindings>[0] =>
    createFixture({ 'packages/auth-core/package.json': publicManifest('packages/auth-core', { dependencies }) })
  expect(dependencyFindings(workspaceWith({ oauth4webapi: 'catalog:' }))).toEqual([])
  expect(dependencyFindings(workspaceWith({ oauth4webapi: 'catalog:', zod: '4.0.0' }))).toHaveLength(1)
})
