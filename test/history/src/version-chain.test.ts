import { expect, test } from 'vitest'
import type { HistoryLine } from './history-line.ts'
import type { RecordFacts } from './record-facts.ts'
import { versionChain } from './version-chain.ts'

const record = (generation: number): RecordFacts => ({
  lineage: 'a',
  generation,
  state: 'active',
  sinceMs: 0,
  retryAtMs: 0,
  failures: 0,
  unresolved: 0,
  refused: false,
  tokens: `t${generation}`,
})

function written(generation: number, ifVersion: string | null, version?: string): HistoryLine[] {
  const id = `w${generation}`
  return [
    { kind: 'intent', id, worker: 'A', ifVersion, record: record(generation) },
    ...(version === undefined ? [] : [{ kind: 'answer', id, version } as const]),
  ]
}

const generationsOf = (lines: readonly HistoryLine[]): number[] =>
  versionChain(lines).map(({ record: { generation } }) => generation)

test('the order is the one in which versions replaced each other, whatever the order of the lines', () => {
  const lines = [...written(3, 'v2', 'v3'), ...written(1, null, 'v1'), ...written(2, 'v1', 'v2')]
  expect(generationsOf(lines)).toEqual([1, 2, 3])
})

test('a write that was a conflict is not there', () => {
  expect(generationsOf([...written(1, null, 'v1'), ...written(2, 'v0', 'conflict')])).toEqual([1])
})

test('a write whose process was killed is recognised by what others read', () => {
  const lines: HistoryLine[] = [
    ...written(1, null, 'v1'),
    ...written(2, 'v1'),
    { kind: 'seen', version: 'v2', record: record(2) },
    ...written(3, 'v2', 'v3'),
  ]
  expect(generationsOf(lines)).toEqual([1, 2, 3])
})

test('two writes that replaced the same version are not a history', () => {
  const lines = [...written(1, null, 'v1'), ...written(2, 'v1', 'v2'), ...written(3, 'v1', 'v3')]
  expect(() => versionChain(lines)).toThrow('Two writes replaced the same version.')
})

test('where the store lost writes, what came later counts', () => {
  const lines = [...written(1, null, 'v1'), ...written(2, 'v1', 'v2'), ...written(3, 'v1', 'v3')]
  expect(generationsOf([...lines, { kind: 'fault', fault: 'store_lost_writes' }])).toEqual([1, 3])
})
