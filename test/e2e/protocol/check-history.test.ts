import type { LedgerEntry } from '@grantkit/sandbox'
import { expect, test } from 'vitest'
import { checkHistory } from './check-history.ts'
import type { HistoryLine, RecordFacts } from './history.ts'

const times = { sendMs: 5_000, quietMs: 60_000 }
const base: RecordFacts = {
  lineage: 'a',
  generation: 1,
  state: 'active',
  retryAtMs: 0,
  unresolved: 0,
  refreshToken: 'rt1',
  tokens: 't1',
}

/** Writes the records one after the other, as one process would have. */
function written(...records: readonly RecordFacts[]): HistoryLine[] {
  return records.flatMap((record, index): HistoryLine[] => [
    { kind: 'intent', id: `${index}`, ifVersion: index === 0 ? null : `v${index - 1}`, record },
    { kind: 'answer', id: `${index}`, version: `v${index}` },
  ])
}

function claimed(record: RecordFacts, id: string, atMs: number): RecordFacts {
  return { ...record, state: 'claimed', claim: { id, generation: record.generation, atMs, deadlineMs: atMs + 45_000 } }
}

function sent(claimId: string, atMs: number, refreshToken = 'rt1'): HistoryLine {
  return { kind: 'sent', claimId, generation: 1, refreshToken, atMs }
}

function presented(seq: number, verdict: 'current' | 'reuse'): LedgerEntry {
  const entry: LedgerEntry = {
    seq,
    atMs: seq,
    kind: 'token',
    operation: 'token',
    method: 'POST',
    path: '/oauth/token',
    stage: 'answered',
    grantType: 'refresh_token',
    processed: true,
    presented: { hash: 'h', verdict },
  }
  return entry
}

function check(lines: readonly HistoryLine[], ledger: readonly LedgerEntry[] = [], faultless = false): string[] {
  return checkHistory({ lines, ledger, times, faultless }).map((problem) => problem.slice(0, 2))
}

const second: RecordFacts = { ...base, generation: 2, refreshToken: 'rt2', tokens: 't2' }

test('a refresh without faults passes', () => {
  const lines = [...written(base, claimed(base, 'c1', 100), second), sent('c1', 101)]
  expect(check(lines, [presented(1, 'current')], true)).toEqual([])
})

test('S1: finds a claim before the quiet time is over', () => {
  const uncertain = { ...base, unresolved: 1, retryAtMs: 90_000 }
  const lines = [
    ...written(base, claimed(base, 'c1', 100), uncertain, claimed(uncertain, 'c2', 50_000)),
    sent('c1', 101),
  ]
  expect(check([...lines, sent('c2', 50_001)])).toEqual(['S1', 'S1'])
})

test('S1: finds a claim taken over before its deadline', () => {
  expect(check(written(base, claimed(base, 'c1', 100), claimed(base, 'c2', 200)))).toEqual(['S1'])
})

test('S2: finds a generation that falls and an older token that comes back', () => {
  expect(check(written(base, second, base))).toEqual(['S2', 'S2', 'S9'])
  expect(check(written(base, second, { ...base, generation: 3 }))).toEqual(['S2'])
})

test('S3: finds a spent token in a history without faults', () => {
  const lines = [...written(base, claimed(base, 'c1', 100), second), sent('c1', 101), sent('c1', 102)]
  expect(check(lines, [presented(1, 'current'), presented(2, 'reuse')], true)).toContain('S3')
})

test('S4: finds reuse detection triggered by a first presentation', () => {
  expect(check([...written(base, claimed(base, 'c1', 100)), sent('c1', 101)], [presented(1, 'reuse')])).toEqual(['S4'])
})

test('S6: finds a closed grant that was written again', () => {
  expect(check(written(base, { ...base, state: 'closed', tokens: 'none' }, { ...base, tokens: 'none' }))).toEqual([
    'S6',
  ])
})

test('S7: finds a grant that ended without a refusal', () => {
  const ended: RecordFacts = { ...base, state: 'reauth', reason: 'invalid_grant' }
  expect(check(written(base, claimed(base, 'c1', 100), ended))).toEqual(['S7'])
  const told: HistoryLine = { kind: 'told', refreshToken: 'rt1', status: 400, error: 'invalid_grant' }
  expect(check([...written(base, claimed(base, 'c1', 100), ended), told])).toEqual([])
})

function served(generation: number): HistoryLine {
  return { kind: 'served', worker: 'w', generation }
}

test('S8: finds a caller that got an older token', () => {
  expect(check([...written(base), served(2), served(1)])).toEqual(['S8'])
})

test('S9: finds tokens that changed within a generation', () => {
  expect(check(written(base, { ...base, tokens: 'other' }))).toEqual(['S9'])
})

test('a write whose process was killed is recognised by what others read', () => {
  const lines: HistoryLine[] = [
    ...written(base),
    { kind: 'intent', id: 'killed', ifVersion: 'v0', record: second },
    { kind: 'seen', version: 'v1', record: second },
    { kind: 'intent', id: 'next', ifVersion: 'v1', record: { ...second, tokens: 'changed' } },
    { kind: 'answer', id: 'next', version: 'v2' },
  ]
  expect(check(lines)).toEqual(['S9'])
})

test('two writes that replaced the same version are not a history', () => {
  const fork: HistoryLine[] = [
    { kind: 'intent', id: 'x', ifVersion: null, record: base },
    { kind: 'answer', id: 'x', version: 'other' },
  ]
  expect(() => check([...written(base, second), ...fork])).toThrow('Two writes replaced the same version.')
})
